package sip

import (
	"testing"

	"github.com/emiago/sipgo/sip"
)

func inviteWith(t testing.TB, from string, headers ...string) *sip.Request {
	t.Helper()
	text := "INVITE sip:700@pbx SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: " + from +
		"\r\nTo: <sip:700@pbx>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n"
	for _, h := range headers {
		text += h + "\r\n"
	}
	msg, err := sip.ParseMessage([]byte(text + "Content-Length: 0\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	return msg.(*sip.Request)
}

func TestCallerIdentity(t *testing.T) {
	const from = `"Anna" <sip:+998901112233@carrier>;tag=1`
	cases := []struct {
		name    string
		from    string
		headers []string
		want    identity
	}{
		{"from alone", from, nil, identity{number: "+998901112233", display: "Anna"}},
		{"asserted wins", from, []string{`P-Asserted-Identity: "Bek" <sip:+998712000000@x;user=phone>`}, identity{number: "+998712000000", display: "Bek"}},
		{"asserted before remote-party", from, []string{`P-Asserted-Identity: <tel:+1>`, `Remote-Party-ID: <sip:2@x>`}, identity{number: "+1", display: "Anna"}},
		{"remote-party before from", from, []string{`Remote-Party-ID: "R" <sip:3@x>;party=calling;privacy=off`}, identity{number: "3", display: "R"}},
		{"remote-party private", from, []string{`Remote-Party-ID: <sip:3@x>;privacy=full`}, identity{anonymous: true}},
		{"the number of several", from, []string{`P-Asserted-Identity: <sip:anna@corp>, <tel:+998-90-1;ext=5>`}, identity{number: "+998901", display: "Anna"}},
		{"tel with separators", `<tel:+998-(90)-111.22.33;phone-context=uz>;tag=1`, nil, identity{number: "+998901112233"}},
		{"parameters in the user", `<sip:+998901112233;cpc=ordinary@c>;tag=1`, nil, identity{number: "+998901112233"}},
		{"escaped plus", `<sip:%2B998901112233@c>;tag=1`, nil, identity{number: "+998901112233"}},
		{"privacy id", from, []string{"Privacy: id", "P-Asserted-Identity: <tel:+998712000000>"}, identity{anonymous: true}},
		{"privacy of several", from, []string{"Privacy: header;user;critical"}, identity{anonymous: true}},
		{"privacy none", from, []string{"Privacy: none"}, identity{number: "+998901112233", display: "Anna"}},
		{"anonymous.invalid", `"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1`, nil, identity{anonymous: true}},
		{"restricted", `<sip:Restricted@c>;tag=1`, nil, identity{anonymous: true}},
		{"unavailable", `"Unavailable" <sip:unavailable@c>;tag=1`, nil, identity{anonymous: true}},
		{"anonymous from with asserted but no privacy", `<sip:anonymous@anonymous.invalid>;tag=1`, []string{"P-Asserted-Identity: <tel:+5>"}, identity{anonymous: true}},
		{"a name as user", `<sip:anna.k@corp>;tag=1`, nil, identity{number: "anna.k"}},
		{"name is the number", `"+998901112233" <sip:+998901112233@c>;tag=1`, nil, identity{number: "+998901112233"}},
		{"quoted pairs", `"A \"B\" \\C" <sip:5@c>;tag=1`, nil, identity{number: "5", display: `A "B" \C`}},
		{"broken asserted", from, []string{`P-Asserted-Identity: "x <sip:5`}, identity{number: "+998901112233", display: "Anna"}},
		{"comma in the name", from, []string{`P-Asserted-Identity: "Karimova, Anna" <sip:+7@x>`}, identity{number: "+7", display: "Karimova, Anna"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := callerOf(inviteWith(t, c.from, c.headers...)); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestDiverted(t *testing.T) {
	const from = "<sip:1@c>;tag=1"
	cases := []struct {
		name, want string
		headers    []string
	}{
		{"nothing", "", nil},
		{"diversion", "+998712", []string{`Diversion: "Office" <sip:+998712@c>;reason=no-answer`}},
		{"topmost diversion", "2", []string{"Diversion: <sip:2@c>;reason=unconditional, <sip:3@c>"}},
		{"history", "5", []string{"History-Info: <sip:4@c>;index=1, <sip:5@c>;index=1.1, <sip:700@c>;index=1.2"}},
		{"hidden", "", []string{"Diversion: <sip:anonymous@anonymous.invalid>"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := divertedBy(inviteWith(t, from, c.headers...), "700"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestDialledNumber(t *testing.T) {
	req := inviteWith(t, "<sip:1@c>;tag=1")
	if got := dialled(req, ""); got != "700" {
		t.Errorf("dialled %q, want the Request-URI's user", got)
	}
	req.Recipient.User = "account7"
	if got := dialled(req, "account7"); got != "700" {
		t.Errorf("dialled %q, want the number in To behind a registered account", got)
	}
}

func FuzzIdentity(f *testing.F) {
	for _, s := range []string{`"A" <sip:1@b>;x=1`, "<tel:+1-2>", `"\`, ",,<", "sip:%2", "a <b> c, <d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		req := sip.NewRequest(sip.INVITE, sip.Uri{User: "700", Host: "pbx"})
		req.AppendHeader(&sip.FromHeader{DisplayName: value, Address: sip.Uri{User: value, Host: "c"}})
		for _, name := range []string{"P-Asserted-Identity", "Remote-Party-ID", "Diversion", "History-Info", "Privacy"} {
			req.AppendHeader(sip.NewHeader(name, value))
		}
		id := callerOf(req)
		if printable(id.number) != id.number || printable(id.display) != id.display {
			t.Errorf("control characters in %+v", id)
		}
		divertedBy(req, "700")
		dialled(req, "")
	})
}
