//go:build linux

package acceptance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/callcard/callcard/telephony/phone"
)

// missed is a call that the caller gives up while it rings.
func (tm *team) missed(from string, headers ...string) call {
	tm.t.Helper()
	caller := tm.dials(from, headers...)
	a, leg := tm.whose()
	id := leg.Header("X-Callcard-Call")
	caller.Hangup()
	over(tm.t, leg, "cancelled")
	tm.boss.agentIs(tm.t, a.login, "available")
	return tm.s.as("boss").history(tm.t, id, "ended", ended)
}

// However a carrier writes a number, it is one client.
func TestOneNumberInManyFormsIsOneCard(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1)
	from := s.newNumber() // +99890xxxxxxx
	digits := strings.TrimPrefix(from, "+")
	local := strings.TrimPrefix(digits, "998")
	first := tm.missed(from)
	for _, c := range []struct {
		from    string
		headers []string
	}{
		{digits, nil},
		{"00" + digits, nil},
		{"8" + local, nil},
		{local, nil},
		{"trunk77", []string{"P-Asserted-Identity", "<tel:" + from[:4] + "-" + from[4:6] + "-" + from[6:] + ">"}},
		{"trunk77", []string{"Remote-Party-ID", "<sip:" + digits + "@127.0.0.2>;party=calling;screen=yes"}},
	} {
		if got := tm.missed(c.from, c.headers...); got.Contact != first.Contact || got.From != from || got.CardCreated {
			t.Errorf("%s %v: number %s, card %s; want %s, %s", c.from, c.headers, got.From, got.Contact, from, first.Contact)
		}
	}
	if cards := s.contacts(t, from); len(cards) != 1 {
		t.Errorf("%d cards of one number", len(cards))
	}
}

// Who hides his number is served without a card.
func TestAnonymousCallersGetNoCard(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1)
	scr := s.as(tm.agents[0].login).screen(t)
	hidden := s.newNumber()
	for n, c := range []struct {
		from    string
		headers []string
	}{{"anonymous", nil}, {hidden, []string{"Privacy", "id"}}} {
		got := tm.missed(c.from, c.headers...)
		if !got.Anonymous || got.Contact != "" || got.From != "" {
			t.Errorf("%s %v: %+v", c.from, c.headers, got)
		}
		if card := scr.offer(t, n+1).Card; card.Contact != "" || len(card.Phones) != 0 {
			t.Errorf("the screen shows %+v", card)
		}
	}
	if cards := s.contacts(t, hidden); len(cards) != 0 {
		t.Errorf("a hidden number has a card: %+v", cards)
	}
}

// A number that several people share gives candidates; the agent says who it was.
func TestASharedNumberGivesCandidates(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1)
	boss := s.as("boss")
	from := s.newNumber()
	var husband, wife contact
	boss.do(t, post, "/contacts", map[string]any{"name": "Rustam Aliev", "phones": []string{from}}, &husband)
	boss.do(t, post, "/contacts", map[string]any{"name": "Lola Alieva", "phones": []string{from}, "force": true}, &wife)
	scr := s.as(tm.agents[0].login).screen(t)
	got := tm.missed(from)
	card := scr.offer(t, 1).Card
	if got.Contact != "" || card.Contact != "" || len(card.Candidates) != 2 || len(got.Candidates) != 2 {
		t.Fatalf("the card is %+v; the history says contact %q, candidates %+v", card, got.Contact, got.Candidates)
	}
	boss.do(t, put, "/calls/"+got.ID+"/contact", map[string]string{"contact_id": wife.ID, "remember": "chosen"}, nil)
	boss.history(t, got.ID, "it was the wife", func(c call) bool { return c.Contact == wife.ID })
	tm.missed(from)
	if next := scr.offer(t, 2).Card; len(next.Candidates) == 0 && next.Contact != wife.ID ||
		len(next.Candidates) > 0 && next.Candidates[0].Contact != wife.ID {
		t.Errorf("the next card is %+v, want the chosen one first", next)
	}
}

// Two first calls of one number in the same moment make one card.
func TestTwoFirstCallsAtOnceMakeOneCard(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 2)
	boss := s.as("boss")
	for range 4 {
		from := s.newNumber()
		callers := []*phone.Call{tm.dials(from), tm.dials(from)}
		ids := map[string]bool{}
		for _, a := range tm.agents {
			ids[a.rings().Header("X-Callcard-Call")] = true
		}
		for _, c := range callers {
			c.Hangup()
		}
		cards, made := map[string]bool{}, 0
		for id := range ids {
			got := boss.history(t, id, "ended", ended)
			cards[got.Contact] = true
			if got.CardCreated {
				made++
			}
		}
		if len(ids) != 2 || len(cards) != 1 || made != 1 || len(s.contacts(t, from)) != 1 {
			t.Errorf("%d calls, cards %v, made %d times, %d found", len(ids), cards, made, len(s.contacts(t, from)))
		}
		for _, a := range tm.agents {
			tm.boss.agentIs(t, a.login, "available")
		}
	}
}

// Three missed calls are one thing to do, and talking with the client does it.
func TestMissedCallsMakeOneCallBack(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1)
	from := s.newNumber()
	var missed []string
	for range 3 {
		got := tm.missed(from)
		if got.EndReason != "abandoned" || got.EndedBy != "caller" || len(got.Route) != 1 || got.Route[0].Result != "caller_gone" {
			t.Errorf("the history says %+v", got)
		}
		missed = append(missed, got.ID)
	}
	await(t, "the call-back to list three calls", patience, func() bool {
		open := s.tasks(t, from, "&open=true")
		return len(open) == 1 && len(open[0].Calls) == 3
	})
	todo := s.tasks(t, from, "&open=true")[0]
	for i, id := range missed {
		if todo.Calls[i] != id {
			t.Errorf("the call-back lists %v, want %v", todo.Calls, missed)
			break
		}
	}
	k := tm.talks(from)
	k.end(t)
	await(t, "the call-back to be done", patience, func() bool {
		var done task
		return s.as("boss").get("/tasks/"+todo.ID, &done) == http.StatusOK && done.DoneAt != nil
	})
	if all := s.tasks(t, from, ""); len(all) != 1 {
		t.Errorf("%d call-backs for one client", len(all))
	}
}
