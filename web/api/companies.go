package api

import (
	"context"

	"github.com/callcard/callcard/crm"
)

// LinkPath is the path of a person in a company.
type LinkPath struct {
	ByID
	Company string `path:"company" format:"uuid"`
}

type linkInput struct {
	LinkPath
	Body struct {
		Position string `json:"position,omitempty" maxLength:"100" doc:"What the person is there, in words."`
		Version  int    `json:"version,omitempty" minimum:"1" doc:"The person's version that the change is based on; missing: change it whatever it has become."`
	}
}

func (a *API) linkCompany(ctx context.Context, in *linkInput) (*contactOutput, error) {
	c, err := a.Contacts.Link(ctx, viewer(ctx), crm.ID(in.ID), crm.ID(in.Company), in.Body.Position, in.Body.Version)
	if err != nil {
		return nil, err
	}
	return a.linked(ctx, c)
}

type unlinkInput struct {
	LinkPath
	Version int `query:"version" minimum:"1" doc:"The person's version that was seen; missing: whatever it has become."`
}

func (a *API) unlinkCompany(ctx context.Context, in *unlinkInput) (*contactOutput, error) {
	c, err := a.Contacts.Unlink(ctx, viewer(ctx), crm.ID(in.ID), crm.ID(in.Company), in.Version)
	if err != nil {
		return nil, err
	}
	return a.linked(ctx, c)
}
