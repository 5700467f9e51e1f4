package calls

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// Store reads the history of calls for those who may see it.
type Store struct {
	pool  *pgxpool.Pool
	cards Cards
}

// NewStore makes a Store; cards puts a call that is attached to a card by hand into
// the card's timeline.
func NewStore(pool *pgxpool.Pool, cards Cards) *Store { return &Store{pool: pool, cards: cards} }

// rightsColumns are what crm.Scope reads a call's rights from.
var rightsColumns = crm.Columns{Owner: "c.agent_id", Unit: "c.unit_id"}

// Page is a page of calls, newest first. Next is empty on the last one.
type Page struct {
	Calls []Call
	Next  string
}

// cardColumns are what crm.Scope reads a card's rights from.
var cardColumns = crm.Columns{Owner: "k.owner_id", Unit: "k.unit_id"}

// seenBy completes sql with what viewer may read of the cards. A card that has gone out of
// his sight keeps, for him, the name that it had when he saw it.
func seenBy(v crm.Viewer, sql string, args pgx.StrictNamedArgs) string {
	scope, more := crm.Scope(v, crm.Contacts, crm.Read, cardColumns)
	maps.Copy(args, more) // of one viewer the arguments of all scopes are the same
	return strings.ReplaceAll(sql, "{cards in sight}", scope)
}

// listCalls is completed by seenBy and where.
const listCalls = `
select ` + callColumns + `,
	(select json_agg(o order by o.at, o.leg_id) from call_offer o where o.call_id = c.id) as offers,
	(select row_to_json(r) from recording r where r.call_id = c.id order by r.started_at desc limit 1) as recording,
	(select k.name::text from contact k where k.id = c.contact_id and k.deleted_at is null and {cards in sight}) as card_name,
	c.disposition
from call c`

type listRow struct {
	callRow
	Offers    []offerRow    `db:"offers"`
	Recording *recordingRow `db:"recording"`
	CardName  *string       `db:"card_name"` // as the card is called now; nil: out of sight

	Disposition *Disposition `db:"disposition"`
}

func (r listRow) call() Call {
	c := r.callRow.call()
	for _, o := range r.Offers {
		c.Route = append(c.Route, o.offer())
	}
	if r.Recording != nil {
		c.Recording = r.Recording.recording()
	}
	if r.CardName != nil {
		c.ContactName = *r.CardName
	}
	c.Disposition = r.Disposition
	return c
}

const newestFirst = ` order by c.started_at desc, c.id desc limit @limit`

// List is a page of the calls that viewer may read.
func (s *Store) List(ctx context.Context, v crm.Viewer, f Filter) (Page, error) {
	if f.Limit == 0 {
		f.Limit = 50
	}
	if f.Limit < 1 || f.Limit > 200 {
		return Page{}, crm.InvalidField("limit", "A page has 1 to 200 calls.")
	}
	where, args, err := conditions(v, f)
	if err != nil {
		return Page{}, err
	}
	args["limit"] = f.Limit + 1
	// The plan must suit these very filters: a plan for any number or any office reads
	// far too much for some of them.
	rows, err := s.pool.Query(ctx, seenBy(v, listCalls, args)+` where `+where+newestFirst, pgx.QueryExecModeCacheDescribe, args)
	if err != nil {
		return Page{}, fmt.Errorf("list calls: %w", db.Translate(err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[listRow])
	if err != nil {
		return Page{}, fmt.Errorf("list calls: %w", db.Translate(err))
	}
	var p Page
	if len(found) > f.Limit {
		found = found[:f.Limit]
		last := found[f.Limit-1]
		p.Next = cursor(last.StartedAt, last.ID)
	}
	for _, r := range found {
		p.Calls = append(p.Calls, r.call())
	}
	return p, nil
}

// cursor names the last call of a page: its start in microseconds, as the database
// keeps it, and its id.
func cursor(at time.Time, id crm.ID) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d,%s", at.UnixMicro(), id))
}

func parseCursor(s string) (time.Time, crm.ID, error) {
	wrong := crm.InvalidField("after", "This is no place in the list: take the one that the page before gave.")
	text, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return time.Time{}, "", wrong
	}
	micros, rest, _ := strings.Cut(string(text), ",")
	n, err := strconv.ParseInt(micros, 10, 64)
	if err != nil {
		return time.Time{}, "", wrong
	}
	id, err := crm.ParseID(rest)
	if err != nil {
		return time.Time{}, "", wrong
	}
	return time.UnixMicro(n).UTC(), id, nil
}

// What only the facts know: why it was routed so, and when what happened.
const selectStory = `
select call_id::text as call_id, seq, at, kind, data::text as data
from call_fact where call_id = @id and kind not in ('arrived', 'offered', 'offer_ended', 'quality') order by seq`

// Get is one call with all its routing decisions and moments; crm.NotFound when there is none
// that viewer may read.
func (s *Store) Get(ctx context.Context, v crm.Viewer, id crm.ID) (Call, error) {
	return s.GetFor(ctx, v, crm.Read, id)
}

// GetFor is Get of a call that viewer may do the action with.
func (s *Store) GetFor(ctx context.Context, v crm.Viewer, action crm.Action, id crm.ID) (Call, error) {
	c, err := s.find(ctx, s.pool, v, crm.Calls, action, id, "")
	if err != nil {
		return Call{}, err
	}
	rows, err := s.pool.Query(ctx, selectStory, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return Call{}, fmt.Errorf("read the story of a call: %w", db.Translate(err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[factRow])
	if err != nil {
		return Call{}, fmt.Errorf("read the story of a call: %w", db.Translate(err))
	}
	for _, r := range found {
		f, err := r.fact()
		if err != nil {
			return Call{}, err
		}
		c.tell(f)
	}
	return c, nil
}

// tookPart: a call belongs to who has it last; whoever has talked in it before, or has given
// it away, may still do with it what he may do with his own, for his notes.
const tookPart = `exists (select from call_offer o where o.call_id = c.id and o.agent_id = @scope_user and o.result = 'answered')
	or exists (select from call_fact f where f.call_id = c.id and f.kind = 'transferred' and f.data ->> 'by' = @scope_user::text)`

// find is the call if viewer may do action on object with it. lock is "" or ends the
// statement.
func (s *Store) find(ctx context.Context, q db.Querier, v crm.Viewer, object crm.Object, action crm.Action, id crm.ID, lock string) (Call, error) {
	if _, err := crm.ParseID(string(id)); err != nil {
		return Call{}, noCall()
	}
	scope, args := crm.Scope(v, object, action, rightsColumns)
	if v.Reach(object, action) == crm.Own {
		scope = "(" + scope + " or " + tookPart + ")"
	}
	named := pgx.StrictNamedArgs{"id": id}
	for k, a := range args {
		named[k] = a
	}
	rows, err := q.Query(ctx, seenBy(v, listCalls, named)+` where c.id = @id and `+scope+lock, named)
	if err != nil {
		return Call{}, fmt.Errorf("read a call: %w", db.Translate(err))
	}
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[listRow])
	if err = db.Translate(err); crm.CodeOf(err) == crm.NotFound {
		return Call{}, noCall()
	}
	if err != nil {
		return Call{}, fmt.Errorf("read a call: %w", err)
	}
	return r.call(), nil
}

func noCall() error { return crm.Errorf(crm.NotFound, "There is no such call.") }
