package office

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

func (p *plan) planUsers() {
	var moved []crm.ID
	first := len(p.steps)
	for _, u := range p.file.Users {
		row, exists := p.users[u.Login]
		if u.Remove {
			if exists {
				p.dismiss(u, row)
			}
		} else {
			p.planUser(u, row, exists)
		}
		if row.Extension != "" && row.Extension != p.users[u.Login].Extension {
			moved = append(moved, row.ID)
		}
	}
	p.checkExtensions()
	if len(moved) > 0 && len(p.steps) > first {
		// People may swap extensions or inherit one: nobody holds them while they are dealt out.
		write := p.steps[first].write
		p.steps[first].write = func(ctx context.Context, tx pgx.Tx) error {
			if err := takeExtensionsAway(ctx, tx, moved); err != nil {
				return err
			}
			return write(ctx, tx)
		}
	}
}

func (p *plan) planUser(u FileUser, row userRow, exists bool) {
	var old []field
	was := row
	var needs needs
	if exists {
		old = row.fields()
		needs.offices, needs.roles = []string{row.Unit}, []string{row.Role}
	} else {
		row = userRow{ID: crm.NewID(), Login: u.Login}
	}
	row.Name, row.Role, row.Locale, row.AutoAvailable, row.Blocked = u.Name, u.Role, u.Locale, u.AutoAvailable, u.Blocked
	row.Unit = p.officeOf(u.Office, row.Unit, "", u.Place)
	if hash := p.hash[u.Login]; hash != "" {
		row.PasswordHash = hash
	}
	row.Extension = u.Extension
	switch {
	case u.SIPPassword != "":
		ha1 := NewHA1(u.Extension, string(u.SIPPassword))
		row.HA1MD5, row.HA1SHA256 = string(ha1.MD5), string(ha1.SHA256)
	case u.Extension == "":
		row.HA1MD5, row.HA1SHA256 = "", ""
	case u.Extension != was.Extension && was.HA1MD5 != "":
		p.wrong(u.line("extension"), join(u.Path, "extension"),
			"changes from %s to %s; the phone's password is bound to the extension, so give sip_password too", was.Extension, u.Extension)
	}
	p.users[u.Login] = row
	signOut := exists && (was.PasswordHash != row.PasswordHash || was.Role != row.Role || row.Blocked && !was.Blocked)
	needs.offices, needs.roles = append(needs.offices, row.Unit), append(needs.roles, row.Role)
	p.put("user", "users", u.Login, u.Place, row.ID, old, row.fields(), needs, func(ctx context.Context, tx pgx.Tx) error { return writeUser(ctx, tx, row, signOut) })
}

// dismiss blocks a user, frees his extension and takes him out of the queues that
// the file does not speak of (those it does speak of can't name him).
func (p *plan) dismiss(u FileUser, row userRow) {
	old, was := row.fields(), row
	row.Blocked, row.Extension, row.HA1MD5, row.HA1SHA256 = true, "", "", ""
	p.users[u.Login] = row
	p.put("user", "users", u.Login, u.Place, row.ID, old, row.fields(), needs{offices: []string{row.Unit}, roles: []string{row.Role}}, func(ctx context.Context, tx pgx.Tx) error { return writeUser(ctx, tx, row, !was.Blocked) })
}

// checkExtensions looks at everybody as he would be afterwards.
func (p *plan) checkExtensions() {
	owner := map[string]string{}
	for _, u := range p.have.users {
		if now := p.users[u.Login]; now.Extension != "" && !slices.ContainsFunc(p.file.Users, func(f FileUser) bool { return f.Login == u.Login }) {
			owner[now.Extension] = u.Login
		}
	}
	for _, u := range p.file.Users {
		if other, taken := owner[u.Extension]; taken && !u.Remove {
			p.wrong(u.line("extension"), join(u.Path, "extension"), "extension %s belongs to user %s, whom this file does not mention", u.Extension, other)
		}
	}
}
