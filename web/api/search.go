package api

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/web/live"
)

// Found is what the search field shows while one types.
type Found struct {
	Contacts []live.Contact `json:"contacts" doc:"At most 8, the last in touch first."`
	Calls    []live.Call    `json:"calls" doc:"At most 5, newest first."`
}

const (
	contactsFound = 8
	callsFound    = 5
)

type searchInput struct {
	Q string `query:"q" maxLength:"300" doc:"Words of a name in any script, a part of a number, a mail address; nothing: the latest."`
}

type searchOutput struct{ Body Found }

// search asks for both at once: one types on while the answer is on its way.
func (a *API) search(ctx context.Context, in *searchInput) (*searchOutput, error) {
	v := viewer(ctx)
	var people contacts.Page
	var talks calls.Page
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		people, err = a.Contacts.List(ctx, v, contacts.Filter{Q: in.Q, Limit: contactsFound})
		return err
	})
	both.Go(func() (err error) {
		talks, err = a.Calls.List(ctx, v, calls.Filter{Q: in.Q, Rules: a.Phones(v.Unit), Limit: callsFound})
		return err
	})
	if err := both.Wait(); err != nil {
		return nil, err
	}
	o := a.Office()
	return &searchOutput{Found{
		Contacts: list(people.Items, "", a.contact).Body.Items,
		Calls:    list(talks.Calls, "", func(c calls.Call) live.Call { return live.NewCall(&c, o) }).Body.Items,
	}}, nil
}
