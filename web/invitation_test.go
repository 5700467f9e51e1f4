package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/callcard/callcard/web"
)

func TestInvitation(t *testing.T) {
	w := newWorld(t, func(c *web.Config) { c.API.Gate.Origins = []string{"https://crm.example.com/"} })
	var made struct {
		URL, Login, Office string
		Expired            bool
	}
	w.do("POST", "/api/v1/office/invitations", "admin", fmt.Sprintf(`{"login":"dilnoza","name":"Dilnoza","role":"agent","locale":"ru","office_id":%q}`,
		w.Unit("Tashkent"))).must(201).as(&made)
	origin, link, found := strings.Cut(made.URL, "/invite#")
	if !found || origin != "https://crm.example.com" || made.Office != "Tashkent" || made.Expired {
		t.Fatalf("invitation = %+v", made)
	}
	if list := w.do("GET", "/api/v1/office/invitations", "admin", "").must(200); list.has(link) {
		t.Error("the link is shown again")
	}
	look := w.do("POST", "/api/v1/invitation/look", "", fmt.Sprintf(`{"token":%q}`, link)).must(200)
	if !look.has(`"Dilnoza"`) || !look.has(`"ru"`) {
		t.Errorf("look = %s", look.body)
	}
	accept := func(password string, header ...string) answer {
		return w.do("POST", "/api/v1/invitation", "", fmt.Sprintf(`{"token":%q,"password":%q}`, link, password), header...)
	}
	if weak := accept("password1").must(422); !weak.has(`"field":"password"`) {
		t.Errorf("%s", weak.body)
	}
	accept("lilac meadow 9", "Origin: https://evil.example", "Sec-Fetch-Site: cross-site").must(403)
	in := accept("lilac meadow 9").must(200)
	if len(in.Cookies()) != 1 || !in.has(`"login":"dilnoza"`) {
		t.Fatalf("%v %s", in.Cookies(), in.body)
	}
	w.do("GET", "/api/v1/session", "", "", "Cookie: callcard_session="+in.Cookies()[0].Value).must(200)
	dead := accept("lilac meadow 9").must(404)
	if unknown := w.do("POST", "/api/v1/invitation", "", `{"token":"x","password":"lilac meadow 9"}`).must(404); string(unknown.body) != string(dead.body) {
		t.Errorf("%s and %s", dead.body, unknown.body)
	}
	if strings.Contains(w.log.String(), link) {
		t.Error("the link is in the log")
	}
	both := fmt.Sprintf(`{"user_id":%q,"name":"X"}`, w.ID("anna"))
	w.do("POST", "/api/v1/office/invitations", "admin", both).must(422)
}

// A foreign page that tries dead links uses up nobody's attempts.
func TestAForeignPageTriesNoLinks(t *testing.T) {
	w := newWorld(t)
	look := func(header ...string) answer {
		return w.do("POST", "/api/v1/invitation/look", "", `{"token":"made up"}`, header...)
	}
	for range 30 {
		look("Origin: https://evil.example", "Content-Type: ").must(403)
	}
	look().must(404)
}

func TestProfile(t *testing.T) {
	w := newWorld(t)
	w.do("PATCH", "/api/v1/me", "anna", `{"name":"Anna K.","locale":"uz-Cyrl","timezone":"Asia/Almaty"}`).must(200)
	now := w.do("GET", "/api/v1/session", "anna", "").must(200)
	if !now.has(`"Anna K."`) || !now.has(`"uz-Cyrl"`) || !now.has(`"Asia/Almaty"`) {
		t.Errorf("session = %s", now.body)
	}
	w.do("PATCH", "/api/v1/me", "anna", `{"locale":"tlh"}`).must(422)
	w.do("PATCH", "/api/v1/me", "anna", `{"role":"admin"}`).must(422)
}
