package office

import (
	"errors"
	"strings"
	"testing"

	"github.com/callcard/callcard/crm"
)

// diallers are an office of Tashkent with a branch that has no rules of its own, and one
// in Moscow for which nothing is opened.
func diallers() *Snapshot {
	s := &Snapshot{
		Units: []Unit{
			{ID: "tas", Name: "Tashkent", Region: "UZ", Dialling: &Dialling{
				Allow: []string{National, "+7", "1055"}, Deny: []string{"+99890999"},
				Roles: map[string][]string{"supervisor": {International}, "admin": {International, Premium}}, CallerID: "+998712000001",
			}},
			{ID: "chi", Name: "Chilanzar", Parent: "tas"},
			{ID: "mow", Name: "Moscow", Region: "RU"},
		},
		Users: []User{
			{ID: "anna", Login: "anna", Unit: "chi", Role: "agent", Extension: "101"},
			{ID: "bek", Login: "bek", Unit: "chi", Role: "supervisor", Extension: "202"},
			{ID: "root", Login: "root", Unit: "tas", Role: "admin"},
			{ID: "ivan", Login: "ivan", Unit: "mow", Role: "admin", Extension: "301"},
		},
		Trunks:  []Trunk{{Name: "b"}, {Name: "a", Disabled: true}, {Name: "c"}},
		Numbers: []Number{{Number: "+998712000001", Unit: "tas"}, {Number: "+998712000002", Unit: "tas"}},
	}
	s.index()
	return s
}

func TestDial(t *testing.T) {
	s := diallers()
	for _, tc := range []struct {
		user    crm.ID
		dialled string
		want    string // number, colleague, or why not
	}{
		{"anna", "+998 90 123-45-67", "+998901234567"},
		{"anna", "901234567", "+998901234567"},
		{"anna", "8 10 998 90 123 45 67", "+998901234567"},
		{"anna", "+79161234567", "+79161234567"},
		{"anna", "+998909991234", "denied"},
		{"bek", "+998909991234", "denied"},
		{"anna", "+442079460958", "not_opened"},
		{"bek", "+442079460958", "+442079460958"},
		{"bek", "+78091234567", "premium"},
		{"root", "+78091234567", "+78091234567"},
		{"bek", "+8821234567890", "not a number"},
		{"bek", "+870773123456", "premium"},
		{"anna", "202", "bek"},
		{"anna", "1055", "1055"},
		{"anna", "1056", "not_opened"},
		{"anna", "103", "emergency 103"},
		{"anna", "101", "anna"}, // an extension goes before the fire brigade,
		{"anna", "112", "emergency 112"},
		{"ivan", "103", "emergency 103"},
		{"ivan", "+79161234567", "not_opened"},
		{"ivan", "101", "anna"},
		{"anna", "+998712000002", "own_number"},
		{"anna", "712000002", "own_number"},
		{"anna", "anonymous", "not a number"},
		{"anna", "", "not a number"},
		{"anna", "sip:x@192.0.2.1", "not a number"},
		{"anna", "+998901234567;tgrp=free", "+998901234567"},
	} {
		d, err := s.Dial(tc.user, tc.dialled)
		got := d.Number + string(d.Colleague)
		if d.Emergency {
			got = "emergency " + got
		}
		if err != nil {
			var e *crm.Error
			if !errors.As(err, &e) {
				t.Fatalf("%s: %v", tc.dialled, err)
			}
			got = "not a number"
			if e.Code == crm.DiallingDenied {
				got = string(e.Detail["why"].(crm.DialWhy))
			}
		}
		if got != tc.want {
			t.Errorf("%s dials %q: %s, want %s (%v)", tc.user, tc.dialled, got, tc.want, err)
		}
		if err == nil && d.Colleague == "" && (strings.Join(d.Trunks, " ") != "b c" || d.CallerID != "+998712000001") {
			t.Errorf("%s dials %q: by %v as %s", tc.user, tc.dialled, d.Trunks, d.CallerID)
		}
	}
}

// Where no rule is written nothing but a colleague and help can be reached.
func TestDialIsClosedByDefault(t *testing.T) {
	s := diallers()
	s.Units[0].Dialling = nil
	for _, number := range []string{"+998901234567", "+1 900 555 01 99", "+8816123456789", "1055"} {
		if _, err := s.Dial("root", number); err == nil {
			t.Errorf("%s is open", number)
		}
	}
}

func TestDiallingIsRead(t *testing.T) {
	const text = `
offices:
  - name: Tashkent
    timezone: Asia/Tashkent
    dialling:
      allow: [national, "+7", "1055"]
      deny: ["+99890999"]
      roles: {supervisor: [international]}
      trunks: [carrier]
      caller_id: "+998 71 200 00 01"
      per_hour: 30
trunks:
  - {name: carrier, hosts: ["127.0.0.2"]}
`
	good := func(string) error { return nil }
	f, err := Parse(strings.NewReader(text), "office.yaml", good)
	if err != nil {
		t.Fatal(err)
	}
	d := f.Offices[0].Dialling
	if d.CallerID != "+998712000001" || d.PerHour != 30 || len(d.Allow) != 3 || d.Roles["supervisor"][0] != International || d.Trunks[0] != "carrier" {
		t.Errorf("%+v", d)
	}
	wrong := strings.NewReplacer(`"+7"`, "seven", `["+99890999"]`, `["00"]`, "[carrier]", "[nobody]", "supervisor:", "boss:", "30", "0").Replace(text)
	_, err = Parse(strings.NewReader(wrong), "office.yaml", good)
	for _, want := range []string{
		`6: offices[0].dialling.allow[1]: "seven" opens nothing`, `offices[0].dialling.roles`, `9: offices[0].dialling.trunks[0]: unknown trunk "nobody"`,
		`11: offices[0].dialling.per_hour`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %s in:\n%v", want, err)
		}
	}
}
