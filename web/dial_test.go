package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/callcard/callcard/web/api"
)

// A call is placed with the card that it is placed from; why one may not is said.
func TestPlacingACall(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	var placed struct{ ID string }
	w.do("POST", "/api/v1/calls", "anna", fmt.Sprintf(`{"to":"90 123-45-67","contact_id":%q}`, s.contact)).must(201).as(&placed)
	if did := strings.Join(w.control.did, "; "); placed.ID == "" || !strings.Contains(did, "dial 90 123-45-67 Ўткир Алиев "+string(w.ID("anna"))) || !strings.Contains(did, string(s.contact)) {
		t.Errorf("placed %q: %s", placed.ID, did)
	}
	if a := w.do("POST", "/api/v1/calls", "anna", `{"to":"+19005550199"}`).must(403); a.code() != "dialling_denied" || !a.has("costs more") {
		t.Errorf("%s", a.body)
	}
	w.do("POST", "/api/v1/calls", "anna", `{"to":"1","contact_id":"01900000-0000-7000-8000-000000000000"}`).must(422)
	w.do("POST", "/api/v1/calls", "anna", `{"to":""}`).must(422)
}

// Settings open what an office may call, and close it again.
func TestDiallingRulesInSettings(t *testing.T) {
	w := newWorld(t)
	change := func(fields string) answer {
		return w.do("POST", "/api/v1/office/changes", "admin", `{"offices":[{"name":"Tashkent","timezone":"Asia/Tashkent","region":"UZ",`+fields+`}]}`)
	}
	of := func() api.OfficeUnit {
		var got struct{ Items []api.OfficeUnit }
		w.do("GET", "/api/v1/office/offices", "admin", "").must(200).as(&got)
		for _, u := range got.Items {
			if u.Name == "Tashkent" {
				return u
			}
		}
		t.Fatal("there is no office")
		return api.OfficeUnit{}
	}
	change(`"dialling":{"allow":["national"],"deny":["+99890999"],"roles":{"supervisor":["international"]},"per_hour":30}`).must(200)
	if d := of().Dialling; d == nil || d.Allow[0] != "national" || d.Roles["supervisor"][0] != "international" || d.PerHour != 30 {
		t.Fatalf("%+v", d)
	}
	if a := change(`"dialling":{"allow":["everything"]}`).must(422); !a.has("offices[0].dialling.allow[0]") {
		t.Errorf("%s", a.body)
	}
	change(`"inherit_dialling":true,"dialling":{"allow":[]}`).must(422)
	change(`"inherit_dialling":true`).must(200)
	if u := of(); u.Dialling != nil || u.EffectiveDialling != nil {
		t.Errorf("%+v", u)
	}
}
