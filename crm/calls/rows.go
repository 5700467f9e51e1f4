package calls

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/callcard/callcard/crm"
)

// callRow is a row of table call: it goes there as JSON and comes back by column.
type callRow struct {
	ID          crm.ID          `db:"id" json:"id"`
	LastSeq     int             `db:"last_seq" json:"last_seq"`
	Direction   crm.Direction   `db:"direction" json:"direction"`
	State       State           `db:"state" json:"state"`
	Node        string          `db:"node" json:"node"`
	Line        string          `db:"line" json:"line"`
	Phone       string          `db:"phone" json:"phone"`
	FromNumber  string          `db:"from_number" json:"from_number"`
	FromRaw     string          `db:"from_raw" json:"from_raw"`
	Display     string          `db:"display" json:"display"`
	Anonymous   bool            `db:"anonymous" json:"anonymous"`
	ToNumber    string          `db:"to_number" json:"to_number"`
	Diverted    string          `db:"diverted" json:"diverted"`
	Source      string          `db:"source" json:"source"`
	Queue       string          `db:"queue" json:"queue"`
	UnitID      *crm.ID         `db:"unit_id" json:"unit_id"`
	AgentID     *crm.ID         `db:"agent_id" json:"agent_id"`
	ContactID   *crm.ID         `db:"contact_id" json:"contact_id"`
	ContactName string          `db:"contact_name" json:"contact_name"`
	CardCreated bool            `db:"card_created" json:"card_created"`
	Candidates  []crm.Candidate `db:"candidates" json:"candidates"`
	OwnerID     *crm.ID         `db:"owner_id" json:"owner_id"`
	LastAgentID *crm.ID         `db:"last_agent_id" json:"last_agent_id"`
	Offline     bool            `db:"offline" json:"offline"`
	StartedAt   time.Time       `db:"started_at" json:"started_at"`
	QueuedAt    *time.Time      `db:"queued_at" json:"queued_at"`
	AnsweredAt  *time.Time      `db:"answered_at" json:"answered_at"`
	EndedAt     *time.Time      `db:"ended_at" json:"ended_at"`
	WaitMS      int64           `db:"wait_ms" json:"wait_ms"`
	TalkMS      int64           `db:"talk_ms" json:"talk_ms"`
	HoldMS      int64           `db:"hold_ms" json:"hold_ms"`
	EndReason   crm.EndReason   `db:"end_reason" json:"end_reason"`
	EndedBy     crm.Party       `db:"ended_by" json:"ended_by"`
	EndCode     int             `db:"end_code" json:"end_code"`
	Quality     []crm.Quality   `db:"quality" json:"quality"`
}

// callColumns are the columns of callRow, in a form for select and insert.
const callColumns = `id, last_seq, direction, state, node, line, phone, from_number, from_raw, display, anonymous, to_number,
diverted, source, queue, unit_id, agent_id, contact_id, contact_name, card_created, candidates, owner_id, last_agent_id, offline,
started_at, queued_at, answered_at, ended_at, wait_ms, talk_ms, hold_ms, end_reason, ended_by, end_code, quality`

func rowOf(c *Call) callRow {
	return callRow{
		ID: c.ID, LastSeq: c.Seq, Direction: c.Direction, State: c.State, Node: clean(c.Node), Line: clean(c.Line),
		Phone: clean(c.Phone()), FromNumber: clean(c.From), FromRaw: clean(c.FromRaw), Display: clean(c.Display), Anonymous: c.Anonymous,
		ToNumber: clean(c.To), Diverted: clean(c.Diverted), Source: clean(c.Source), Queue: clean(c.Queue),
		UnitID: orNull(c.Unit), AgentID: orNull(c.Agent), ContactID: orNull(c.Contact), ContactName: clean(c.ContactName), CardCreated: c.CardCreated,
		Candidates: c.Candidates, OwnerID: orNull(c.Owner), LastAgentID: orNull(c.LastAgent), Offline: c.Offline,
		StartedAt: c.StartedAt, QueuedAt: c.QueuedAt, AnsweredAt: c.AnsweredAt, EndedAt: c.EndedAt,
		WaitMS: c.WaitMS, TalkMS: c.TalkMS, HoldMS: c.HoldMS, EndReason: c.EndReason, EndedBy: c.By, EndCode: c.Code, Quality: c.Quality,
	}
}

func (r callRow) call() Call {
	return Call{
		ID: r.ID, Seq: r.LastSeq, Direction: r.Direction, State: r.State, Node: r.Node, Line: r.Line,
		From: r.FromNumber, FromRaw: r.FromRaw, Display: r.Display, Anonymous: r.Anonymous, To: r.ToNumber, Diverted: r.Diverted,
		Source: r.Source, Queue: r.Queue, Unit: orNone(r.UnitID), Agent: orNone(r.AgentID),
		Contact: orNone(r.ContactID), ContactName: r.ContactName, CardCreated: r.CardCreated, Candidates: r.Candidates,
		Owner: orNone(r.OwnerID), LastAgent: orNone(r.LastAgentID), Offline: r.Offline,
		StartedAt: r.StartedAt, QueuedAt: r.QueuedAt, AnsweredAt: r.AnsweredAt, EndedAt: r.EndedAt,
		WaitMS: r.WaitMS, TalkMS: r.TalkMS, HoldMS: r.HoldMS, EndReason: r.EndReason, By: r.EndedBy, Code: r.EndCode, Quality: r.Quality,
	}
}

type offerRow struct {
	LegID   crm.ID          `db:"leg_id" json:"leg_id"`
	CallID  crm.ID          `db:"call_id" json:"call_id"`
	AgentID *crm.ID         `db:"agent_id" json:"agent_id"`
	Reason  string          `db:"reason" json:"reason"`
	At      time.Time       `db:"at" json:"at"`
	EndedAt *time.Time      `db:"ended_at" json:"ended_at"`
	Result  crm.OfferResult `db:"result" json:"result"`
	Code    int             `db:"code" json:"code"`
}

func offerRows(c *Call) []offerRow {
	rows := make([]offerRow, len(c.Route))
	for i, o := range c.Route {
		rows[i] = offerRow{o.Leg, c.ID, orNull(o.Agent), clean(o.Reason), o.At, o.EndedAt, o.Result, o.Code}
	}
	return rows
}

func (r offerRow) offer() Offer {
	return Offer{r.LegID, orNone(r.AgentID), r.Reason, r.At, r.EndedAt, r.Result, r.Code}
}

type recordingRow struct {
	ID         crm.ID    `db:"id" json:"id"`
	CallID     crm.ID    `db:"call_id" json:"call_id"`
	Path       string    `db:"path" json:"path"`
	StartedAt  time.Time `db:"started_at" json:"started_at"`
	Closed     bool      `db:"closed" json:"closed"`
	DurationMS int64     `db:"duration_ms" json:"duration_ms"`
	Bytes      int64     `db:"bytes" json:"bytes"`
	SHA256     string    `db:"sha256" json:"sha256"`
	Truncated  string    `db:"truncated" json:"truncated"`
}

func recordingRows(c *Call) []recordingRow {
	rows := make([]recordingRow, len(c.recordings))
	for i, r := range c.recordings {
		rows[i] = recordingRow{r.ID, c.ID, clean(r.Path), r.StartedAt, r.Closed, r.DurationMS, r.Bytes, clean(r.SHA256), clean(r.Truncated)}
	}
	return rows
}

func (r recordingRow) recording() *Recording {
	return &Recording{r.ID, r.Path, r.StartedAt, r.Closed, r.DurationMS, r.Bytes, r.SHA256, r.Truncated}
}

// clean takes out the one character that PostgreSQL's text can't hold.
func clean(s string) string { return strings.ReplaceAll(s, "\x00", "") }

func orNull(id crm.ID) *crm.ID {
	if id == "" {
		return nil
	}
	return &id
}

func orNone(id *crm.ID) crm.ID {
	if id == nil {
		return ""
	}
	return *id
}

// asJSON encodes rows for json_populate_recordset.
func asJSON(rows any) (string, error) {
	b, err := json.Marshal(rows)
	if err != nil {
		return "", fmt.Errorf("encode rows: %w", err)
	}
	return withoutNUL(string(b)), nil
}

// withoutNUL takes the escape of the zero character out of JSON, for names deep in
// it; a backslash before it would make it the six characters themselves.
func withoutNUL(text string) string {
	if !strings.Contains(text, `\u0000`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		if strings.HasPrefix(text[i:], `\u0000`) {
			i += len(`\u0000`) - 1
			continue
		}
		b.WriteString(text[i : i+2])
		i++
	}
	return b.String()
}
