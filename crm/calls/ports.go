package calls

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

// Source gives the facts in order; crm/journal.Reader is one.
type Source interface {
	// Next appends up to limit facts to dst, waiting for at least one. io.EOF: there
	// will be no more.
	Next(ctx context.Context, dst []crm.Fact, limit int) ([]crm.Fact, error)
	// Commit says that all facts that Next gave are stored.
	Commit() error
}

// Cards are the clients' cards, as far as a call changes them.
type Cards interface {
	// Identify finds or makes the card of a caller who called while the database was
	// away; the same number asked twice, even at once, gives the same card. number is
	// what Arrived tells, name the caller's display name.
	Identify(ctx context.Context, number string, unit crm.ID, name string) (crm.Identified, error)
	// Restore makes those of the cards again that the database has lost: the call path
	// does not wait for the disk when it makes one.
	Restore(ctx context.Context, made []MadeCard) error
	// Touch notes on the cards when there was contact, and who talked. It happens in
	// the transaction that stores the end of the calls.
	Touch(ctx context.Context, tx pgx.Tx, touches []Touch) error
	// AddActivities puts ended calls into the timelines, once by call, in the same
	// transaction.
	AddActivities(ctx context.Context, tx pgx.Tx, activities []Activity) (After, error)
	// MoveNotes takes the notes of a call to the card that it is attached to, in the
	// transaction that does so.
	MoveNotes(ctx context.Context, tx pgx.Tx, call, contact crm.ID) (After, error)
}

// After is what a neighbour does when the transaction has committed; nil: nothing.
type After func()

// afterwards collects what is to be done after a commit.
type afterwards []After

func (a *afterwards) add(f After, err error) error {
	if f != nil && err == nil {
		*a = append(*a, f)
	}
	return err
}

func (a afterwards) run() {
	for _, f := range a {
		f()
	}
}

// MadeCard is a card that the call path has made for a call.
type MadeCard struct {
	Contact crm.ID
	Number  string // of the other side, as Identify was asked
	Unit    crm.ID
	Name    string // the caller's display name
}

// Touch is a contact with a client.
type Touch struct {
	Contact crm.ID
	Agent   crm.ID    // who talked; empty: nobody did
	At      time.Time // when the call ended
}

// Activity is a call in the timeline of a card.
type Activity struct {
	Call      crm.ID // the external key
	Contact   crm.ID
	Agent     crm.ID // empty: nobody was ever rung
	Unit      crm.ID
	Direction crm.Direction
	At        time.Time // when the call started
	Reason    crm.EndReason
	Missed    bool
	TalkMS    int64
	Recorded  bool
	Queue     string

	Disposition *Disposition
}

// CallbackTasks are the tasks to call a client back. Outcomes come in the order in
// which the calls ended.
type CallbackTasks interface {
	Settle(ctx context.Context, tx pgx.Tx, outcomes []Outcome) (After, error)
}

// Outcome is how a call with a client ended, as far as a call-back depends on it:
// a missed one asks for a task, a talk closes it.
type Outcome struct {
	Call     crm.ID
	Missed   bool // else the client was reached
	Phone    string
	Contact  crm.ID
	Name     string // of the card, may be empty
	Unit     crm.ID
	Assignee crm.ID // owner of the card, else who spoke with the client last; empty: the office
	Agent    crm.ID // who reached the client
	At       time.Time
}
