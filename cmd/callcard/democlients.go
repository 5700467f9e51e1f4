package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/office"
)

// Names of the demo's clients, as one meets them in Tashkent: Uzbek in Latin and in
// Cyrillic, and Russian.
var (
	demoMen     = []string{"Aziz", "Bobur", "Dilshod", "Jasur", "Oʻtkir", "Sherzod", "Ulugʻbek", "Отабек", "Жамшид", "Қодир", "Александр", "Сергей", "Дмитрий"}
	demoWomen   = []string{"Gulnora", "Nilufar", "Zulfiya", "Shahnoza", "Madina", "Моҳира", "Барно", "Ўғилой", "Елена", "Ольга", "Светлана"}
	demoMenLast = []string{"Karimov", "Toshpoʻlatov", "Yusupov", "Xolmatov", "Раҳимов", "Саидов", "Ғуломов", "Иванов", "Жуковский", "Ким"}
	demoFirms   = []string{"Samarqand Savdo", "Buxoro Teks", "Чиланзар Сервис", "Navoiy Qurilish", "Fargʻona Agro", "Зарафшон Мебель", "Orient Tour", "Silk Road Logistics"}
)

const demoClients = 200

// seedClients makes the demo's clients and, through the journal like any other call,
// what they have called about before. The same clients every time.
func (s *server) seedClients(ctx context.Context) error {
	viewer := crm.SystemViewer("demo")
	now := time.Now()
	agents := s.demoAgents()
	for i := range demoClients {
		r := rand.New(rand.NewPCG(1991, uint64(i)))
		person := contacts.New{Kind: contacts.Person, Name: demoName(r), Owner: agents[r.IntN(len(agents))].ID, Force: true}
		person.Unit = agents[0].Unit
		if i%10 == 9 {
			person.Kind, person.Name = contacts.Company, demoFirms[r.IntN(len(demoFirms))]+fmt.Sprintf(" %d", i/10+1)
		}
		number := fmt.Sprintf("+9989%d%07d", []int{0, 1, 3, 4, 5, 7, 9}[r.IntN(7)], 1_000_000+r.IntN(8_999_999))
		person.Channels = []contacts.ChannelInput{{Kind: "phone", Raw: number}}
		made, err := s.contacts.List(ctx, viewer, contacts.Filter{Phone: number, Limit: 1})
		if err != nil {
			return fmt.Errorf("look for the demo's clients: %w", err)
		}
		if len(made.Items) > 0 {
			continue // by a start that was cut short
		}
		card, err := s.contacts.Create(ctx, viewer, person)
		if err != nil {
			return fmt.Errorf("make the demo's clients: %w", err)
		}
		for range 1 + r.IntN(3) {
			at := now.Add(-time.Duration(1+r.IntN(60*24)) * time.Hour)
			if err := s.seedCall(r, card, number, at, agents[r.IntN(len(agents))]); err != nil {
				return err
			}
		}
	}
	wait, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := s.journal.WaitStored(wait); err != nil {
		return fmt.Errorf("store the history of the demo's clients: %w", err)
	}
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

func demoName(r *rand.Rand) string {
	last := demoMenLast[r.IntN(len(demoMenLast))]
	if r.IntN(2) == 0 {
		return demoMen[r.IntN(len(demoMen))] + " " + last
	}
	switch end := []rune(last); {
	case last == "Жуковский":
		last = "Жуковская"
	case end[len(end)-1] == 'v':
		last += "a"
	case end[len(end)-1] == 'в':
		last += "а"
	}
	return demoWomen[r.IntN(len(demoWomen))] + " " + last
}

// seedCall is a call of the past: most were answered, some were missed.
func (s *server) seedCall(r *rand.Rand, card contacts.Contact, number string, at time.Time, agent office.User) error {
	id, leg, seq := crm.NewID(), crm.NewID(), 0
	wait := time.Duration(2+r.IntN(25)) * time.Second
	talk := time.Duration(30+r.IntN(400)) * time.Second
	source := "website"
	if r.IntN(3) == 0 {
		source = "billboard"
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
