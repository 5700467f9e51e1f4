package media

import (
	"errors"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// replayWindow is how far back a packet may be late: 1.3 s of sound.
const replayWindow = 64

// srtpKeys is what a handshake yields (RFC 5764, 4.2).
type srtpKeys struct {
	profile srtp.ProtectionProfile
	keys    srtp.SessionKeys
}

// inbound takes the protection off. A leg's packets come from one goroutine; the lock
// is for the leg's end.
type inbound struct {
	mu       sync.Mutex
	shut     bool
	context  *srtp.Context // nil until sound may come in
	header   rtp.Header
	failed   uint64 // not authentic
	replayed uint64
}

func (i *inbound) prepare(k *srtpKeys) error {
	c, err := srtp.CreateContext(k.keys.RemoteMasterKey, k.keys.RemoteMasterSalt, k.profile,
		srtp.SRTPReplayProtection(replayWindow), srtp.SRTCPReplayProtection(replayWindow))
	if err != nil {
		return err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.context = c
	return nil
}

// receive takes a datagram to the leg if it is authentic and new.
func (w *web) receive(b []byte, k kind, from netip.AddrPort, now time.Duration) {
	i := &w.in
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.shut || i.context == nil {
		return // before the SDP answer, or after the end
	}
	var plain []byte
	var err error
	if k == rtpKind {
		plain, err = i.context.DecryptRTP(b[:0], b, &i.header)
	} else {
		plain, err = i.context.DecryptRTCP(b[:0], b, nil)
	}
	switch {
	case err == nil:
	case errors.Is(err, srtp.ErrFailedToVerifyAuthTag):
		i.failed++
		w.mux.count.authFailed.Add(1)
		return
	default:
		i.replayed++ // the library has no word for it, but else only for what is no RTP at all
		w.mux.count.replayed.Add(1)
		return
	}
	w.heard.Store(int64(now))
	if k == rtpKind {
		w.leg.receive(plain, from, now)
	} else {
		w.leg.heardReport(plain, from, now)
	}
}

func (i *inbound) close() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.shut = true
}

func (i *inbound) fill(d *Dropped) {
	i.mu.Lock()
	defer i.mu.Unlock()
	d.Forged, d.Replayed = i.failed, i.replayed
}

// outbound puts the protection on.
type outbound struct {
	mu      sync.Mutex
	context *srtp.Context
	header  rtp.Header
	buf     [readSize]byte
}

func (o *outbound) prepare(k *srtpKeys) error {
	c, err := srtp.CreateContext(k.keys.LocalMasterKey, k.keys.LocalMasterSalt, k.profile)
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.context = c
	return nil
}

func (w *web) sendRTP(b []byte, to netip.AddrPort) {
	o := &w.out
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.context == nil {
		return
	}
	if c, err := o.context.EncryptRTP(o.buf[:0], b, &o.header); err == nil { // else the keys are used up
		w.mux.send(c, to)
	}
}

func (w *web) sendRTCP(b []byte, to netip.AddrPort) {
	o := &w.out
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.context == nil {
		return
	}
	if c, err := o.context.EncryptRTCP(o.buf[:0], b, nil); err == nil {
		w.mux.send(c, to)
	}
}
