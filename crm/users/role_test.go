package users_test

import (
	"testing"

	"github.com/callcard/callcard/crm"
)

// What the built-in roles may do, as a table that a supervisor can check. A row that
// is not here is checked to be forbidden.
func TestGrantsOfTheRoles(t *testing.T) {
	w := newWorld(t)
	type right struct {
		o crm.Object
		a crm.Action
	}
	table := map[string]map[right]crm.Reach{
		"anna": {
			{crm.Contacts, crm.Read}: crm.Unit, {crm.Contacts, crm.Create}: crm.Unit, {crm.Contacts, crm.Update}: crm.Unit,
			{crm.Calls, crm.Read}: crm.Own, {crm.Calls, crm.Create}: crm.Own, {crm.Calls, crm.Update}: crm.Own,
			{crm.Recordings, crm.Listen}: crm.Own,
			{crm.Tasks, crm.Read}:        crm.Own, {crm.Tasks, crm.Create}: crm.Own, {crm.Tasks, crm.Update}: crm.Own,
			{crm.Queues, crm.Read}: crm.Unit,
		},
		"boss": {
			{crm.Contacts, crm.Read}: crm.Subtree, {crm.Contacts, crm.Create}: crm.Subtree, {crm.Contacts, crm.Update}: crm.Subtree,
			{crm.Contacts, crm.Delete}: crm.Subtree, {crm.Contacts, crm.Export}: crm.Subtree,
			{crm.Calls, crm.Read}: crm.Subtree, {crm.Calls, crm.Create}: crm.Subtree, {crm.Calls, crm.Update}: crm.Subtree,
			{crm.Calls, crm.Export}:      crm.Subtree,
			{crm.Recordings, crm.Listen}: crm.Subtree,
			{crm.Recordings, crm.Export}: crm.Subtree,
			{crm.Tasks, crm.Read}:        crm.Subtree, {crm.Tasks, crm.Create}: crm.Subtree, {crm.Tasks, crm.Update}: crm.Subtree,
			{crm.Tasks, crm.Delete}: crm.Subtree, {crm.Tasks, crm.Export}: crm.Subtree,
			{crm.Queues, crm.Read}: crm.Subtree, {crm.Queues, crm.Update}: crm.Subtree, {crm.Queues, crm.Export}: crm.Subtree,
			{crm.Office, crm.Read}: crm.Subtree,
		},
	}
	objects := []crm.Object{crm.Contacts, crm.Calls, crm.Recordings, crm.Tasks, crm.Queues, crm.Office}
	actions := []crm.Action{crm.Read, crm.Create, crm.Update, crm.Delete, crm.Listen, crm.Export, crm.Manage}
	for login, rights := range table {
		_, v := w.login(t, login)
		for _, o := range objects {
			for _, a := range actions {
				if got, want := v.Reach(o, a), rights[right{o, a}]; got != want {
					t.Errorf("%s: %s %s: %q, want %q", v.Login, a, o, got, want)
				}
			}
		}
	}
	_, admin := w.login(t, "admin")
	for _, r := range []right{{crm.Office, crm.Manage}, {crm.Recordings, crm.Listen}, {crm.Contacts, crm.Export}, {crm.Calls, crm.Read}} {
		if admin.Reach(r.o, r.a) != crm.All {
			t.Errorf("admin: %s %s: %q", r.a, r.o, admin.Reach(r.o, r.a))
		}
	}
}
