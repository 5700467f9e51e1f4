package users_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/users"
)

func TestCreateUser(t *testing.T) {
	w := newWorld(t)
	_, admin := w.login(t, "admin")
	north := w.units["North"]
	u, err := w.Create(t.Context(), admin, "dona", users.Edit{
		Name: ptr(" Dona Umarova "), Role: ptr("agent"), UnitID: &north, Password: ptr("green apple 11"), Extension: ptr("105"),
		SIPPassword: ptr("0123456789abcdefghij"), Locale: ptr("uz-Latn"), Timezone: ptr("Asia/Samarkand"), AutoAvailable: ptr(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	if u.Name != "Dona Umarova" || u.Unit != "North" || !u.HasPassword || !u.HasPhone || u.Extension != "105" || !u.AutoAvailable ||
		u.Locale != "uz-Latn" || u.Timezone != "Asia/Samarkand" || u.BlockedAt != nil {
		t.Errorf("%+v", u)
	}
	if err := w.try("dona", "green apple 11", "192.0.2.1"); err != nil {
		t.Error(err)
	}
	cache := office.NewCache(w.pool, nil)
	if err := cache.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if phone, ok := cache.Current().UserByExtension("105"); !ok || phone.HA1 != office.NewHA1("105", "0123456789abcdefghij") {
		t.Error("the phone's digests are not those of its password")
	}
}

func TestCreateUserRefuses(t *testing.T) {
	w := newWorld(t)
	_, admin := w.login(t, "admin")
	_, boss := w.login(t, "boss")
	north, nowhere := w.units["North"], crm.NewID()
	fine := users.Edit{Name: ptr("D"), Role: ptr("agent"), UnitID: &north}
	with := func(change func(*users.Edit)) users.Edit {
		e := fine
		change(&e)
		return e
	}
	for name, c := range map[string]struct {
		as    crm.Viewer
		login string
		edit  users.Edit
		code  crm.Code
		field string
	}{
		"login":         {admin, "Dona Umarova", fine, crm.Invalid, "login"},
		"taken login":   {admin, "anna", fine, crm.Conflict, "login"},
		"no name":       {admin, "dona", with(func(e *users.Edit) { e.Name = nil }), crm.Invalid, "name"},
		"empty name":    {admin, "dona", with(func(e *users.Edit) { e.Name = ptr(" ") }), crm.Invalid, "name"},
		"no role":       {admin, "dona", with(func(e *users.Edit) { e.Role = nil }), crm.Invalid, "role"},
		"unknown role":  {admin, "dona", with(func(e *users.Edit) { e.Role = ptr("king") }), crm.Invalid, "role"},
		"unknown unit":  {admin, "dona", with(func(e *users.Edit) { e.UnitID = &nowhere }), crm.Invalid, "office"},
		"which unit":    {admin, "dona", with(func(e *users.Edit) { e.UnitID = nil }), crm.Invalid, "office"},
		"weak password": {admin, "dona", with(func(e *users.Edit) { e.Password = ptr("qwerty123") }), crm.Invalid, "password"},
		"weak phone":    {admin, "dona", with(func(e *users.Edit) { e.Extension, e.SIPPassword = ptr("105"), ptr("1234") }), crm.Invalid, "sip_password"},
		"no extension":  {admin, "dona", with(func(e *users.Edit) { e.SIPPassword = ptr("0123456789abcdefghij") }), crm.Invalid, "sip_password"},
		"odd extension": {admin, "dona", with(func(e *users.Edit) { e.Extension = ptr("1;0") }), crm.Invalid, "extension"},
		"odd locale":    {admin, "dona", with(func(e *users.Edit) { e.Locale = ptr("klingon!") }), crm.Invalid, "locale"},
		"odd timezone":  {admin, "dona", with(func(e *users.Edit) { e.Timezone = ptr("Tashkent") }), crm.Invalid, "timezone"},
		"no right":      {boss, "dona", fine, crm.Forbidden, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.Create(t.Context(), c.as, c.login, c.edit)
			want(t, err, c.code, c.field)
			for _, secret := range []string{"qwerty123", "0123456789abcdefghij", "argon2id"} {
				if err != nil && strings.Contains(err.Error(), secret) {
					t.Errorf("the error shows a secret: %v", err)
				}
			}
		})
	}
}

func TestUpdateUserKeepsVersionsAndEndsSessions(t *testing.T) {
	w := newWorld(t)
	_, admin := w.login(t, "admin")
	token, anna := w.login(t, "anna")
	before, err := w.Get(t.Context(), admin, anna.User)
	if err != nil {
		t.Fatal(err)
	}
	after, err := w.Update(t.Context(), admin, anna.User, before.Version, users.Edit{Name: ptr("Anna K.")})
	if err != nil || after.Version != before.Version+1 || after.Name != "Anna K." || after.Role != "agent" || !after.HasPassword {
		t.Fatalf("%+v, %v", after, err)
	}
	if in, err := w.Session(t.Context(), token, ""); err != nil || in.Name != "Anna K." {
		t.Errorf("the session shows %q, %v", in.Name, err)
	}
	_, err = w.Update(t.Context(), admin, anna.User, before.Version, users.Edit{Name: ptr("Anya")})
	want(t, err, crm.Conflict, "")
	var e *crm.Error
	if errors.As(err, &e) && e.Detail["version"] != after.Version {
		t.Errorf("detail: %v", e.Detail)
	}
	_, err = w.Update(t.Context(), anna, anna.User, after.Version, users.Edit{Role: ptr("admin")})
	want(t, err, crm.NotFound, "")
	south := w.units["South"]
	if after, err = w.Update(t.Context(), admin, anna.User, after.Version, users.Edit{UnitID: &south}); err != nil {
		t.Fatal(err)
	}
	if in, err := w.Session(t.Context(), token, ""); err != nil || in.Viewer.Unit != south {
		t.Errorf("the session is in %s, %v", in.Viewer.Unit, err)
	}
	if after, err = w.Update(t.Context(), admin, anna.User, after.Version, users.Edit{Role: ptr("supervisor")}); err != nil {
		t.Fatal(err)
	}
	_, err = w.Session(t.Context(), token, "")
	want(t, err, crm.Unauthorized, "")
	if after, err = w.Update(t.Context(), admin, anna.User, after.Version, users.Edit{Blocked: ptr(true)}); err != nil || after.BlockedAt == nil {
		t.Fatal(err)
	}
	want(t, w.try("anna", password, "192.0.2.1"), crm.Unauthorized, "")
	if after, err = w.Update(t.Context(), admin, anna.User, after.Version, users.Edit{Blocked: ptr(false), Password: ptr("")}); err != nil || after.HasPassword {
		t.Fatal(err)
	}
	want(t, w.try("anna", "", "192.0.2.8"), crm.Unauthorized, "")
}

// An admin of one office can't make himself or others more than he is.
func TestRightsCannotBeWidened(t *testing.T) {
	w := newWorld(t)
	w.exec(t, `insert into role (name, grants) select 'local-admin', grants || '{"office": {"read": "subtree", "manage": "subtree"}}' from role where name = 'supervisor'`)
	w.exec(t, `update app_user set role = 'local-admin' where login = 'super'`)
	_, local := w.login(t, "super")
	north, south := w.units["North"], w.units["South"]

	far, err := w.Get(t.Context(), local, w.ids["farid"])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Update(t.Context(), local, far.ID, far.Version, users.Edit{UnitID: &north}); err != nil {
		t.Errorf("an agent of his subtree: %v", err)
	}
	_, err = w.Update(t.Context(), local, far.ID, far.Version+1, users.Edit{UnitID: &south})
	want(t, err, crm.Invalid, "office")
	_, err = w.Update(t.Context(), local, far.ID, far.Version+1, users.Edit{Role: ptr("admin")})
	want(t, err, crm.Forbidden, "")
	_, err = w.Update(t.Context(), local, w.ids["sara"], 1, users.Edit{Password: ptr("taken over 12")})
	want(t, err, crm.NotFound, "")
	_, err = w.Create(t.Context(), local, "mole", users.Edit{Name: ptr("M"), Role: ptr("admin"), UnitID: &north})
	want(t, err, crm.Forbidden, "")
	_, err = w.Create(t.Context(), local, "mole", users.Edit{Name: ptr("M"), Role: ptr("agent"), UnitID: &south})
	want(t, err, crm.Invalid, "office")

	w.exec(t, `update app_user set unit_id = $1 where login = 'admin'`, north)
	admin, err := w.Get(t.Context(), local, w.ids["admin"])
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Update(t.Context(), local, admin.ID, admin.Version, users.Edit{Password: ptr("taken over 12")})
	want(t, err, crm.Forbidden, "")
}

func TestPhonesPasswordIsBoundToItsExtension(t *testing.T) {
	w := newWorld(t)
	sys := crm.SystemViewer("test")
	u, err := w.Get(t.Context(), sys, w.ids["anna"])
	if err != nil {
		t.Fatal(err)
	}
	put := func(e users.Edit) error {
		after, err := w.Update(t.Context(), sys, u.ID, u.Version, e)
		if err == nil {
			u = after
		}
		return err
	}
	if err := put(users.Edit{Extension: ptr("101"), SIPPassword: ptr("0123456789abcdefghij")}); err != nil || !u.HasPhone {
		t.Fatal(err)
	}
	want(t, put(users.Edit{Extension: ptr("102")}), crm.Invalid, "sip_password")
	if err := put(users.Edit{Extension: ptr("")}); err != nil || u.HasPhone || u.Extension != "" {
		t.Errorf("%+v, %v", u, err)
	}
	w.exec(t, `update app_user set extension = '103' where login = 'bek'`)
	want(t, put(users.Edit{Extension: ptr("103")}), crm.Conflict, "extension")
}

func TestWhoSeesWhichUsers(t *testing.T) {
	w := newWorld(t)
	for login, want := range map[string]string{
		"admin": "admin anna bek boss farid sara super",
		"boss":  "admin anna bek boss farid sara super",
		"super": "anna bek farid super",
		"anna":  "",
		"sara":  "",
	} {
		_, v := w.login(t, login)
		list, err := w.List(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, u := range list {
			names = append(names, u.Login)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s sees %q, want %q", login, got, want)
		}
	}
	_, super := w.login(t, "super")
	_, err := w.Get(t.Context(), super, w.ids["sara"])
	want(t, err, crm.NotFound, "")
}

func TestAuditOfPeopleHasNoSecrets(t *testing.T) {
	w := newWorld(t)
	_, admin := w.login(t, "admin")
	u, err := w.Get(t.Context(), admin, w.ids["anna"])
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Update(t.Context(), admin, u.ID, u.Version, users.Edit{
		Password: ptr("brand new day"), Extension: ptr("101"), SIPPassword: ptr("0123456789abcdefghij"), Role: ptr("supervisor"),
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := w.pool.Query(t.Context(), `select coalesce(diff::text, '') from audit where object = 'users' and action = 'update' and user_id = $1`, admin.User)
	if err != nil {
		t.Fatal(err)
	}
	diffs, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(diffs) != 1 {
		t.Fatalf("%q, %v", diffs, err)
	}
	for _, has := range []string{`"role": ["agent", "supervisor"]`, `"extension": ["", "101"]`, `"password": ["[secret]", "[secret]"]`} {
		if !strings.Contains(diffs[0], has) {
			t.Errorf("%s lacks %s", diffs[0], has)
		}
	}
	for _, secret := range []string{"brand new day", "0123456789abcdefghij", "argon2id"} {
		if strings.Contains(diffs[0], secret) {
			t.Errorf("%s shows %s", diffs[0], secret)
		}
	}
}
