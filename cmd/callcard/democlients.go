package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/tasks"
)

// seedClients makes the demo's clients and, through the journal like any other call,
// what they have called about before. The same clients every time.
func (s *server) seedClients(ctx context.Context, language string) error {
	now := time.Now()
	agents := s.demoAgents()
	for n := range demoClients {
		i := demoClients - 1 - n // a company is there before its people
		client, r := demoClientOf(i, language)
		made, err := s.demoCard(ctx, client)
		if err != nil {
			return err
		}
		if made.ID != "" { // by a start that was cut short
			if err := s.seedPosition(ctx, client, made, language); err != nil {
				return err
			}
			continue
		}
		owner := agents[r.IntN(len(agents))]
		person := contacts.New{Kind: contacts.Person, Name: client.name, Owner: owner.ID, Unit: owner.Unit, Force: true,
			Channels: []contacts.ChannelInput{{Kind: contacts.Phone, Raw: client.number, Shared: client.shared}}}
		if client.company {
			person.Kind = contacts.Company
		}
		card, err := s.contacts.Create(ctx, demoViewer, person)
		if err != nil {
			return fmt.Errorf("make the demo's clients: %w", err)
		}
		if err := s.seedPosition(ctx, client, card, language); err != nil {
			return err
		}
		for range 1 + r.IntN(3) {
			at := now.Add(-time.Duration(2+r.IntN(60*24)) * time.Hour)
			if err := s.seedCall(r, card, client.number, demoPlaces[language][1:], at, agents[r.IntN(len(agents))]); err != nil {
				return err
			}
		}
		if err := s.seedPapers(ctx, i, client, card, owner, now.Add(-time.Duration(1+r.IntN(20*24))*time.Hour)); err != nil {
			return err
		}
	}
	wait, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := s.journal.WaitStored(wait); err != nil {
		return fmt.Errorf("store the history of the demo's clients: %w", err)
	}
	return s.ageClients(ctx)
}

// seedPosition links a client to the company that he works for.
func (s *server) seedPosition(ctx context.Context, c demoClient, card contacts.Contact, language string) error {
	if c.works == "" {
		return nil
	}
	firm, _ := demoClientOf(sharedFirm, language)
	company, err := s.demoCard(ctx, firm)
	if err == nil {
		_, err = s.contacts.Link(ctx, demoViewer, card.ID, company.ID, c.works, 0)
	}
	if err != nil {
		return fmt.Errorf("bring the demo's clients to their company: %w", err)
	}
	return nil
}

// ageClients makes the cards as old as their histories: clients who have called for
// weeks were not all made and touched this minute.
func (s *server) ageClients(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, `
update contact c set created_at = h.first, last_touch_at = h.last
from (select contact_id, min(at) as first, max(at) as last from activity where contact_id is not null group by contact_id) h
where h.contact_id = c.id and h.first < c.created_at`)
	if err != nil {
		return fmt.Errorf("make the demo's cards as old as their histories: %w", err)
	}
	return nil
}

// demoViewer is the demo itself in the audit.
var demoViewer = crm.SystemViewer("demo")

// demoCard is the card of a client, by his number and name; its ID is empty when there
// is none.
func (s *server) demoCard(ctx context.Context, c demoClient) (contacts.Contact, error) {
	found, err := s.contacts.List(ctx, demoViewer, contacts.Filter{Phone: c.number, Limit: 10})
	if err != nil {
		return contacts.Contact{}, fmt.Errorf("look for the demo's clients: %w", err)
	}
	for _, card := range found.Items {
		if card.Name == c.name {
			return card, nil
		}
	}
	return contacts.Contact{}, nil
}

// seedPapers writes what the client's manager has noted and promised.
func (s *server) seedPapers(ctx context.Context, i int, c demoClient, card contacts.Contact, owner office.User, at time.Time) error {
	if c.note != "" {
		if err := s.demoNote(ctx, i, c.note, contacts.Activity{At: at, Contact: card.ID, User: owner.ID, Unit: owner.Unit}); err != nil {
			return err
		}
	}
	if c.task == "" {
		return nil
	}
	due := time.Now().Add(time.Duration(i%72+1) * time.Hour)
	me := crm.Viewer{User: owner.ID, Login: owner.Login, Unit: owner.Unit, Grants: s.cache.Current().RoleGrants(owner.Role), Via: "demo"}
	_, err := s.tasks.Create(ctx, me, tasks.New{Title: c.task, Contact: card.ID, Phone: c.number, DueAt: &due})
	if err != nil {
		return fmt.Errorf("make the demo's tasks: %w", err)
	}
	return nil
}

// demoNote writes the note of the i-th client, or writes it anew.
func (s *server) demoNote(ctx context.Context, i int, text string, a contacts.Activity) error {
	a.ID, a.Kind, a.Body, a.ExtKey = "", contacts.Note, text, fmt.Sprintf("demo-%d", i)
	changes, err := s.contacts.AddActivity(ctx, s.pool, a)
	if err != nil {
		return fmt.Errorf("write the demo's notes: %w", err)
	}
	s.contacts.Changed(changes)
	return nil
}

func (s *server) demoAgents() (agents []office.User) {
	q, _ := s.cache.Current().Queue("sales")
	for _, id := range q.Agents {
		if u, ok := s.cache.Current().UserByID(id); ok {
			agents = append(agents, u)
		}
	}
	return agents
}

// seedCall is a call of the past: most were answered, some were missed.
func (s *server) seedCall(r *rand.Rand, card contacts.Contact, number string, sources []string, at time.Time, agent office.User) error {
	id, leg, seq := crm.NewID(), crm.NewID(), 0
	wait := time.Duration(2+r.IntN(25)) * time.Second
	talk := time.Duration(30+r.IntN(400)) * time.Second
	source := sources[0]
	if r.IntN(3) == 0 {
		source = sources[1]
	}
	tell := func(at time.Time, data crm.FactData) error {
		seq++
		return s.journal.Append(crm.Fact{CallID: id, Seq: seq, At: at.UTC(), Data: data})
	}
	answered := r.IntN(6) > 0
	story := []struct {
		after time.Duration
		data  crm.FactData
	}{
		{0, crm.Arrived{Direction: crm.Inbound, Node: s.cfg.Node, Line: "simulator", From: number, FromRaw: number, To: firstNumber, Source: source, Queue: "sales", Region: "UZ"}},
		{0, crm.Identified{Contact: card.ID, Name: card.Name, Owner: card.Owner}},
		{0, crm.Queued{Queue: "sales", EnteredAt: at.UTC()}},
		{0, crm.Routed{Candidates: []crm.RouteCandidate{{Agent: agent.ID, Reason: "least_busy"}}, Reason: "least_busy"}},
		{0, crm.Offered{Leg: leg, Agent: agent.ID, Reason: "least_busy"}},
	}
	type step = struct {
		after time.Duration
		data  crm.FactData
	}
	if answered {
		story = append(story,
			step{wait, crm.OfferEnded{Leg: leg, Agent: agent.ID, Result: crm.OfferAnswered, Code: 200}},
			step{wait, crm.Answered{Leg: leg, Agent: agent.ID, WaitMS: wait.Milliseconds()}},
			step{wait + talk, crm.Ended{By: crm.Caller, Reason: crm.EndCompleted, TalkMS: talk.Milliseconds()}})
	} else {
		story = append(story,
			step{wait, crm.OfferEnded{Leg: leg, Agent: agent.ID, Result: crm.OfferCallerGone}},
			step{wait, crm.Ended{By: crm.Caller, Reason: crm.EndAbandoned}})
	}
	for _, x := range story {
		if err := tell(at.Add(x.after), x.data); err != nil {
			return fmt.Errorf("write the history of a demo client: %w", err)
		}
	}
	return nil
}
