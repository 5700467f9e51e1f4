package users

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"github.com/callcard/callcard/crm"
)

const (
	minPassword = 8
	maxPassword = 1024 // bytes; longer ones only cost us time
	// maxWaiting is how many may stand in line for the hashing of a password. Two
	// cores work off about 80 a second, so a whole company can sign in at once, and
	// those at the end are held back by the patience of their request.
	maxWaiting = 1000
)

// owasp is OWASP's smallest recommendation for argon2id.
var owasp = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

//go:embed common.txt
var commonText string

var common = func() map[string]bool {
	set := map[string]bool{}
	for _, p := range strings.Fields(commonText) {
		set[p] = true
	}
	return set
}()

// WeakPassword says what is wrong with a password to sign in with (crm.Invalid), nil
// when it is good. Following NIST SP 800-63B section 5.1.1.2 it asks for length and
// refuses what guessers try first; it does not ask for kinds of characters.
func WeakPassword(password string) error {
	lower := strings.ToLower(password)
	switch {
	case !utf8.ValidString(password):
		return crm.Errorf(crm.Invalid, "The password is not valid text.")
	case utf8.RuneCountInString(password) < minPassword:
		return crm.Errorf(crm.Invalid, "The password is too short: it needs at least %d characters.", minPassword)
	case len(password) > maxPassword:
		return crm.Errorf(crm.Invalid, "The password is too long: at most %d bytes.", maxPassword)
	case common[lower] || common[strings.TrimRight(lower, "0123456789!.")]:
		return crm.Errorf(crm.Invalid, "The password is one of those that guessers try first.")
	case monotonous(lower):
		return crm.Errorf(crm.Invalid, "The password only repeats or counts characters.")
	}
	return nil
}

// monotonous finds aaaaaaaa, abababab, 12345678 and 87654321.
func monotonous(s string) bool {
	runes := []rune(s)
	distinct := map[rune]bool{}
	up, down := true, true
	for i, r := range runes {
		distinct[r] = true
		if i > 0 {
			up = up && r == runes[i-1]+1
			down = down && r == runes[i-1]-1
		}
	}
	return len(distinct) < 3 || up || down
}

// Passwords hashes and verifies passwords, only so many at once.
type Passwords struct {
	cost    argon2id.Params
	slots   chan struct{}
	waiting atomic.Int32
	decoy   string
}

// NewPasswords allows atOnce computations at a time, each about 25 ms of a core and
// 19 MiB. A server gives fewer than it has cores, so that calls keep theirs.
func NewPasswords(atOnce int) *Passwords { return newPasswords(atOnce, owasp) }

func newPasswords(atOnce int, cost argon2id.Params) *Passwords {
	random := make([]byte, cost.SaltLength+cost.KeyLength)
	_, _ = rand.Read(random) // never fails (crypto/rand)
	b64 := base64.RawStdEncoding.EncodeToString
	return &Passwords{
		cost:  cost,
		slots: make(chan struct{}, max(atOnce, 1)),
		// A hash that no password fits, to spend the same time on unknown logins.
		decoy: fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", cost.Memory, cost.Iterations, cost.Parallelism,
			b64(random[:cost.SaltLength]), b64(random[cost.SaltLength:])),
	}
}

// Hash makes the argon2id hash of a password in its usual text form.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	if err := p.enter(ctx); err != nil {
		return "", err
	}
	defer p.leave()
	hash, err := argon2id.CreateHash(password, &p.cost)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return hash, nil
}

// Verify reports whether the password fits the hash.
func (p *Passwords) Verify(ctx context.Context, password, hash string) (bool, error) {
	if err := p.enter(ctx); err != nil {
		return false, err
	}
	defer p.leave()
	return p.fits(password, hash)
}

// fits is Verify for whoever has entered. An empty hash fits nothing, and takes as
// long as any other.
func (p *Passwords) fits(password, hash string) (bool, error) {
	if hash == "" {
		hash = p.decoy
	}
	ok, _, err := argon2id.CheckHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("verify a password: %w", err)
	}
	return ok, nil
}

// enter waits for a free slot. A long line is turned away at once (crm.TooMany), so
// that a flood of guesses can't pile up.
func (p *Passwords) enter(ctx context.Context) error {
	if p.waiting.Add(1) > maxWaiting {
		p.waiting.Add(-1)
		return tooMany(waitLine)
	}
	defer p.waiting.Add(-1)
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return &crm.Error{Code: crm.Unavailable, Message: "Too many people are signing in. Try again in a moment.", Err: context.Cause(ctx)}
	}
}

func (p *Passwords) leave() { <-p.slots }
