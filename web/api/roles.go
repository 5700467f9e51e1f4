package api

import (
	"context"

	"github.com/callcard/callcard/crm"
)

// Role is what a person may be.
type Role struct {
	Name   string     `json:"name"`
	Grants crm.Grants `json:"grants" doc:"Object -> action -> how far: own, unit, subtree, all. What is missing is not allowed."`
	Yours  bool       `json:"yours" doc:"You may give it to others: it has no right that you don't have."`
}

func (a *API) listRoles(ctx context.Context, _ *struct{}) (*listOutput[Role], error) {
	if err := mayOffice(ctx, crm.Read); err != nil {
		return nil, err
	}
	o, v := a.Office(), viewer(ctx)
	return list(o.Roles, "", func(name string) Role {
		grants := o.RoleGrants(name)
		return Role{Name: name, Grants: grants, Yours: v.Can(crm.Office, crm.Manage) && v.Covers(grants)}
	}), nil
}
