package api

import (
	"context"
	"slices"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/web/live"
)

// Trunk is a line to the world. Passwords are never shown.
type Trunk struct {
	ID       crm.ID            `json:"id"`
	Name     string            `json:"name"`
	Former   []string          `json:"former_names,omitempty" doc:"History before it was renamed has these."`
	Hosts    []string          `json:"hosts"`
	Server   string            `json:"server,omitempty" doc:"Where we register."`
	User     string            `json:"user,omitempty"`
	Region   string            `json:"region,omitempty"`
	AreaCode string            `json:"area_code,omitempty"`
	MaxCalls int               `json:"max_calls" doc:"0: no limit."`
	Disabled bool              `json:"disabled"`
	Status   *live.TrunkStatus `json:"status,omitempty" doc:"Missing for one that is disabled; trunk.changed brings what is new."`
}

// listTrunks is for those who manage some office: a trunk belongs to none of them.
func (a *API) listTrunks(ctx context.Context, _ *struct{}) (*revisedOutput[Trunk], error) {
	if err := mayOffice(ctx, crm.Manage); err != nil {
		return nil, err
	}
	o, states := a.Office(), a.Trunks()
	out := &revisedOutput[Trunk]{Revised[Trunk]{Items: make([]Trunk, len(o.Trunks)), Revision: o.Revision}}
	for i, t := range o.Trunks {
		out.Body.Items[i] = trunk(t, states)
	}
	return out, nil
}

func trunk(t office.Trunk, states []live.TrunkStatus) Trunk {
	w := Trunk{ID: t.ID, Name: t.Name, Former: t.Former, Hosts: append([]string{}, t.Hosts...), Region: t.Region, AreaCode: t.AreaCode,
		MaxCalls: t.MaxCalls, Disabled: t.Disabled}
	if t.Register != nil {
		w.Server, w.User = t.Register.Server, t.Register.User
	}
	if i := slices.IndexFunc(states, func(s live.TrunkStatus) bool { return s.Name == t.Name }); i >= 0 && !t.Disabled {
		w.Status = &states[i]
	}
	return w
}
