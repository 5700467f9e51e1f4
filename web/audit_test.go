package web_test

import (
	"strings"
	"testing"

	"github.com/callcard/callcard/crm"
)

func TestTheAuditTellsWhoDidWhat(t *testing.T) {
	w := newWorld(t)
	w.changes(slowerSales, false)
	var made struct{ Password string }
	w.do("POST", "/api/v1/office/users/"+string(w.ID("anna"))+"/sip-password", "admin", "").must(200).as(&made)
	if len(made.Password) < 20 {
		t.Errorf("password %q", made.Password)
	}
	var list struct {
		Items []struct {
			User, Via, IP, Action, Object, Name string
			Diff                                map[string][2]any
		}
	}
	a := w.do("GET", "/api/v1/office/audit?user=admin&action=update", "admin", "").must(200)
	a.as(&list)
	if len(list.Items) != 2 || strings.Contains(string(a.body), made.Password) {
		t.Fatalf("%s", a.body)
	}
	phone, queue := list.Items[0], list.Items[1]
	if phone.Object != "users" || phone.Name != "Anna Karimova" || phone.Diff["sip_password"] != [2]any{"[secret]", "[secret]"} {
		t.Errorf("%+v", phone)
	}
	if queue.Object != "queues" || queue.Name != "sales" || queue.User != "admin" || queue.Via != "ui" || queue.IP != "127.0.0.1" ||
		queue.Diff["ring"] != [2]any{"20s", "30s"} {
		t.Errorf("%+v", queue)
	}
	w.do("POST", "/api/v1/me/sip-password", "anna", "").must(200).as(&made)
	a = w.do("GET", "/api/v1/office/audit?user=anna&action=update", "admin", "").must(200)
	if a.as(&list); len(list.Items) != 1 || list.Items[0].Diff["sip_password"] != [2]any{"[secret]", "[secret]"} || strings.Contains(string(a.body), made.Password) {
		t.Errorf("one's own phone: %s", a.body)
	}
	w.do("PUT", "/api/v1/agents/anna/state", "boss", `{"state":"break","reason":"training"}`).must(200)
	a = w.do("GET", "/api/v1/office/audit?user=boss&action=force_state", "admin", "").must(200)
	if a.as(&list); len(list.Items) != 1 || list.Items[0].Name != "Anna Karimova" || list.Items[0].Diff["state"] != [2]any{nil, "break"} || list.Items[0].Diff["reason"] != [2]any{nil, "training"} {
		t.Errorf("a state that was set: %s", a.body)
	}
	w.do("PUT", "/api/v1/agents/anna/state", "boss", `{"state":"break"}`).must(422) // no reason
	w.do("GET", "/api/v1/office/audit?user=nobody", "admin", "").must(422)
	w.do("GET", "/api/v1/office/audit?after=x", "admin", "").must(422)
	w.do("POST", "/api/v1/office/users/"+string(w.ID("boss"))+"/sip-password", "admin", "").must(422) // no extension
	w.do("POST", "/api/v1/office/users/"+string(crm.NewID())+"/sip-password", "admin", "").must(404)
}
