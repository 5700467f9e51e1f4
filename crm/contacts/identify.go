package contacts

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/crm/fold"
	"github.com/callcard/callcard/crm/phone"
)

// Result is what Identify found out about a number.
type Result struct {
	// Contact is the card, "" when there are several candidates or the number gets
	// none. With Candidates it is the company that all of them belong to.
	Contact    crm.ID
	Name       string
	Created    bool
	Candidates []crm.Candidate // best first; only when there is a choice
	Owner      crm.ID
	LastAgent  crm.ID // only when the card is certain or all candidates agree
	LastTalkAt *time.Time
	Hint       Hint
}

const identifySQL = `
select contact_id, kind, name, owner_id, last_agent_id, last_talk_at, ext, companies, hint, hint_contact, created
from identify(@norm, @ext, @unit, @name, @key, @contact, @channel, @audit)`

type identifyRow struct {
	ContactID   *crm.ID
	Kind        Kind
	Name        string
	OwnerID     *crm.ID
	LastAgentID *crm.ID
	LastTalkAt  *time.Time
	Ext         string
	Companies   []crm.ID
	Hint        Hint
	HintContact *crm.ID
	Created     bool
}

// Identify finds the card of a number, or makes it: two callers at once from one new
// number, on any number of servers, get one card. norm is E.164 or
// raw:<line>:<digits>, with ";ext=" and digits behind it if the line told an
// extension (RFC 3966 section 3); unit is the office that a new card belongs to;
// name is the caller's display name, which names a new card if it has a letter in
// it. Unavailable when the database does not answer.
func (s *Store) Identify(ctx context.Context, norm string, unit crm.ID, name string) (Result, error) {
	return identify(ctx, s.pool, norm, unit, name)
}

// IdentifyEarly is Identify that calls stranger as soon as it is known that the
// number has no card, while it is still being made. It needs a
// pool whose connections have HearNotice.
func (s *Store) IdentifyEarly(ctx context.Context, norm string, unit crm.ID, name string, stranger func()) (Result, error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return Result{}, fmt.Errorf("identify a number: %w", db.Translate(err))
	}
	defer conn.Release()
	data := conn.Conn().PgConn().CustomData()
	data[strangerKey] = stranger
	defer delete(data, strangerKey)
	return identify(ctx, conn, norm, unit, name)
}

const (
	strangerKey    = "contacts.stranger"
	strangerNotice = "stranger" // raised by the function identify
)

// HearNotice takes the notices of a connection for IdentifyEarly; for
// pgconn.Config.OnNotice.
func HearNotice(c *pgconn.PgConn, n *pgconn.Notice) {
	if f, ok := c.CustomData()[strangerKey].(func()); ok && n.Message == strangerNotice {
		f()
	}
}

func identify(ctx context.Context, q db.Querier, norm string, unit crm.ID, name string) (Result, error) {
	norm, ext, _ := strings.Cut(norm, ";ext=")
	if norm == "" {
		return Result{}, crm.Errorf(crm.Invalid, "An anonymous caller has no number to look up.")
	}
	found, err := look(ctx, q, MadeCard{Contact: crm.NewID(), Number: norm, Unit: unit, Name: name}, ext)
	if err != nil {
		return Result{}, fmt.Errorf("identify a number: %w", err)
	}
	var hint Hint
	var matches []match
	for _, r := range found {
		hint = r.Hint
		if r.ContactID == nil {
			continue
		}
		matches = append(matches, match{
			contact: *r.ContactID, kind: r.Kind, name: r.Name, owner: orNone(r.OwnerID), lastAgent: orNone(r.LastAgentID),
			lastTalkAt: r.LastTalkAt, sameExt: ext != "" && r.Ext == ext,
			chosen:    r.HintContact != nil && *r.HintContact == *r.ContactID,
			companies: r.Companies, created: r.Created,
		})
	}
	return resolve(matches, hint), nil
}

// look runs the function identify for the number of card, which is what it makes if
// it must.
func look(ctx context.Context, q db.Querier, card MadeCard, ext string) ([]identifyRow, error) {
	name, key := cardName(card.Name, card.Number)
	return collect[identifyRow](ctx, q, identifySQL, pgx.NamedArgs{
		"norm": card.Number, "ext": ext, "unit": orNull(card.Unit), "name": name, "key": key,
		"contact": string(card.Contact), "channel": string(crm.NewID()), "audit": string(crm.NewID()),
	})
}

// cardName is the name of a card made by a call, and its search key: what the line
// displays if that is a name, else the number as people write it. The digits of a
// number are found through its channel, so they need no key.
func cardName(display, norm string) (name, key string) {
	display = cleanName(display)
	if strings.ContainsFunc(display, unicode.IsLetter) {
		return display, fold.Key(display)
	}
	return phone.Format(norm), ""
}

const maxName = 200 // characters

// cleanName makes one line of text of what may have come from anywhere.
func cleanName(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(c rune) bool {
		return unicode.IsSpace(c) || unicode.IsControl(c)
	}), " ")
	if r := []rune(s); len(r) > maxName {
		s = string(r[:maxName])
	}
	return strings.Trim(s, `" `)
}

// orNull and orNone translate between "no id" in Go and in SQL.
func orNull(id crm.ID) *string {
	if id == "" {
		return nil
	}
	s := string(id)
	return &s
}

func orNone(id *crm.ID) crm.ID {
	if id == nil {
		return ""
	}
	return *id
}
