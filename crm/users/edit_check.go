package users

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

// secrets are what is stored of the passwords of an Edit; nil = as it is.
type secrets struct{ hash, md5, sha256 *string }

// secrets checks and hashes. It also clears the phone's digests when the extension
// they are bound to goes away.
func (s *Store) secrets(ctx context.Context, was User, e Edit) (secrets, error) {
	var out secrets
	none := ""
	if e.Password != nil && *e.Password == "" {
		out.hash = &none
	} else if e.Password != nil {
		if err := WeakPassword(*e.Password); err != nil {
			return out, onField(err, "password")
		}
		h, err := s.passwords.Hash(ctx, *e.Password)
		if err != nil {
			return out, err
		}
		out.hash = &h
	}
	extension := was.Extension
	if e.Extension != nil {
		extension = *e.Extension
	}
	switch {
	case e.SIPPassword != nil && *e.SIPPassword != "":
		md5, sha256, err := s.phone(extension, *e.SIPPassword)
		if err != nil {
			return out, onField(err, "sip_password")
		}
		out.md5, out.sha256 = &md5, &sha256
	case e.SIPPassword != nil || extension == "":
		out.md5, out.sha256 = &none, &none
	case extension != was.Extension && was.HasPhone:
		return out, crm.InvalidField("sip_password", "The phone's password is bound to the extension: set it again.")
	}
	return out, nil
}

// mayPut checks the fields that need the database: rights, role, office.
func mayPut(ctx context.Context, tx pgx.Tx, v crm.Viewer, was User, e Edit) error {
	for _, role := range []*string{&was.Role, e.Role} {
		if role == nil || *role == "" {
			continue
		}
		var grants crm.Grants
		err := tx.QueryRow(ctx, selectGrants, pgx.NamedArgs{"role": *role}).Scan(&grants)
		if errors.Is(err, pgx.ErrNoRows) {
			return crm.InvalidField("role", "There is no role %q.", *role)
		}
		if err != nil {
			return err
		}
		if !v.Can(crm.Office, crm.Manage) || !v.Covers(grants) {
			return crm.Errorf(crm.Forbidden, "You may not manage users of the role %s.", *role)
		}
	}
	if e.UnitID != nil {
		predicate, args := crm.Scope(v, crm.Office, crm.Manage, crm.Columns{Owner: "null", Unit: "a.id"})
		named := pgx.NamedArgs{"id": idOrNull(*e.UnitID)}
		for k, arg := range args {
			named[k] = arg
		}
		var id crm.ID
		err := tx.QueryRow(ctx, selectUnitOf+" and ("+predicate+")", named).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return crm.InvalidField("office", "There is no such office.")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func onlyUnit(ctx context.Context, tx pgx.Tx) (*crm.ID, error) {
	var id crm.ID
	err := tx.QueryRow(ctx, selectOnlyUnit).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, crm.InvalidField("office", "Say which office the user belongs to; if there is none yet, declare it with callcard apply FILE.")
	}
	return &id, err
}
