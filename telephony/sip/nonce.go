package sip

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"sync"
	"time"
)

const (
	nonceLife = 5 * time.Minute
	// maxNonces bounds the memory of answered nonces. Only a correct digest makes an
	// entry, so it is reached by a fault of a peer, never by strangers.
	maxNonces = 100_000
)

// nonces makes nonces that prove themselves and remembers the ones that were used.
type nonces struct {
	now func() time.Time
	key [32]byte

	mu    sync.Mutex
	used  map[string]*window
	sweep time.Time
}

// window remembers which nonce counts were seen: the highest one and a bit for each
// of the 64 below it, because requests overtake each other over UDP.
type window struct {
	until   time.Time
	highest uint64
	seen    uint64
}

func newNonces(now func() time.Time) *nonces {
	n := &nonces{now: now, used: make(map[string]*window)}
	rand.Read(n.key[:])
	return n
}

// fresh makes a nonce: time, random bytes and a MAC over both.
func (n *nonces) fresh() string {
	var raw [32]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(n.now().UnixMilli()))
	rand.Read(raw[8:16])
	copy(raw[16:], n.mac(raw[:16]))
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

func (n *nonces) mac(data []byte) []byte {
	h := hmac.New(sha256.New, n.key[:])
	h.Write(data)
	return h.Sum(nil)[:16]
}

// valid reports whether a nonce is ours and young, and until when it stays so.
func (n *nonces) valid(nonce string) (until time.Time, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(nonce)
	if err != nil || len(raw) != 32 || !hmac.Equal(raw[16:], n.mac(raw[:16])) {
		return time.Time{}, false
	}
	until = time.UnixMilli(int64(binary.BigEndian.Uint64(raw[:8]))).Add(nonceLife)
	return until, n.now().Before(until)
}

// use takes a nonce count once. A count that was taken already is a replay. Count 0
// stands for credentials without qop, which may use a nonce once.
func (n *nonces) use(nonce string, until time.Time, count uint64) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.forget()
	w, known := n.used[nonce]
	switch {
	case !known && len(n.used) >= maxNonces:
		return false
	case !known:
		n.used[nonce] = &window{until: until, highest: count, seen: 1}
		return true
	case count == 0 || w.highest == 0:
		return false
	case count > w.highest:
		w.seen = w.seen<<min(count-w.highest, 64) | 1
		w.highest = count
		return true
	}
	bit := uint64(1) << min(w.highest-count, 63)
	if w.highest-count >= 64 || w.seen&bit != 0 {
		return false
	}
	w.seen |= bit
	return true
}

// forget drops nonces that have expired, once a minute.
func (n *nonces) forget() {
	now := n.now()
	if now.Before(n.sweep) {
		return
	}
	n.sweep = now.Add(time.Minute)
	for nonce, w := range n.used {
		if now.After(w.until) {
			delete(n.used, nonce)
		}
	}
}
