package sip

import (
	"net/netip"
	"sync"
	"time"
)

const (
	failuresAllowed = 10
	failureWindow   = 5 * time.Minute
	firstLock       = 30 * time.Second
	longestLock     = 30 * time.Minute
	// homeFailures is how many wrong passwords an account may get from an address it
	// lives at: a guesser in the same office is stopped too, but not by the first
	// phone with an old password.
	homeFailures = 100
	homeTime     = 24 * time.Hour
	maxLocks     = 50_000
)

// locks slows the guessing of passwords: per account and per address, with a delay
// that doubles. An account that has lately registered from an address goes on
// registering from there whatever others try, so that guessing cannot shut an
// agent out.
type locks struct {
	now func() time.Time

	mu        sync.Mutex
	accounts  map[string]*tries
	addresses map[netip.Addr]*tries
	homes     map[home]*tries
}

type home struct {
	user string
	addr netip.Addr
}

// tries counts failures.
type tries struct {
	failures int
	since    time.Time
	until    time.Time     // locked
	delay    time.Duration // of the last lock
	success  time.Time     // homes only
}

func newLocks(now func() time.Time) *locks {
	return &locks{now: now, accounts: make(map[string]*tries), addresses: make(map[netip.Addr]*tries), homes: make(map[home]*tries)}
}

// locked reports whether credentials are refused without a look.
func (l *locks) locked(user string, addr netip.Addr) bool {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if h, ok := l.homes[home{user, addr}]; ok && now.Sub(h.success) < homeTime {
		return now.Before(h.until)
	}
	if t, ok := l.accounts[user]; ok && now.Before(t.until) {
		return true
	}
	t, ok := l.addresses[addr]
	return ok && now.Before(t.until)
}

func (l *locks) failed(user string, addr netip.Addr) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if h, ok := l.homes[home{user, addr}]; ok && now.Sub(h.success) < homeTime {
		h.fail(now, homeFailures)
		return
	}
	note(l.accounts, user, now)
	note(l.addresses, addr, now)
}

func (l *locks) succeeded(user string, addr netip.Addr) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.homes[home{user, addr}]
	if h == nil {
		shrink(l.homes, now)
		h = new(tries)
		l.homes[home{user, addr}] = h
	}
	*h = tries{success: now}
	delete(l.addresses, addr)
}

// note counts a failure of a key.
func note[K comparable](m map[K]*tries, key K, now time.Time) {
	t := m[key]
	if t == nil {
		shrink(m, now)
		t = new(tries)
		m[key] = t
	}
	t.fail(now, failuresAllowed)
}

// fail counts, and locks when there were too many within the window. The delay
// doubles with every lock and starts anew after a quiet hour.
func (t *tries) fail(now time.Time, allowed int) {
	if now.Sub(t.since) > failureWindow {
		t.since, t.failures = now, 0
	}
	if now.Sub(t.until) > time.Hour {
		t.delay = 0
	}
	if t.failures++; t.failures < allowed {
		return
	}
	t.delay = min(max(2*t.delay, firstLock), longestLock)
	t.until = now.Add(t.delay)
	t.failures = allowed - 1 // the next failure after the lock locks again
	t.since = t.until
}

// shrink makes room in a full map: what no longer matters first, then anything.
func shrink[K comparable](m map[K]*tries, now time.Time) {
	if len(m) < maxLocks {
		return
	}
	for key, t := range m {
		if now.After(t.until) && now.Sub(t.since) > failureWindow && now.Sub(t.success) > homeTime {
			delete(m, key)
		}
	}
	for key := range m {
		if len(m) < maxLocks*9/10 {
			return
		}
		delete(m, key)
	}
}
