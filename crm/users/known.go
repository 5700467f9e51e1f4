package users

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/callcard/callcard/crm"
)

const (
	freshFor = 5 * time.Second // an answer of the database is taken for granted
	// While the database is away, a session that was good lately stays good: an agent
	// in a talk must not be signed out by a restart of PostgreSQL.
	staleFor = 2 * time.Minute
	maxKnown = 20_000
)

// hash is the SHA-256 of a token; tokens are random, so no salt is needed.
type hash [sha256.Size]byte

func hashOf(token string) hash { return sha256.Sum256([]byte(token)) }

// known remembers who a token belongs to for a few seconds.
type known struct {
	now func() time.Time

	mu sync.Mutex
	// era counts the revocations. An answer that was asked for in an earlier era is
	// not remembered: it may have been read just before the revocation.
	era     uint64
	entries map[hash]knownEntry
}

type knownEntry struct {
	SignedIn
	at time.Time
}

func newKnown(now func() time.Time) *known {
	return &known{now: now, entries: map[hash]knownEntry{}}
}

// get gives what is remembered; fresh tells whether it may be used without asking.
func (k *known) get(h hash) (in SignedIn, fresh, found bool, era uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	e, found := k.entries[h]
	age := k.now().Sub(e.at)
	if found && age > staleFor {
		delete(k.entries, h)
		found = false
	}
	return e.SignedIn, found && age < freshFor, found, k.era
}

func (k *known) put(h hash, in SignedIn, era uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if era != k.era {
		return
	}
	if len(k.entries) >= maxKnown {
		clear(k.entries)
	}
	k.entries[h] = knownEntry{in, k.now()}
}

// drop forgets every entry that matches.
func (k *known) drop(match func(SignedIn) bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.era++
	for h, e := range k.entries {
		if match(e.SignedIn) {
			delete(k.entries, h)
		}
	}
}

func (k *known) dropUser(user crm.ID) {
	k.drop(func(in SignedIn) bool { return in.Viewer.User == user })
}

func (k *known) clear() { k.drop(func(SignedIn) bool { return true }) }
