package office

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

func (p *plan) planTrunks() {
	owner := map[string]string{} // host -> trunk that the file does not mention
	have := byKey(p.have.trunks, func(t trunkRow) string { return t.Name })
	for _, t := range p.have.trunks {
		if !slices.ContainsFunc(p.file.Trunks, func(f FileTrunk) bool { return f.Name == t.Name }) {
			for _, h := range t.Hosts {
				owner[h] = t.Name
			}
		}
	}
	for _, t := range p.file.Trunks {
		if t.Remove {
			continue
		}
		for i, h := range t.Hosts {
			if other, taken := owner[h]; taken {
				at := fmt.Sprintf("hosts[%d]", i)
				p.wrong(t.line(at), join(t.Path, at), "host %s belongs to trunk %s, which this file does not mention", h, other)
			}
		}
		row, exists := have[t.Name]
		var old []field
		if exists {
			old = row.fields()
		} else {
			row = trunkRow{ID: crm.NewID(), Name: t.Name}
		}
		row.Hosts, row.Region, row.AreaCode, row.MaxCalls, row.Disabled = t.Hosts, t.Region, t.AreaCode, t.MaxCalls, t.Disabled
		row.Register = p.account(t, row.Register)
		p.put("trunk", "trunks", t.Name, t.Place, row.ID, old, row.fields(), needs{everything: true}, func(ctx context.Context, tx pgx.Tx) error { return writeTrunk(ctx, tx, row) })
	}
}

// account is the registration that the file wants. A password that is left out stays,
// but only with the server and the user that it was given for: whoever edits a trunk
// must not be able to send its password somewhere else.
func (p *plan) account(t FileTrunk, is *registerJSON) *registerJSON {
	if t.Register == nil {
		return nil
	}
	wanted := registerJSON{t.Register.Server, t.Register.User, string(t.Register.Password)}
	if wanted.Password == "" && is != nil && is.Server == wanted.Server && is.User == wanted.User {
		wanted.Password = is.Password
	}
	if wanted.Password == "" {
		p.wrong(t.line("register"), join(t.Path, "register.password"), "is missing; it can be left out only while server and user stay as they are")
	}
	return &wanted
}

func (p *plan) planQueues() {
	for _, q := range p.file.Queues {
		if q.Remove {
			continue
		}
		row, exists := p.queues[q.Name]
		var old []field
		var needs needs
		if exists {
			old = row.fields()
			needs.offices = []string{row.Unit}
		} else {
			row = queueRow{ID: crm.NewID(), Name: q.Name}
		}
		var home string
		if len(q.Agents) > 0 {
			home = p.users[q.Agents[0]].Unit
		}
		row.Unit = p.officeOf(q.Office, row.Unit, home, q.Place)
		row.Agents, row.Strategy, row.PreviousMode = q.Agents, q.Strategy, q.Previous
		row.PreviousWaitMS, row.RingMS, row.WrapUpMS = q.PreviousWait.Milliseconds(), q.Ring.Milliseconds(), q.WrapUp.Milliseconds()
		row.UntilOutcome, row.CallbackTo = q.UntilOutcome, q.CallbackTo
		if q.Outcomes != nil {
			row.Outcomes = *q.Outcomes
		}
		row.Record, row.Priority, row.MaxWaitMS = q.Record, q.Priority, q.MaxWait.Milliseconds()
		needs.offices = append(needs.offices, row.Unit)
		for _, login := range q.Agents { // whose phone is to ring for the queue; those who stay or leave are its own business
			if !slices.Contains(p.queues[q.Name].Agents, login) {
				needs.offices = append(needs.offices, p.users[login].Unit)
			}
		}
		if q.CallbackTo != "" && q.CallbackTo != p.queues[q.Name].CallbackTo { // he gets work by it
			needs.offices = append(needs.offices, p.users[q.CallbackTo].Unit)
		}
		p.planQueue(q.Place, row, old, needs)
	}
	p.leaveQueues()
}

func (p *plan) planQueue(at Place, row queueRow, old []field, needs needs) {
	p.queues[row.Name] = row
	p.put("queue", crm.Queues, row.Name, at, row.ID, old, row.fields(), needs, func(ctx context.Context, tx pgx.Tx) error { return writeQueue(ctx, tx, row) })
}

// leaveQueues takes removed users out of the queues that the file is silent about.
func (p *plan) leaveQueues() {
	removed := map[string]Place{}
	for _, u := range p.file.Users {
		if u.Remove {
			removed[u.Login] = u.Place
		}
	}
	for _, row := range p.have.queues {
		if slices.ContainsFunc(p.file.Queues, func(f FileQueue) bool { return f.Name == row.Name }) {
			continue
		}
		old, at := row.fields(), Place{}
		row.Agents = slices.DeleteFunc(slices.Clone(row.Agents), func(login string) bool {
			place, gone := removed[login]
			if gone {
				at = place
			}
			return gone
		})
		p.planQueue(at, row, old, needs{offices: []string{row.Unit}})
	}
}

func (p *plan) planNumbers() {
	have := byKey(p.have.numbers, func(n numberRow) string { return digits(n.Number) })
	for _, n := range p.file.Numbers {
		row, exists := have[digits(n.Number)]
		if n.Remove {
			if exists {
				p.remove("number", "numbers", row.Number, n.Place, row.ID, needs{offices: []string{row.Unit}}, deleteNumber)
			}
			continue
		}
		var old []field
		var needs needs
		if exists {
			old = row.fields()
			needs.offices = []string{row.Unit}
		} else {
			row = numberRow{ID: crm.NewID()}
		}
		was := row.Queue
		row.Number, row.Queue, row.Source = n.Number, n.Queue, n.Source
		row.Unit = p.officeOf(n.Office, row.Unit, p.queues[n.Queue].Unit, n.Place)
		needs.offices = append(needs.offices, row.Unit)
		if n.Queue != "" && n.Queue != was {
			needs.offices = append(needs.offices, p.queues[n.Queue].Unit)
		}
		p.put("number", "numbers", n.Number, n.Place, row.ID, old, row.fields(), needs, func(ctx context.Context, tx pgx.Tx) error { return writeNumber(ctx, tx, row) })
	}
}
