package users

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// write stores was with e put over it.
func write(ctx context.Context, tx pgx.Tx, was User, e Edit, s secrets, now time.Time) error {
	blockedAt := was.BlockedAt
	if e.Blocked != nil {
		switch {
		case !*e.Blocked:
			blockedAt = nil
		case blockedAt == nil:
			blockedAt = &now
		}
	}
	_, err := tx.Exec(ctx, updateUser, pgx.NamedArgs{
		"id": was.ID, "name": strings.TrimSpace(or(e.Name, was.Name)), "hash": s.hash, "unit": or(e.UnitID, was.UnitID),
		"role": or(e.Role, was.Role), "locale": or(e.Locale, was.Locale), "timezone": or(e.Timezone, was.Timezone),
		"extension": or(e.Extension, was.Extension), "md5": s.md5, "sha256": s.sha256,
		"auto_available": or(e.AutoAvailable, was.AutoAvailable), "blocked_at": blockedAt,
	})
	if err != nil {
		return fmt.Errorf("store a user: %w", err)
	}
	return nil
}

func or[T any](wanted *T, is T) T {
	if wanted != nil {
		return *wanted
	}
	return is
}

// differences is what the audit keeps of a change.
func differences(was, is User, e Edit) map[string][2]any {
	diff := map[string][2]any{}
	put := func(field string, old, now any) {
		if old != now {
			diff[field] = [2]any{old, now}
		}
	}
	put("name", was.Name, is.Name)
	put("role", was.Role, is.Role)
	put("office", was.Unit, is.Unit)
	put("locale", was.Locale, is.Locale)
	put("timezone", was.Timezone, is.Timezone)
	put("extension", was.Extension, is.Extension)
	put("auto_available", was.AutoAvailable, is.AutoAvailable)
	put("blocked", was.BlockedAt != nil, is.BlockedAt != nil)
	if e.Password != nil {
		diff["password"] = [2]any{audited, audited}
	}
	if e.SIPPassword != nil {
		diff["sip_password"] = [2]any{audited, audited}
	}
	return diff
}
