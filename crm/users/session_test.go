package users_test

import (
	"slices"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/users"
)

func TestSessionEndsAfterDisuse(t *testing.T) {
	w := newWorld(t)
	token, _ := w.login(t, "anna")
	for range 5 {
		w.clock.pass(11 * time.Hour)
		if _, err := w.Session(t.Context(), token, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
	}
	w.clock.pass(12*time.Hour + time.Second)
	_, err := w.Session(t.Context(), token, "192.0.2.1")
	want(t, err, crm.Unauthorized, "")
}

func TestSessionEndsAfterThirtyDays(t *testing.T) {
	w := newWorld(t)
	token, _ := w.login(t, "anna")
	for range 90 {
		w.clock.pass(8 * time.Hour)
		if _, err := w.Session(t.Context(), token, ""); err != nil && w.clock.Now().Before(time.Now().Add(29*24*time.Hour)) {
			t.Fatal(err)
		}
	}
	_, err := w.Session(t.Context(), token, "")
	want(t, err, crm.Unauthorized, "")
	w.login(t, "anna")
	w.clock.pass(31 * 24 * time.Hour)
	w.login(t, "anna")
	var kept int
	if err := w.pool.QueryRow(t.Context(), `select count(*) from session`).Scan(&kept); err != nil || kept != 1 {
		t.Errorf("%d sessions are kept, %v", kept, err)
	}
}

func TestLogoutAndRevocationHoldAtOnce(t *testing.T) {
	w := newWorld(t)
	token, _ := w.login(t, "anna")
	if err := w.Logout(t.Context(), token, "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	_, err := w.Session(t.Context(), token, "192.0.2.1")
	want(t, err, crm.Unauthorized, "")
	if err := w.Logout(t.Context(), "nonsense", ""); err != nil {
		t.Error(err)
	}
	phone, v := w.login(t, "anna")
	desk, _ := w.login(t, "anna")
	list, err := w.Sessions(t.Context(), v, v.User)
	if err != nil || len(list) != 2 || list[0].Login != "anna" || list[0].UserAgent != "test" || list[0].IP.String() != "192.0.2.1" {
		t.Fatalf("%+v, %v", list, err)
	}
	in, err := w.Session(t.Context(), desk, "")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := w.RevokeOthers(t.Context(), v, in.Session); n != 1 || err != nil {
		t.Errorf("%d others ended, %v", n, err)
	}
	_, err = w.Session(t.Context(), phone, "")
	want(t, err, crm.Unauthorized, "")
	if n, err := w.RevokeOthers(t.Context(), v, ""); n != 1 || err != nil {
		t.Errorf("log out everywhere ended %d, %v", n, err)
	}
	_, err = w.Session(t.Context(), desk, "")
	want(t, err, crm.Unauthorized, "")
	if len(w.ended) != 3 {
		t.Errorf("SignedOut heard of %d sessions", len(w.ended))
	}
}

func TestWhoSeesAndEndsWhoseSessions(t *testing.T) {
	w := newWorld(t)
	annas, anna := w.login(t, "anna")
	_, boss := w.login(t, "boss")
	_, admin := w.login(t, "admin")
	in, _ := w.Session(t.Context(), annas, "")

	logins := func(v crm.Viewer) (names []string) {
		list, err := w.Sessions(t.Context(), v, "")
		if err != nil {
			t.Error(err)
		}
		for _, s := range list {
			names = append(names, s.Login)
		}
		slices.Sort(names)
		return names
	}
	if got := logins(anna); !slices.Equal(got, []string{"anna"}) {
		t.Errorf("anna sees %v", got)
	}
	if got := logins(boss); !slices.Equal(got, []string{"boss"}) {
		t.Errorf("boss sees %v", got)
	}
	if got := logins(admin); !slices.Equal(got, []string{"admin", "anna", "boss"}) {
		t.Errorf("admin sees %v", got)
	}
	want(t, w.Revoke(t.Context(), boss, in.Session), crm.NotFound, "")
	if err := w.Revoke(t.Context(), admin, in.Session); err != nil {
		t.Error(err)
	}
	want(t, w.Revoke(t.Context(), admin, in.Session), crm.NotFound, "")
	_, err := w.Session(t.Context(), annas, "")
	want(t, err, crm.Unauthorized, "")
}

func TestAnotherServersRevocationIsSeenWithinSeconds(t *testing.T) {
	w := newWorld(t)
	token, _ := w.login(t, "anna")
	other := w.store(users.CheapPasswords(2))
	if _, err := other.Session(t.Context(), token, ""); err != nil {
		t.Fatal(err)
	}
	if err := w.Logout(t.Context(), token, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Session(t.Context(), token, ""); err != nil {
		t.Errorf("within the seconds it asks its memory: %v", err)
	}
	w.clock.pass(5 * time.Second)
	_, err := other.Session(t.Context(), token, "")
	want(t, err, crm.Unauthorized, "")

	token, _ = w.login(t, "anna")
	if _, err := other.Session(t.Context(), token, ""); err != nil {
		t.Fatal(err)
	}
	w.exec(t, `update app_user set blocked_at = now() where login = 'anna'`)
	other.Forget()
	_, err = other.Session(t.Context(), token, "")
	want(t, err, crm.Unauthorized, "")
}

func TestSessionOutlivesAnAbsentDatabase(t *testing.T) {
	w := newWorld(t)
	token, _ := w.login(t, "anna")
	if _, err := w.Session(t.Context(), token, ""); err != nil {
		t.Fatal(err)
	}
	w.exec(t, `alter table session rename to session_away`)
	w.exec(t, `create function away() returns setof session_away language plpgsql as $$ begin raise exception using errcode = '57P03'; end $$`)
	w.exec(t, `create view session as select * from away()`)
	w.clock.pass(time.Minute)
	if _, err := w.Session(t.Context(), token, ""); err != nil {
		t.Errorf("a known session: %v", err)
	}
	_, err := w.Session(t.Context(), "unknown", "")
	want(t, err, crm.Unavailable, "")
	w.clock.pass(2 * time.Minute)
	_, err = w.Session(t.Context(), token, "")
	want(t, err, crm.Unavailable, "")
}

func TestChangePasswordRotatesTheSession(t *testing.T) {
	w := newWorld(t)
	other, _ := w.login(t, "anna")
	token, v := w.login(t, "anna")
	change := func(old, new string) (string, error) {
		return w.ChangePassword(t.Context(), token, "192.0.2.1", old, new)
	}
	_, err := change("not this", "winter garden 5")
	want(t, err, crm.Invalid, "old_password")
	_, err = change(password, "password")
	want(t, err, crm.Invalid, "new_password")
	rotated, err := change(password, "winter garden 5")
	if err != nil {
		t.Fatal(err)
	}
	for _, dead := range []string{token, other} {
		_, err := w.Session(t.Context(), dead, "")
		want(t, err, crm.Unauthorized, "")
	}
	if in, err := w.Session(t.Context(), rotated, ""); err != nil || in.Viewer.User != v.User {
		t.Errorf("the rotated session: %v", err)
	}
	want(t, w.try("anna", password, "192.0.2.1"), crm.Unauthorized, "")
	if err := w.try("anna", "winter garden 5", "192.0.2.1"); err != nil {
		t.Error(err)
	}
}

func TestTokens(t *testing.T) {
	w := newWorld(t)
	_, anna := w.login(t, "anna")
	_, boss := w.login(t, "boss")
	expires := w.clock.Now().Add(time.Hour)
	text, made, err := w.CreateToken(t.Context(), boss, "export", []string{"calls:read", "contacts:*"}, &expires)
	if err != nil {
		t.Fatal(err)
	}
	in, err := w.Bearer(t.Context(), text, "192.0.2.9")
	if err != nil {
		t.Fatal(err)
	}
	v := in.Viewer
	if v.User != boss.User || v.Via != "api" || v.IP != "192.0.2.9" || v.Reach(crm.Calls, crm.Read) != crm.Subtree ||
		v.Can(crm.Calls, crm.Export) || !v.Can(crm.Contacts, crm.Delete) || v.Can(crm.Recordings, crm.Listen) {
		t.Errorf("%+v", v)
	}
	_, _, err = w.CreateToken(t.Context(), v, "child", nil, nil)
	want(t, err, crm.Forbidden, "")
	_, _, err = w.CreateToken(t.Context(), boss, " ", nil, nil)
	want(t, err, crm.Invalid, "name")
	_, _, err = w.CreateToken(t.Context(), boss, "x", []string{"everything"}, nil)
	want(t, err, crm.Invalid, "scopes[0]")
	if list, err := w.Tokens(t.Context(), boss, boss.User); err != nil || len(list) != 1 || list[0].Name != "export" || list[0].LastUsedAt == nil {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := w.Tokens(t.Context(), anna, ""); err != nil || len(list) != 0 {
		t.Errorf("anna sees %+v, %v", list, err)
	}
	want(t, w.RevokeToken(t.Context(), anna, made.ID), crm.NotFound, "")
	w.clock.pass(time.Hour)
	_, err = w.Bearer(t.Context(), text, "")
	want(t, err, crm.Unauthorized, "")

	text, made, err = w.CreateToken(t.Context(), boss, "for ever", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if in, err := w.Bearer(t.Context(), text, ""); err != nil || !in.Viewer.Can(crm.Recordings, crm.Listen) {
		t.Errorf("%+v, %v", in, err)
	}
	if err := w.RevokeToken(t.Context(), boss, made.ID); err != nil {
		t.Fatal(err)
	}
	for _, dead := range []string{text, "", "callcard_x", "x"} {
		_, err := w.Bearer(t.Context(), dead, "")
		want(t, err, crm.Unauthorized, "")
	}
}
