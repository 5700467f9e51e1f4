package users_test

import (
	"context"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/users"
)

const chosen = "lilac meadow 9"

func (w *world) accept(link, password string) error {
	_, _, err := w.Accept(context.Background(), link, password, "192.0.2.7", "test")
	return err
}

func TestALinkSetsAPasswordOnce(t *testing.T) {
	w := newWorld(t)
	_, admin := w.login(t, "admin")
	north := w.units["North"]
	link, i, err := w.Invite(t.Context(), admin, "dilnoza", users.Edit{Name: ptr("Dilnoza"), Role: ptr("agent"), UnitID: &north, Locale: ptr("uz-Latn")})
	if err != nil {
		t.Fatal(err)
	}
	if i.Login != "dilnoza" || i.Unit != "North" || i.InvitedBy != "admin" || i.ExpiresAt.Sub(i.CreatedAt) != 72*time.Hour {
		t.Errorf("invitation = %+v", i)
	}
	seen, err := w.Invited(t.Context(), link, "192.0.2.7")
	if err != nil || seen.Name != "Dilnoza" || seen.Locale != "uz-Latn" || seen.InvitedByName == "" {
		t.Errorf("the link says %+v, %v", seen, err)
	}
	want(t, w.try("dilnoza", "", "192.0.2.7"), crm.Unauthorized, "")
	want(t, w.accept(link, "12345678"), crm.Invalid, "password")
	token, in, err := w.Accept(t.Context(), link, chosen, "192.0.2.7", "test")
	if err != nil || in.Viewer.Login != "dilnoza" || in.Role != "agent" || in.Session == "" {
		t.Fatalf("signed in as %+v, %v", in, err)
	}
	if _, err := w.Session(t.Context(), token, "192.0.2.7"); err != nil {
		t.Error(err)
	}
	want(t, w.accept(link, chosen), crm.NotFound, "")
	if err := w.try("dilnoza", chosen, "192.0.2.7"); err != nil {
		t.Error(err)
	}
	list, err := w.Invitations(t.Context(), admin)
	if err != nil || len(list) != 0 {
		t.Errorf("still open: %+v, %v", list, err)
	}
	for _, action := range []string{"create", "invite", "accept_invitation"} {
		if n := w.count(t, `select count(*) from audit where object = 'users' and object_id = $1 and action = $2`, i.UserID, action); n != 1 {
			t.Errorf("%d lines of the audit say %s", n, action)
		}
	}
}

// Unknown, used, replaced, expired, withdrawn and blocked links are the same to whoever
// holds them.
func TestDeadLinks(t *testing.T) {
	w := newWorld(t)
	_, admin := w.login(t, "admin")
	again := func() (string, users.Invitation) {
		t.Helper()
		link, i, err := w.InviteAgain(t.Context(), admin, w.ids["anna"])
		if err != nil {
			t.Fatal(err)
		}
		return link, i
	}
	old, i := again()
	fresh, renewed, err := w.Renew(t.Context(), admin, i.ID)
	if err != nil || renewed.ID != i.ID {
		t.Fatalf("%+v, %v", renewed, err)
	}
	want(t, w.accept(old, chosen), crm.NotFound, "")
	want(t, w.accept("", chosen), crm.NotFound, "")
	want(t, w.accept("made up", chosen), crm.NotFound, "")

	w.clock.pass(72 * time.Hour)
	want(t, w.accept(fresh, chosen), crm.NotFound, "")
	_, admin = w.login(t, "admin")
	list, err := w.Invitations(t.Context(), admin)
	if err != nil || len(list) != 1 {
		t.Fatalf("an expired link can't be renewed: %+v, %v", list, err)
	}

	link, i := again()
	if err := w.Withdraw(t.Context(), admin, i.ID); err != nil {
		t.Fatal(err)
	}
	want(t, w.accept(link, chosen), crm.NotFound, "")
	want(t, w.Withdraw(t.Context(), admin, i.ID), crm.NotFound, "")
	_, _, err = w.Renew(t.Context(), admin, i.ID)
	want(t, err, crm.NotFound, "")

	link, _ = again() // a password that is set otherwise makes the link dead
	token, _ := w.login(t, "anna")
	if _, err := w.ChangePassword(t.Context(), token, "192.0.2.1", password, "orange kettle 3"); err != nil {
		t.Fatal(err)
	}
	want(t, w.accept(link, chosen), crm.NotFound, "")

	link, _ = again()
	u, err := w.Get(t.Context(), admin, w.ids["anna"])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Update(t.Context(), admin, u.ID, u.Version, users.Edit{Blocked: ptr(true)}); err != nil {
		t.Fatal(err)
	}
	want(t, w.accept(link, chosen), crm.NotFound, "")
	_, _, err = w.InviteAgain(t.Context(), admin, u.ID)
	want(t, err, crm.Conflict, "")
}

func TestALostPasswordIsReplaced(t *testing.T) {
	w := newWorld(t)
	_, admin := w.login(t, "admin")
	token, _ := w.login(t, "anna")
	link, _, err := w.InviteAgain(t.Context(), admin, w.ids["anna"])
	if err != nil {
		t.Fatal(err)
	}
	if err := w.try("anna", password, "192.0.2.1"); err != nil {
		t.Errorf("the old password does not hold until the link is used: %v", err)
	}
	if err := w.accept(link, chosen); err != nil {
		t.Fatal(err)
	}
	want(t, w.try("anna", password, "192.0.2.1"), crm.Unauthorized, "")
	_, err = w.Session(t.Context(), token, "192.0.2.1")
	want(t, err, crm.Unauthorized, "")
}

func TestOfTwoWithOneLinkOneIsLetIn(t *testing.T) {
	w := newWorld(t)
	_, admin := w.login(t, "admin")
	link, _, err := w.InviteAgain(t.Context(), admin, w.ids["anna"])
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan error, 4)
	for range cap(results) {
		go func() { results <- w.accept(link, chosen) }()
	}
	let := 0
	for range cap(results) {
		if err := <-results; err == nil {
			let++
		} else {
			want(t, err, crm.NotFound, "")
		}
	}
	if let != 1 {
		t.Errorf("%d were let in", let)
	}
}

// A link is as good as a password: who may not set one may not make one.
func TestWhoMayInvite(t *testing.T) {
	w := newWorld(t)
	w.exec(t, `insert into role (name, grants) select 'local-admin', grants || '{"office": {"read": "subtree", "manage": "subtree"}}' from role where name = 'supervisor'`)
	w.exec(t, `update app_user set role = 'local-admin' where login = 'super'`)
	_, local := w.login(t, "super")
	_, boss := w.login(t, "boss")
	_, admin := w.login(t, "admin")
	north, south := w.units["North"], w.units["South"]

	_, far, err := w.InviteAgain(t.Context(), local, w.ids["farid"])
	if err != nil {
		t.Errorf("an agent of his subtree: %v", err)
	}
	_, sara, err := w.InviteAgain(t.Context(), admin, w.ids["sara"])
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = w.InviteAgain(t.Context(), local, w.ids["sara"])
	want(t, err, crm.NotFound, "")
	_, _, err = w.Renew(t.Context(), local, sara.ID)
	want(t, err, crm.NotFound, "")
	want(t, w.Withdraw(t.Context(), local, sara.ID), crm.NotFound, "")
	_, _, err = w.InviteAgain(t.Context(), boss, w.ids["anna"]) // he may read, not manage
	want(t, err, crm.NotFound, "")
	_, _, err = w.Invite(t.Context(), local, "mole", users.Edit{Name: ptr("M"), Role: ptr("admin"), UnitID: &north})
	want(t, err, crm.Forbidden, "")
	_, _, err = w.Invite(t.Context(), local, "mole", users.Edit{Name: ptr("M"), Role: ptr("agent"), UnitID: &south})
	want(t, err, crm.Invalid, "office")
	w.exec(t, `update app_user set unit_id = $1 where login = 'admin'`, north)
	_, _, err = w.InviteAgain(t.Context(), local, w.ids["admin"])
	want(t, err, crm.Forbidden, "")

	for _, c := range []struct {
		who  crm.Viewer
		sees int
	}{{admin, 2}, {local, 1}, {boss, 0}} {
		if list, err := w.Invitations(t.Context(), c.who); err != nil || len(list) != c.sees {
			t.Errorf("%s sees %+v, %v", c.who.Login, list, err)
		}
	}
	if far.Login != "farid" {
		t.Errorf("invitation = %+v", far)
	}
}

func TestTryingLinksIsSlowedDown(t *testing.T) {
	w := newWorld(t)
	for range 20 {
		_, err := w.Invited(t.Context(), "made up", "198.51.100.1")
		want(t, err, crm.NotFound, "")
	}
	_, err := w.Invited(t.Context(), "made up", "198.51.100.1")
	want(t, err, crm.TooMany, "")
	_, err = w.Invited(t.Context(), "made up", "198.51.100.2")
	want(t, err, crm.NotFound, "")
	if err := w.try("anna", password, "198.51.100.1"); err != nil {
		t.Errorf("dead links keep somebody from signing in: %v", err)
	}
}

func TestOnesOwnProfile(t *testing.T) {
	w := newWorld(t)
	token, anna := w.login(t, "anna")
	in, err := w.ChangeProfile(t.Context(), token, "192.0.2.1", users.Profile{Name: ptr("Anna K."), Locale: ptr("ru"), Timezone: ptr("Asia/Almaty")})
	if err != nil || in.Name != "Anna K." || in.Locale != "ru" || in.Timezone != "Asia/Almaty" || in.Role != "agent" {
		t.Fatalf("%+v, %v", in, err)
	}
	if in, err = w.ChangeProfile(t.Context(), token, "192.0.2.1", users.Profile{Timezone: ptr("")}); err != nil || in.Timezone != "Asia/Tashkent" || in.Name != "Anna K." {
		t.Errorf("%+v, %v", in, err)
	}
	before := w.count(t, `select version from app_user where id = $1`, anna.User)
	if _, err = w.ChangeProfile(t.Context(), token, "192.0.2.1", users.Profile{Name: ptr(" Anna K. "), Locale: ptr("ru")}); err != nil {
		t.Error(err)
	}
	if n := w.count(t, `select version from app_user where id = $1`, anna.User); n != before {
		t.Errorf("nothing has changed, and the version is %d after %d", n, before)
	}
	_, err = w.ChangeProfile(t.Context(), token, "192.0.2.1", users.Profile{Name: ptr(" ")})
	want(t, err, crm.Invalid, "name")
	_, err = w.ChangeProfile(t.Context(), token, "192.0.2.1", users.Profile{Timezone: ptr("Asia/Nowhere")})
	want(t, err, crm.Invalid, "timezone")
	_, err = w.ChangeProfile(t.Context(), "no token", "192.0.2.1", users.Profile{Name: ptr("X")})
	want(t, err, crm.Unauthorized, "")
	if n := w.count(t, `select count(*) from audit where action = 'update' and user_id = $1 and object_id = $1 and diff ? 'timezone'`, anna.User); n != 2 {
		t.Errorf("%d lines in the audit", n)
	}
}
