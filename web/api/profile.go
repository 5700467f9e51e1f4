package api

import (
	"context"

	"github.com/callcard/callcard/crm/users"
)

type profileInput struct {
	Body struct {
		Name     *string `json:"name,omitempty" minLength:"1" maxLength:"500"`
		Locale   *string `json:"locale,omitempty" enum:"en,ru,uz-Latn,uz-Cyrl"`
		Timezone *string `json:"timezone,omitempty" doc:"IANA name; empty: the office's."`
	}
}

type meOutput struct{ Body Me }

func (a *API) changeProfile(ctx context.Context, in *profileInput) (*meOutput, error) {
	who, err := a.Gate.ChangeProfile(ctx, identity(ctx), users.Profile{Name: in.Body.Name, Locale: in.Body.Locale, Timezone: in.Body.Timezone})
	if err != nil {
		return nil, err
	}
	return &meOutput{a.me(who)}, nil
}
