package users

import (
	"fmt"
	"math"
	"net/netip"
	"sync"
	"time"

	"github.com/callcard/callcard/crm"
)

// slowdown makes guessing passwords slow without locking people out:
//   - a pair of login and address gets five failures, then waits 1, 2, 4 … seconds,
//     15 minutes at most;
//   - an address gets 20 failures over all logins (an office behind one address
//     mistypes now and then), then the same;
//   - a login gets 50 failures over all addresses, then waits at most a minute, so
//     that a swarm of addresses is slowed down, and so that the owner is not kept out
//     by it: an address from which he signed in before is exempt.
//
// Links of invitations have a counter of their own for each address, as generous as that
// of its sign-ins: whoever opens a dead one again and again keeps nobody from signing in.
//
// Failures are forgotten 15 minutes after the last one.
type slowdown struct {
	now func() time.Time

	mu     sync.Mutex
	counts map[key]*count
}

// key names a counter: login, address or both; or the links tried from an address.
type key struct {
	login, address string
	links          bool
}

type count struct {
	failures int
	last     time.Time // the last failure or success
	until    time.Time // no attempt before
	trusted  bool      // a pair that signed in
}

const (
	freeOfPair    = 5
	freeOfAddress = 20
	freeOfLogin   = 50
	maxDelay      = 15 * time.Minute
	maxLoginDelay = time.Minute
	forgetAfter   = 15 * time.Minute
	trustFor      = 30 * 24 * time.Hour
	maxCounts     = 50_000          // about 10 MB
	waitLine      = 2 * time.Second // what one who meets a full line of passwords is told
)

func newSlowdown(now func() time.Time) *slowdown {
	return &slowdown{now: now, counts: map[key]*count{}}
}

type limit struct {
	key
	free int
	max  time.Duration
}

// limits are the counters of an attempt. One that names no login (an invitation's link)
// has only that of the address's links: nobody shall slow down all links at once.
func limits(login, address string) []limit {
	if login == "" {
		return []limit{{key{address: address, links: true}, freeOfAddress, maxDelay}}
	}
	return []limit{
		{key{address: address}, freeOfAddress, maxDelay},
		{key{login: login, address: address}, freeOfPair, maxDelay},
		{key{login: login}, freeOfLogin, maxLoginDelay},
	}
}

// check is nil when an attempt is allowed now, else crm.TooMany.
func (s *slowdown) check(login, ip string) error {
	address := network(ip)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	var wait time.Duration
	trusted := s.counts[key{login: login, address: address}]
	for _, l := range limits(login, address) {
		c := s.counts[l.key]
		if c == nil || (l.address == "" && trusted != nil && trusted.trusted) {
			continue
		}
		wait = max(wait, c.until.Sub(now))
	}
	if wait > 0 {
		return tooMany(wait)
	}
	return nil
}

// failed counts a failure.
func (s *slowdown) failed(login, ip string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for _, l := range limits(login, network(ip)) {
		c := s.count(l.key, now)
		c.failures++
		c.last = now
		if over := c.failures - l.free; over >= 0 {
			delay := time.Duration(math.Min(math.Pow(2, float64(over)), l.max.Seconds()) * float64(time.Second))
			c.until = now.Add(delay)
		}
	}
}

// succeeded forgives the pair. The address keeps its failures, else a guesser could
// clear them with an account of his own.
func (s *slowdown) succeeded(login, ip string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	*s.count(key{login: login, address: network(ip)}, now) = count{last: now, trusted: true}
}

// count finds or makes a counter; old failures are forgotten.
func (s *slowdown) count(k key, now time.Time) *count {
	c := s.counts[k]
	switch {
	case c == nil:
		if len(s.counts) >= maxCounts {
			s.makeRoom(now)
		}
		c = &count{}
		s.counts[k] = c
	case c.forgotten(now):
		c.failures, c.until = 0, time.Time{}
	}
	return c
}

func (c *count) forgotten(now time.Time) bool {
	return now.Sub(c.last) > forgetAfter && now.After(c.until)
}

// makeRoom drops what is forgotten, and if that is not enough a tenth of all, as the
// map gives them.
func (s *slowdown) makeRoom(now time.Time) {
	for k, c := range s.counts {
		if c.forgotten(now) && (!c.trusted || now.Sub(c.last) > trustFor) {
			delete(s.counts, k)
		}
	}
	for k := range s.counts {
		if len(s.counts) < maxCounts*9/10 {
			return
		}
		delete(s.counts, k)
	}
}

// network is the part of an address that one person has for himself: IPv4 whole, of
// IPv6 the first 64 bits.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return "?" // one counter for all whose address is not known
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		prefix, _ := addr.Prefix(64) // 64 bits exist in every IPv6 address
		return prefix.String()
	}
	return addr.String()
}

// tooMany tells people and machines (Detail["retry_after"], whole seconds) how long
// to wait.
func tooMany(wait time.Duration) error {
	seconds := int(math.Ceil(wait.Seconds()))
	return &crm.Error{
		Code:    crm.TooMany,
		Message: fmt.Sprintf("Too many attempts to sign in. Try again in %d seconds.", seconds),
		Detail:  map[string]any{"retry_after": seconds},
	}
}
