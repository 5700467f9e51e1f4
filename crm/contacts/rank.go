package contacts

import (
	"cmp"
	"slices"
	"time"

	"github.com/callcard/callcard/crm"
)

// Hint is what people have decided about a number.
type Hint string

const (
	NoHint   Hint = ""
	Spam     Hint = "spam"     // no card
	Internal Hint = "internal" // a colleague's phone: no card
	OwnLine  Hint = "own"      // one of our own numbers: no card
	Ask      Hint = "ask"      // always ask whose call it is
	Chosen   Hint = "chosen"   // this card comes first
	Always   Hint = "always"   // this card, don't ask
)

// Reasons of a crm.Candidate's rank, strongest first.
const (
	byExtension = "extension"
	byChoice    = "chosen"
	byLastTalk  = "last_talk"
	asPerson    = "person"
	asCompany   = "company"
)

// match is a card that has the number.
type match struct {
	contact    crm.ID
	kind       Kind
	name       string
	owner      crm.ID
	lastAgent  crm.ID
	lastTalkAt *time.Time
	sameExt    bool
	chosen     bool
	companies  []crm.ID // that the person works for
	created    bool
}

// rank orders the cards that share a number and says why each stands where it does:
// the same extension, then the card chosen before, then whom we talked with last,
// then people before their company.
func rank(matches []match) []crm.Candidate {
	slices.SortStableFunc(matches, func(a, b match) int {
		if c := cmp.Compare(grade(a), grade(b)); c != 0 {
			return c
		}
		if a.lastTalkAt != nil && b.lastTalkAt != nil {
			if c := b.lastTalkAt.Compare(*a.lastTalkAt); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.contact, b.contact)
	})
	candidates := make([]crm.Candidate, len(matches))
	for i, m := range matches {
		candidates[i] = crm.Candidate{Contact: m.contact, Name: m.name, Reason: reasons[grade(m)]}
	}
	return candidates
}

var reasons = []string{byExtension, byChoice, byLastTalk, asPerson, asCompany}

func grade(m match) int {
	switch {
	case m.sameExt:
		return 0
	case m.chosen:
		return 1
	case m.lastTalkAt != nil:
		return 2
	case m.kind == Person:
		return 3
	}
	return 4
}

// resolve makes the answer out of the cards that have the number.
func resolve(matches []match, hint Hint) Result {
	matches = distinct(matches)
	if len(matches) == 0 {
		return Result{Hint: hint}
	}
	if hint == Always {
		for _, m := range matches {
			if m.chosen {
				return opened(m, hint)
			}
		}
	}
	if len(matches) == 1 {
		if hint == Ask {
			return Result{Hint: hint, Candidates: rank(matches)}
		}
		return opened(matches[0], hint)
	}
	r := Result{Hint: hint, Candidates: rank(matches)}
	if company, ok := commonCompany(matches); ok {
		r.Contact, r.Name, r.Owner = company.contact, company.name, company.owner
	}
	if agent := matches[0].lastAgent; agent != "" && hint != Ask &&
		!slices.ContainsFunc(matches, func(m match) bool { return m.lastAgent != agent }) {
		r.LastAgent = agent
		for _, m := range matches {
			if m.lastTalkAt != nil && (r.LastTalkAt == nil || m.lastTalkAt.After(*r.LastTalkAt)) {
				r.LastTalkAt = m.lastTalkAt
			}
		}
	}
	return r
}

func opened(m match, hint Hint) Result {
	return Result{
		Contact: m.contact, Name: m.name, Created: m.created, Owner: m.owner,
		LastAgent: m.lastAgent, LastTalkAt: m.lastTalkAt, Hint: hint,
	}
}

// commonCompany is the company among the matches that all the others work for. The
// call is logged there until the agent has said who it was.
func commonCompany(matches []match) (match, bool) {
	for _, company := range matches {
		if company.kind != Company {
			continue
		}
		if !slices.ContainsFunc(matches, func(m match) bool {
			return m.contact != company.contact && !slices.Contains(m.companies, company.contact)
		}) {
			return company, true
		}
	}
	return match{}, false
}

// distinct drops a card that was found twice: by its own channel and by one of a
// card merged into it.
func distinct(matches []match) []match {
	seen := make(map[crm.ID]int, len(matches))
	var kept []match
	for _, m := range matches {
		i, again := seen[m.contact]
		if !again {
			seen[m.contact] = len(kept)
			kept = append(kept, m)
			continue
		}
		kept[i].sameExt = kept[i].sameExt || m.sameExt
	}
	return kept
}
