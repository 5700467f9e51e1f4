package api

import (
	"context"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/web/live"
)

func (a *API) contact(c contacts.Contact) live.Contact { return live.NewContact(c, a.Office()) }

type listContactsInput struct {
	Q     string `query:"q" maxLength:"300" doc:"Words of the name in any script, a part of a number, a mail address, a taxpayer's number."`
	Phone string `query:"phone" doc:"A whole number in any form."`
	Kind  string `query:"kind" enum:"person,company"`
	Type  string `query:"type" enum:"client,supplier,partner,own"`
	Owner string `query:"owner" doc:"Login or id."`
	Sort  string `query:"sort" enum:"last_touch,name,created" default:"last_touch"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After string `query:"after"`
}

func (a *API) listContacts(ctx context.Context, in *listContactsInput) (*listOutput[live.Contact], error) {
	owner, err := a.userID(ctx, "owner", in.Owner)
	if err != nil {
		return nil, err
	}
	page, err := a.Contacts.List(ctx, viewer(ctx), contacts.Filter{Q: in.Q, Phone: in.Phone, Kind: contacts.Kind(in.Kind), Type: in.Type,
		Owner: owner, Sort: contacts.Sort(in.Sort), Limit: in.Limit, Cursor: in.After})
	if err != nil {
		return nil, err
	}
	return list(page.Items, page.Next, a.contact), nil
}

type contactOutput struct{ Body live.Contact }

// linked answers with a card and whom it is linked to.
func (a *API) linked(ctx context.Context, c contacts.Contact) (*contactOutput, error) {
	if err := a.Contacts.Linked(ctx, viewer(ctx), &c); err != nil {
		return nil, err
	}
	return &contactOutput{a.contact(c)}, nil
}

func (a *API) getContact(ctx context.Context, in *ByID) (*contactOutput, error) {
	c, err := a.Contacts.Get(ctx, viewer(ctx), crm.ID(in.ID))
	if err != nil {
		return nil, err
	}
	return a.linked(ctx, c)
}

// ChannelInput is a way to reach a contact, as people type it.
type ChannelInput struct {
	Kind   string `json:"kind,omitempty" default:"phone" doc:"phone, email, telegram, …"`
	Raw    string `json:"raw" maxLength:"320"`
	Ext    string `json:"ext,omitempty" maxLength:"8" doc:"Extension, in place of one within raw."`
	Shared bool   `json:"is_shared,omitempty" doc:"Used by several people."`
	Status string `json:"status,omitempty" enum:"wrong,unreachable"`
	Label  string `json:"label,omitempty" maxLength:"100"`
}

func (in ChannelInput) input() contacts.ChannelInput { return contacts.ChannelInput(in) }

type createContactInput struct {
	Body struct {
		Kind     string         `json:"kind,omitempty" enum:"person,company" default:"person"`
		Name     string         `json:"name" maxLength:"200"`
		Phones   []string       `json:"phones,omitempty" maxItems:"50" doc:"Telephone numbers in any form: short for channels."`
		Channels []ChannelInput `json:"channels,omitempty" maxItems:"50"`
		Types    []string       `json:"types,omitempty"`
		TIN      string         `json:"tin,omitempty"`
		Lang     string         `json:"lang,omitempty"`
		TZ       string         `json:"tz,omitempty"`
		Owner    string         `json:"owner,omitempty" doc:"Login or id; oneself if missing."`
		OfficeID string         `json:"office_id,omitempty" format:"uuid" doc:"One's own if missing."`
		Custom   map[string]any `json:"custom,omitempty"`
		Force    bool           `json:"force,omitempty" doc:"Make it although another card has the number."`
	}
}

func (a *API) createContact(ctx context.Context, in *createContactInput) (*contactOutput, error) {
	b := &in.Body
	owner, err := a.userID(ctx, "owner", b.Owner)
	if err != nil {
		return nil, err
	}
	n := contacts.New{Kind: contacts.Kind(b.Kind), Name: b.Name, Types: b.Types, TIN: b.TIN, Lang: b.Lang, TZ: b.TZ, Owner: owner,
		Unit: crm.ID(b.OfficeID), Custom: b.Custom, Force: b.Force}
	for _, p := range b.Phones {
		n.Channels = append(n.Channels, contacts.ChannelInput{Kind: contacts.Phone, Raw: p})
	}
	for _, ch := range b.Channels {
		n.Channels = append(n.Channels, ch.input())
	}
	c, err := a.Contacts.Create(ctx, viewer(ctx), n)
	if err != nil {
		return nil, err
	}
	return &contactOutput{a.contact(c)}, nil
}

type patchContactInput struct {
	ByID
	Body struct {
		Version  int            `json:"version,omitempty" minimum:"1" doc:"The version that the change is based on; missing: change it whatever it has become."`
		Kind     *contacts.Kind `json:"kind,omitempty" enum:"person,company"`
		Name     *string        `json:"name,omitempty" maxLength:"200"`
		Types    *[]string      `json:"types,omitempty"`
		TIN      *string        `json:"tin,omitempty"`
		Lang     *string        `json:"lang,omitempty"`
		TZ       *string        `json:"tz,omitempty"`
		Owner    *string        `json:"owner,omitempty" doc:"Login or id; empty takes the owner away."`
		OfficeID *crm.ID        `json:"office_id,omitempty" format:"uuid"`
		Custom   map[string]any `json:"custom,omitempty" doc:"Merged into what is there; null removes a key."`
		Add      []ChannelInput `json:"add,omitempty" maxItems:"50"`
		Edit     []channelEdit  `json:"edit,omitempty" maxItems:"50"`
		Remove   []crm.ID       `json:"remove,omitempty" maxItems:"50" doc:"Ids of channels."`
		Force    bool           `json:"force,omitempty" doc:"Add numbers although other cards have them."`
	}
}

type channelEdit struct {
	ID crm.ID `json:"id"`
	ChannelInput
}

func (a *API) patchContact(ctx context.Context, in *patchContactInput) (*contactOutput, error) {
	b := &in.Body
	p := contacts.Patch{Version: b.Version, Kind: b.Kind, Name: b.Name, Types: b.Types, TIN: b.TIN, Lang: b.Lang, TZ: b.TZ,
		Unit: b.OfficeID, Custom: b.Custom, Remove: b.Remove, Force: b.Force}
	if b.Owner != nil {
		owner, err := a.userID(ctx, "owner", *b.Owner)
		if err != nil {
			return nil, err
		}
		p.Owner = &owner
	}
	for _, ch := range b.Add {
		p.Add = append(p.Add, ch.input())
	}
	for _, e := range b.Edit {
		p.Edit = append(p.Edit, contacts.ChannelEdit{ID: e.ID, ChannelInput: e.input()})
	}
	c, err := a.Contacts.Patch(ctx, viewer(ctx), crm.ID(in.ID), p)
	if err != nil {
		return nil, err
	}
	return a.linked(ctx, c)
}

type deleteContactInput struct {
	ByID
	Version int `query:"version" minimum:"1" doc:"The version that was seen; missing: delete it whatever it has become."`
}

func (a *API) deleteContact(ctx context.Context, in *deleteContactInput) (*struct{}, error) {
	return nil, a.Contacts.Delete(ctx, viewer(ctx), crm.ID(in.ID), in.Version)
}

type markInput struct {
	Body struct {
		Phone string        `json:"phone" maxLength:"50" doc:"A number in any form."`
		Hint  contacts.Hint `json:"hint" enum:",spam,internal,ask" doc:"spam, internal: no card; ask: never open a card without asking; empty: forget."`
	}
}

func (a *API) markNumber(ctx context.Context, in *markInput) (*struct{}, error) {
	norm, err := a.norm(ctx, in.Body.Phone)
	if err != nil {
		return nil, err
	}
	return nil, a.Contacts.MarkNumber(ctx, viewer(ctx), norm, in.Body.Hint)
}
