package api

import (
	"context"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/users"
)

// OfficeUser is a person as the settings show him.
type OfficeUser struct {
	ID            crm.ID     `json:"id"`
	Login         string     `json:"login"`
	Name          string     `json:"name"`
	Office        string     `json:"office"`
	OfficeID      crm.ID     `json:"office_id"`
	Role          string     `json:"role"`
	Locale        string     `json:"locale,omitempty"`
	Timezone      string     `json:"timezone,omitempty"`
	Extension     string     `json:"extension,omitempty"`
	HasPassword   bool       `json:"has_password" doc:"He can sign in."`
	HasPhone      bool       `json:"has_phone" doc:"A desk phone may register as him."`
	AutoAvailable bool       `json:"auto_available"`
	BlockedAt     *time.Time `json:"blocked_at,omitempty"`
	Version       int        `json:"version"`
}

func officeUser(u users.User) OfficeUser {
	return OfficeUser{ID: u.ID, Login: u.Login, Name: u.Name, Office: u.Unit, OfficeID: u.UnitID, Role: u.Role, Locale: u.Locale,
		Timezone: u.Timezone, Extension: u.Extension, HasPassword: u.HasPassword, HasPhone: u.HasPhone, AutoAvailable: u.AutoAvailable,
		BlockedAt: u.BlockedAt, Version: u.Version}
}

func (a *API) listUsers(ctx context.Context, _ *struct{}) (*listOutput[OfficeUser], error) {
	if err := mayOffice(ctx, crm.Read); err != nil {
		return nil, err
	}
	found, err := a.Users.List(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	return list(found, "", officeUser), nil
}

// UserFields are what can be set of a person. A field that is missing stays.
type UserFields struct {
	Name          *string `json:"name,omitempty"`
	Password      *string `json:"password,omitempty" maxLength:"1024" doc:"Empty: he can't sign in any more. A change ends his sessions."`
	Role          *string `json:"role,omitempty"`
	OfficeID      *crm.ID `json:"office_id,omitempty" format:"uuid"`
	Locale        *string `json:"locale,omitempty"`
	Timezone      *string `json:"timezone,omitempty"`
	Extension     *string `json:"extension,omitempty" doc:"Empty: no phone."`
	SIPPassword   *string `json:"sip_password,omitempty" doc:"Of his desk phone, at least 20 characters; a new extension needs it again."`
	AutoAvailable *bool   `json:"auto_available,omitempty"`
	Blocked       *bool   `json:"blocked,omitempty"`
}

func (f UserFields) edit() users.Edit {
	return users.Edit{Name: f.Name, Password: f.Password, Role: f.Role, UnitID: f.OfficeID, Locale: f.Locale, Timezone: f.Timezone,
		Extension: f.Extension, SIPPassword: f.SIPPassword, AutoAvailable: f.AutoAvailable, Blocked: f.Blocked}
}

type createUserInput struct {
	Body struct {
		Login string `json:"login" maxLength:"64"`
		UserFields
	}
}

type userOutput struct{ Body OfficeUser }

func (a *API) createUser(ctx context.Context, in *createUserInput) (*userOutput, error) {
	if err := mayOffice(ctx, crm.Manage); err != nil {
		return nil, err
	}
	u, err := a.Users.Create(ctx, viewer(ctx), in.Body.Login, in.Body.edit())
	if err != nil {
		return nil, err
	}
	return &userOutput{officeUser(u)}, nil
}

type patchUserInput struct {
	ByID
	Body struct {
		Version int `json:"version" minimum:"1" doc:"The version that the change is based on."`
		UserFields
	}
}

func (a *API) patchUser(ctx context.Context, in *patchUserInput) (*userOutput, error) {
	id, err := in.id("user")
	if err != nil {
		return nil, err
	}
	u, err := a.Users.Update(ctx, viewer(ctx), id, in.Body.Version, in.Body.edit())
	if err != nil {
		return nil, err
	}
	return &userOutput{officeUser(u)}, nil
}
