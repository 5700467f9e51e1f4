package api

import (
	"context"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
)

// Page is a page of a list.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Give it as ?after to get the next page; missing on the last one."`
}

type listOutput[T any] struct{ Body Page[T] }

// list makes a page of wire values.
func list[From, To any](found []From, next string, wire func(From) To) *listOutput[To] {
	items := make([]To, len(found))
	for i, f := range found {
		items[i] = wire(f)
	}
	return &listOutput[To]{Page[To]{Items: items, Next: next}}
}

// ByID is the path of one object. It is exported because huma does not look into
// embedded types that are not.
type ByID struct {
	ID string `path:"id"`
}

// id is the id of the path. One that can't exist is as unknown as one that doesn't.
func (in ByID) id(what string) (crm.ID, error) {
	id, err := crm.ParseID(in.ID)
	if err != nil {
		return "", crm.Errorf(crm.NotFound, "There is no such %s.", what)
	}
	return id, nil
}

// within: may v do a on an o of the given owners and office?
func within(v crm.Viewer, o crm.Object, a crm.Action, unit crm.ID, owners ...crm.ID) bool {
	return v.Reaches(o, a, unit, owners...)
}

// login names a user as people know him.
func (a *API) login(id crm.ID) string {
	if u, ok := a.Office().UserByID(id); ok {
		return u.Login
	}
	return string(id)
}

// userID reads a user who is named by login or id; "" stays "". Somebody whom the
// viewer does not know is as unknown as nobody.
func (a *API) userID(ctx context.Context, field, name string) (crm.ID, error) {
	if name == "" {
		return "", nil
	}
	u, ok := a.Office().UserByLogin(name)
	if !ok {
		u, ok = a.Office().UserByID(crm.ID(name))
	}
	if !ok || !knows(viewer(ctx), u) {
		return "", crm.InvalidField(field, "There is no user %q.", name)
	}
	return u.ID, nil
}

// knows: one knows oneself and the people of the offices whose queues one sees.
func knows(v crm.Viewer, u office.User) bool {
	return u.ID == v.User || within(v, crm.Queues, crm.Read, u.Unit)
}
