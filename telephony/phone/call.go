package phone

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/telephony/phone/browser"
)

// Call is one call of a telephone, in either direction.
type Call struct {
	phone   *Phone
	inbound bool
	at      time.Time // when the INVITE came or was made
	invite  *message
	peer    netip.AddrPort // where the other side's messages come from
	voice   *voice

	mu       sync.Mutex
	localTag string
	remote   string // To or From of the other side, with tag
	target   string // remote target, from Contact
	route    []string
	seq      int
	version  int // of our SDP
	answered bool
	leaving  bool // hung up before there was an answer; one may still come
	ack      *message
	final    *message // our final answer, repeated until the ACK
	progress chan struct{}
	ringing  bool
	up       chan struct{}
	acked    chan struct{}
	done     chan struct{}
	dialled  chan struct{} // closed when the INVITE has met its end; nil: the call came in
	why      string
	changed  chan string
}

func newCall(p *Phone) (*Call, error) {
	c := &Call{
		phone: p, at: time.Now(), localTag: token(), progress: make(chan struct{}), up: make(chan struct{}),
		acked: make(chan struct{}), done: make(chan struct{}), changed: make(chan string, 16),
	}
	c.voice = newVoice(p.cfg.Codec)
	open := openSocket
	if p.page {
		open = openBrowser
	}
	var err error
	if c.voice.carrier, err = open(p.cfg.Local, c.voice, &p.wg); err != nil {
		return nil, err
	}
	p.wg.Go(c.voice.speak)
	return c, nil
}

// Number is the user part of the other side's address.
func (c *Call) Number() string {
	if c.inbound {
		return userOf(address(c.invite.get("from")))
	}
	return userOf(address(c.invite.get("to")))
}

// At is when the call reached the telephone, or when it was dialled.
func (c *Call) At() time.Time { return c.at }

// Header is a header of the INVITE, "" if it had none.
func (c *Call) Header(name string) string { return c.invite.get(name) }

// Progress is closed when the other side rings.
func (c *Call) Progress() <-chan struct{} { return c.progress }

// Up is closed when the call is answered.
func (c *Call) Up() <-chan struct{} { return c.up }

// Done is closed when the call is over; Why tells the reason.
func (c *Call) Done() <-chan struct{} { return c.done }

// Why is how the call ended: "hangup", "remote hangup", "cancelled", a refusal such as
// "486 Busy Here", or "".
func (c *Call) Why() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.why
}

// Changes tells each direction that the other side asks for in a re-INVITE.
func (c *Call) Changes() <-chan string { return c.changed }

func (c *Call) over(why string) {
	c.mu.Lock()
	select {
	case <-c.done:
		c.mu.Unlock()
		return
	default:
	}
	c.why = why
	close(c.done)
	id := c.callID()
	c.mu.Unlock()
	c.voice.close()
	// The dialog is remembered a while, so that late retransmissions get answers.
	time.AfterFunc(5*time.Second, func() {
		c.phone.mu.Lock()
		delete(c.phone.dialogs, id)
		c.phone.mu.Unlock()
	})
}

func (c *Call) callID() string { return c.invite.get("call-id") }

// Call dials. It returns at once; Progress, Up and Done tell what becomes of it.
func (p *Phone) Call(to string, extra map[string]string) (*Call, error) {
	c, err := newCall(p)
	if err != nil {
		return nil, err
	}
	uri := fmt.Sprintf("sip:%s@%s", to, p.server)
	m := p.begin("INVITE", uri)
	from := fmt.Sprintf("<sip:%s@%s>", p.cfg.User, p.local.Addr())
	if p.cfg.Display != "" {
		from = fmt.Sprintf("%q %s", p.cfg.Display, from)
	}
	m.add("From", from+";tag="+c.localTag)
	m.add("To", "<"+uri+">")
	m.add("Call-ID", token()+token())
	m.add("CSeq", "1 INVITE")
	m.add("Contact", p.contact())
	m.add("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS")
	for name, value := range extra {
		m.add(name, value)
	}
	m.body = c.describe(p.cfg.Codec, "sendrecv", false)
	c.invite, c.seq, c.peer, c.dialled = m, 1, p.server, make(chan struct{})
	p.mu.Lock()
	p.dialogs[c.callID()] = c
	p.mu.Unlock()
	p.wg.Add(1)
	go func() {
		defer p.wg.Done()
		defer close(c.dialled)
		c.dial(m)
	}()
	return c, nil
}

// dial sends the INVITE, once more if it is challenged, and follows the answer.
func (c *Call) dial(m *message) {
	for range 2 {
		r, err := c.phone.transact(c.phone.ctx, m, c.phone.server, c.provisional)
		if err != nil {
			c.over(err.Error())
			return
		}
		if r.status < 300 {
			c.established(r)
			return
		}
		c.phone.send(c.ackOf(m, r), c.phone.server)
		if r.status != 401 && r.status != 407 || c.phone.cfg.Password == "" {
			c.over(fmt.Sprintf("%d %s", r.status, r.reason))
			return
		}
		again := c.repeat(m)
		if err := c.phone.authorize(again, r); err != nil {
			c.over(err.Error())
			return
		}
		m = again
	}
	c.over("the server refuses the password")
}

// repeat makes the same request anew: next CSeq, new branch.
func (c *Call) repeat(m *message) *message {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	again := &message{method: m.method, uri: m.uri, body: m.body}
	for i, n := range m.names {
		switch n {
		case "Via":
			again.add(n, c.phone.via())
		case "CSeq":
			again.add(n, fmt.Sprintf("%d %s", c.seq, m.method))
		default:
			again.add(n, m.values[i])
		}
	}
	c.invite = again
	return again
}

func (c *Call) provisional(r *message) {
	if r.status < 180 {
		return
	}
	c.mu.Lock()
	if !c.ringing {
		c.ringing = true
		close(c.progress)
	}
	c.mu.Unlock()
	c.follow(r.body)
}

// ackOf acknowledges a refusal: same branch as the INVITE (17.1.1.3).
func (c *Call) ackOf(m, r *message) *message {
	n, _ := m.cseq()
	ack := &message{method: "ACK", uri: m.uri}
	ack.add("Via", m.get("via"))
	ack.add("Max-Forwards", "70")
	ack.add("From", m.get("from"))
	ack.add("To", r.get("to"))
	ack.add("Call-ID", m.get("call-id"))
	ack.add("CSeq", fmt.Sprintf("%d ACK", n))
	return ack
}

func (c *Call) established(r *message) {
	c.mu.Lock()
	c.remote, c.target = r.get("to"), address(r.get("contact"))
	routes := r.all("record-route")
	for i := len(routes) - 1; i >= 0; i-- {
		c.route = append(c.route, routes[i])
	}
	n, _ := r.cseq()
	c.ack = c.inDialog("ACK", n)
	ack := c.ack
	gone := c.why != "" || c.leaving
	c.answered = true
	c.mu.Unlock()
	c.phone.send(ack, c.phone.server)
	if gone { // we hung up while the answer was on its way
		c.bye()
		return
	}
	c.follow(r.body)
	close(c.up)
}

func (c *Call) ackAgain() {
	c.mu.Lock()
	ack := c.ack
	c.mu.Unlock()
	if ack != nil {
		c.phone.send(ack, c.peer)
	}
}

// inDialog begins a request inside the dialog; c.mu is held.
func (c *Call) inDialog(method string, seq int) *message {
	m := c.phone.begin(method, c.target)
	for _, r := range c.route {
		m.add("Route", r)
	}
	self := c.invite.get("from")
	if c.inbound {
		self = c.invite.get("to")
		if !strings.Contains(self, ";tag=") {
			self += ";tag=" + c.localTag
		}
	}
	m.add("From", self)
	m.add("To", c.remote)
	m.add("Call-ID", c.callID())
	m.add("CSeq", fmt.Sprintf("%d %s", seq, method))
	m.add("Contact", c.phone.contact())
	return m
}

// Hangup ends the call in whatever way fits: CANCEL, a refusal, or BYE.
func (c *Call) Hangup() {
	c.mu.Lock()
	answered, over := c.answered, c.why != ""
	c.leaving = !answered
	c.mu.Unlock()
	switch {
	case over:
	case answered:
		c.over("hangup")
		c.bye()
	case c.inbound:
		c.Reject(486, "Busy Here")
	default:
		c.over("cancelled")
		cancel := &message{method: "CANCEL", uri: c.invite.uri}
		n, _ := c.invite.cseq()
		for _, h := range []string{"Via", "From", "To", "Call-ID"} {
			cancel.add(h, c.invite.get(h))
		}
		cancel.add("Max-Forwards", "70")
		cancel.add("CSeq", fmt.Sprintf("%d CANCEL", n))
		c.background(cancel)
	}
}

func (c *Call) bye() {
	c.mu.Lock()
	c.seq++
	m := c.inDialog("BYE", c.seq)
	c.mu.Unlock()
	c.background(m)
}

// background sends a request and does not mind the answer.
func (c *Call) background(m *message) {
	c.phone.byes.begin()
	go func() {
		defer c.phone.byes.end()
		ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(c.phone.ctx), lastWordsWait, errors.New("no answer"))
		defer cancel()
		_, _ = c.phone.transact(ctx, m, c.peer, nil)
	}()
}

// SetHold puts the other side on hold, or takes it back (re-INVITE, RFC 3264 8.4). Of a
// page, it tells of an ICE restart as well.
func (c *Call) SetHold(ctx context.Context, on bool) error {
	direction := "sendrecv"
	if on {
		direction = "sendonly"
	}
	c.mu.Lock()
	c.seq++
	m := c.inDialog("INVITE", c.seq)
	m.body = c.describe(c.phone.cfg.Codec, direction, false)
	c.mu.Unlock()
	r, err := c.phone.transact(ctx, m, c.peer, nil)
	if err != nil {
		return err
	}
	if r.status >= 300 {
		c.phone.send(c.ackOf(m, r), c.peer)
		return fmt.Errorf("hold was refused: %d %s", r.status, r.reason)
	}
	c.mu.Lock()
	n, _ := m.cseq()
	c.ack = c.inDialog("ACK", n)
	ack := c.ack
	c.mu.Unlock()
	c.phone.send(ack, c.peer)
	c.follow(r.body)
	return nil
}

// Browser is the media of a page's call, nil for other telephones: tests move it to
// another network, restart and spoil it.
func (c *Call) Browser() *browser.Media {
	w, _ := c.voice.carrier.(web)
	return w.Media
}

// describe writes our next description; c.mu is held, or nobody knows of the call yet.
func (c *Call) describe(codec media.Codec, direction string, answer bool) string {
	c.version++
	local := c.voice.carrier
	return offer(local.addr(), local.proto(), codec, direction, c.version) + local.lines(answer)
}

// follow takes what a description of the other side says.
func (c *Call) follow(sdp string) {
	if s, err := parseSDP(sdp); err == nil {
		c.voice.follow(s)
		c.voice.carrier.connect(sdp)
	}
}
