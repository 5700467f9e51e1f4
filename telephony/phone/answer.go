package phone

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// request handles what the server asks of the telephone.
func (p *Phone) request(m *message, from netip.AddrPort) {
	p.mu.Lock()
	c := p.dialogs[m.get("call-id")]
	p.mu.Unlock()
	switch {
	case m.method == "INVITE" && c == nil:
		p.incoming(m, from)
	case m.method == "OPTIONS":
		p.send(m.reply(200, "OK", token()), from)
	case c == nil:
		if m.method != "ACK" {
			p.send(m.reply(481, "Call Does Not Exist", token()), from)
		}
	default:
		c.inCall(m, from)
	}
}

func (p *Phone) incoming(m *message, from netip.AddrPort) {
	c, err := newCall(p)
	if err != nil {
		p.send(m.reply(500, "Server Internal Error", token()), from)
		return
	}
	c.inbound, c.invite, c.peer = true, m, from
	c.remote, c.target = m.get("from"), address(m.get("contact"))
	c.route = m.all("record-route")
	p.mu.Lock()
	p.dialogs[c.callID()] = c
	p.mu.Unlock()
	if s, err := parseSDP(m.body); err == nil {
		c.voice.follow(s)
	}
	p.send(c.withContact(m.reply(180, "Ringing", c.localTag)), from)
	select {
	case p.calls <- c:
	default:
		c.Reject(486, "Busy Here")
	}
}

func (c *Call) withContact(r *message) *message {
	r.add("Contact", c.phone.contact())
	return r
}

// Answer picks up a call that rings here.
func (c *Call) Answer() error {
	c.mu.Lock()
	if c.answered || c.why != "" {
		c.mu.Unlock()
		return fmt.Errorf("there is nothing to answer: %s", c.why)
	}
	c.answered = true
	r := c.withContact(c.invite.reply(200, "OK", c.localTag))
	r.body = c.describe(c.voice.lawOfPeer(), "sendrecv", true)
	c.final = r
	c.mu.Unlock()
	c.voice.carrier.connect(c.invite.body)
	close(c.up)
	c.repeatUntilAck(r)
	return nil
}

// Reject refuses a call that rings here.
func (c *Call) Reject(code int, reason string) {
	c.mu.Lock()
	if c.answered || c.why != "" {
		c.mu.Unlock()
		return
	}
	r := c.invite.reply(code, reason, c.localTag)
	c.final = r
	c.mu.Unlock()
	c.over(fmt.Sprintf("%d %s", code, reason))
	c.repeatUntilAck(r)
}

// repeatUntilAck sends a final answer until the other side acknowledges it (13.3.1.4).
func (c *Call) repeatUntilAck(r *message) {
	c.phone.send(r, c.peer)
	if c.phone.page && r.status >= 300 {
		return // it can't be lost (17.2.1); a 200 may be, on the way behind the server
	}
	c.phone.wg.Add(1)
	go func() {
		defer c.phone.wg.Done()
		give := time.NewTimer(patience)
		defer give.Stop()
		for wait := t1; ; wait = min(2*wait, t2) {
			select {
			case <-c.acked:
				return
			case <-time.After(wait):
				c.phone.send(r, c.peer)
			case <-give.C:
				c.over("no ACK")
				return
			case <-c.phone.ctx.Done():
				return
			}
		}
	}()
}

// inCall handles a request inside the call.
func (c *Call) inCall(m *message, from netip.AddrPort) {
	switch m.method {
	case "ACK":
		c.mu.Lock()
		select {
		case <-c.acked:
		default:
			close(c.acked)
		}
		c.mu.Unlock()
	case "BYE":
		c.phone.send(m.reply(200, "OK", c.localTag), from)
		c.over("remote hangup")
	case "CANCEL":
		c.phone.send(m.reply(200, "OK", c.localTag), from)
		c.cancelled()
	case "INVITE":
		c.reinvite(m, from)
	case "UPDATE", "INFO", "OPTIONS", "NOTIFY":
		c.phone.send(c.withContact(m.reply(200, "OK", c.localTag)), from)
	default:
		c.phone.send(m.reply(501, "Not Implemented", c.localTag), from)
	}
}

func (c *Call) cancelled() {
	c.mu.Lock()
	if c.answered || c.why != "" {
		c.mu.Unlock()
		return
	}
	r := c.invite.reply(487, "Request Terminated", c.localTag)
	c.final = r
	c.mu.Unlock()
	c.over("cancelled")
	c.repeatUntilAck(r)
}

// reinvite follows a change of the session, or repeats an answer that was lost.
func (c *Call) reinvite(m *message, from netip.AddrPort) {
	now, _ := m.cseq()
	before, _ := c.invite.cseq()
	c.mu.Lock()
	final := c.final
	c.mu.Unlock()
	if c.inbound && now == before {
		if final != nil {
			c.phone.send(final, from)
		} else {
			c.phone.send(c.withContact(m.reply(180, "Ringing", c.localTag)), from)
		}
		return
	}
	r := c.withContact(m.reply(200, "OK", c.localTag))
	direction := "sendrecv"
	if s, err := parseSDP(m.body); err == nil {
		c.follow(m.body)
		switch s.direction {
		case "sendonly":
			direction = "recvonly"
		case "recvonly":
			direction = "sendonly"
		case "inactive":
			direction = "inactive"
		}
		select {
		case c.changed <- s.direction:
		default:
		}
	}
	c.mu.Lock()
	r.body = c.describe(c.voice.lawOfPeer(), direction, true)
	c.mu.Unlock()
	c.phone.send(r, from)
}

// Extension is the digits a caller dialled to reach this telephone.
func (c *Call) Extension() string {
	user, _, _ := strings.Cut(userOf(c.invite.uri), ";")
	return user
}
