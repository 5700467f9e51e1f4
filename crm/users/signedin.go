package users

import (
	"net/netip"
	"time"

	"github.com/callcard/callcard/crm"
)

// SignedIn is somebody whose session or token was good a moment ago.
type SignedIn struct {
	Viewer    crm.Viewer
	Session   crm.ID // "" when a token was used
	Name      string
	Role      string
	Locale    string // "" = what the browser asks for
	Timezone  string // the user's, else his office's
	Extension string
	ExpiresAt time.Time // zero = never
}

// person is what signing in needs of app_user; rights and offices are read with it.
type person struct {
	UserID    crm.ID
	Login     string
	Name      string
	UnitID    crm.ID
	Role      string
	Locale    string
	Timezone  string
	Extension string
	Grants    crm.Grants
	Subtree   []crm.ID
}

const (
	personColumns = `
a.id as user_id, a.login, a.name, a.unit_id, a.role, a.locale, coalesce(nullif(a.timezone, ''), u.timezone) as timezone,
coalesce(a.extension, '') as extension, r.grants,
array(with recursive below as (select a.unit_id as id union select c.id from unit c join below on c.parent_id = below.id)
      select id from below) as subtree`
	personTables = `app_user a join role r on r.name = a.role join unit u on u.id = a.unit_id`
)

func (p person) signedIn(via, ip string) SignedIn {
	return SignedIn{
		Viewer: crm.Viewer{
			User: p.UserID, Login: p.Login, Unit: p.UnitID, Subtree: p.Subtree, Grants: p.Grants, Via: via, IP: cleanIP(ip),
		},
		Name: p.Name, Role: p.Role, Locale: p.Locale, Timezone: p.Timezone, Extension: p.Extension,
	}
}

// cleanIP is an address that the database takes, "" for anything else.
func cleanIP(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	return addr.Unmap().WithZone("").String()
}

func errSignIn() error { return crm.Errorf(crm.Unauthorized, "Sign in first.") }
