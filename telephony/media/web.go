package media

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// WebParams is what a browser's SDP says beside codec and direction.
type WebParams struct {
	// Ufrag is its a=ice-ufrag; another one than before asks for an ICE restart.
	Ufrag string
	// Fingerprint is that of its certificate: SHA-256, hexadecimal digits and colons.
	Fingerprint string
	// Passive: it waits for our ClientHello (a=setup:passive), which no browser does
	// unless it has asked for that.
	Passive bool
}

// ErrOtherBrowser says that a description is of another browser than the leg's: its
// certificate is another one.
var ErrOtherBrowser = errors.New("another certificate within a session")

// WebLocal is what our SDP must say to a browser.
type WebLocal struct {
	Ufrag, Pwd  string
	Fingerprint string           // SHA-256
	Candidates  []netip.AddrPort // host candidates, the most wanted first
	SSRC        uint32
}

// Web is our side for the SDP of a web leg. It changes when an Update brings an ICE
// restart. ok is false for a plain leg.
func (l *Leg) Web() (local WebLocal, ok bool) {
	w, ok := l.carrier.(*web)
	if !ok {
		return local, false
	}
	w.mux.mu.RLock()
	defer w.mux.mu.RUnlock()
	return WebLocal{
		Ufrag: w.credentials[0].ufrag, Pwd: w.credentials[0].pwd,
		Fingerprint: w.mux.fingerprint.String(), Candidates: w.mux.candidates(), SSRC: l.out.ssrc,
	}, true
}

// web is the transport of a browser's leg. Its sound is let in and out once two things
// are known and fit each other, in whatever order they come: the keys of the DTLS
// handshake, and the fingerprint of the browser's certificate from its SDP.
type web struct {
	mux       *mux
	leg       *Leg
	handshake handshake
	heard     atomic.Int64 // engine time of the last authentic check or packet
	left      atomic.Int64 // engine time of its close_notify; 0 = it is there
	calling   atomic.Bool  // we are to begin the handshake
	open      atomic.Bool  // keys and fingerprint are there and fit
	refused   atomic.Bool  // they do not fit

	// The ICE state, guarded by mux.mu.
	shut        bool
	credentials [2]iceCredentials // the present ones, and those before a restart
	sources     []netip.AddrPort
	remote      netip.AddrPort // where everything is sent

	mu       sync.Mutex
	answered time.Duration // first update; 0 = none
	ufrag    string        // the browser's
	expected *fingerprint  // by its SDP
	shown    *fingerprint  // by its handshake
	keys     *srtpKeys

	in  inbound
	out outbound
}

// farewellTime is how long after the end of a browser's DTLS its BYE may come: the two
// go different ways.
const farewellTime = time.Second

func (e *Engine) openWeb(l *Leg) (*web, error) {
	m := e.browsers
	if m == nil {
		return nil, ErrNoWeb
	}
	w := &web{mux: m, leg: l}
	w.handshake.prepare(w)
	w.restart()
	return w, nil
}

func (w *web) addr() netip.AddrPort { return w.mux.candidates()[0] }

// update takes what the SDP exchange says. A certificate stays for the life of a leg.
func (w *web) update(p Params) error {
	if !validUfrag(p.Web.Ufrag) {
		return errors.New("no ICE user fragment")
	}
	f, err := parseFingerprint(p.Web.Fingerprint)
	if err != nil {
		return err
	}
	w.mu.Lock()
	if w.expected != nil && *w.expected != f {
		w.mu.Unlock()
		return ErrOtherBrowser
	}
	restart := w.ufrag != "" && w.ufrag != p.Web.Ufrag
	w.ufrag, w.expected = p.Web.Ufrag, &f
	if w.answered == 0 {
		w.answered = max(1, w.leg.engine.now())
	}
	err = w.compare()
	w.mu.Unlock()
	if restart {
		w.restart()
	}
	if p.Web.Passive {
		w.calling.Store(true)
		w.handshake.call()
	}
	return err
}

// validUfrag: 4 to 256 ice-chars (RFC 8839, 5.4).
func validUfrag(text string) bool {
	for _, r := range text {
		if r != '+' && r != '/' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return len(text) >= 4 && len(text) <= 256
}

// established takes the result of the handshake.
func (w *web) established(keys *srtpKeys, shown fingerprint) error {
	w.mu.Lock()
	w.keys, w.shown = keys, &shown
	err := w.compare()
	w.mu.Unlock()
	if err == nil {
		w.leg.retarget()
	}
	return err
}

// compare opens the way for the sound when the certificate is the right one. w.mu is
// held.
func (w *web) compare() error {
	if w.expected == nil || w.shown == nil || w.open.Load() {
		return nil
	}
	if *w.expected != *w.shown {
		if !w.refused.Swap(true) {
			w.mux.count.impostors.Add(1)
			w.leg.engine.log.Warn("a browser has shown another certificate than its SDP tells")
		}
		return nil
	}
	if err := w.in.prepare(w.keys); err != nil {
		return fmt.Errorf("prepare SRTP: %w", err)
	}
	if err := w.out.prepare(w.keys); err != nil {
		return fmt.Errorf("prepare SRTP: %w", err)
	}
	w.keys = nil
	w.open.Store(true)
	return nil
}

func (w *web) target() netip.AddrPort {
	if !w.open.Load() {
		return netip.AddrPort{}
	}
	w.mux.mu.RLock()
	defer w.mux.mu.RUnlock()
	return w.remote
}

// silent: the browser has shown another certificate, has taken leave, or has been
// heard of neither by checks nor by sound. Those come during a hold too, so it does
// not matter whether sound is owed.
func (w *web) silent(now, _ time.Duration, _ bool) bool {
	w.mu.Lock()
	answered := w.answered
	w.mu.Unlock()
	if answered == 0 {
		return false
	}
	if left := time.Duration(w.left.Load()); w.refused.Load() || left != 0 && now-left >= farewellTime {
		return true
	}
	return now-max(answered, time.Duration(w.heard.Load())) >= w.mux.config.Timeout
}

func (w *web) close() {
	m := w.mux
	m.mu.Lock()
	w.shut = true
	for _, c := range w.credentials {
		if m.byUfrag[c.ufrag] == w {
			delete(m.byUfrag, c.ufrag)
		}
	}
	for _, a := range w.sources {
		m.unbind(w, a)
	}
	m.mu.Unlock()
	w.in.close()
	w.handshake.close()
}
