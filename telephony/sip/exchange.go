package sip

import (
	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
)

// transact sends a request in the background; done hears of its final response, or
// of the error when there was none.
func (l *line) transact(leg telephony.LegID, req *sip.Request, done func(*sip.Response, error)) {
	l.open++
	l.calls.spawn(func() {
		res, err := l.exchange(leg, req)
		l.run(func() {
			l.open--
			if done != nil {
				done(res, err)
			}
			l.settle()
		})
	})
}

// exchange is a non-INVITE transaction from beginning to end.
func (l *line) exchange(leg telephony.LegID, req *sip.Request) (*sip.Response, error) {
	tx, err := l.calls.request(req)
	if err != nil {
		return nil, err
	}
	defer tx.Terminate()
	sent := sentRequest(tx, req)
	l.run(func() { l.note(leg, sent, true, peerOf(sent)) })
	for {
		select {
		case res := <-tx.Responses():
			l.run(func() { l.note(leg, res, false, peerOf(sent)) })
			if !res.IsProvisional() {
				return res, nil
			}
		case <-tx.Done():
			return nil, tx.Err()
		case <-l.calls.ctx.Done():
			return nil, l.calls.ctx.Err()
		}
	}
}

// sentRequest is what really went out: a large request may have changed to TCP.
func sentRequest(tx sip.ClientTransaction, req *sip.Request) *sip.Request {
	if o, ok := tx.(interface{ Origin() *sip.Request }); ok {
		return o.Origin()
	}
	return req
}

// peerOf names the other side in a ladder.
func peerOf(req *sip.Request) string {
	return req.Destination() + " " + req.Transport()
}

// request sends a request. When the peer's connection is gone, his Contact is the
// other way to him (RFC 3261 12.2.1.1).
func (c *calls) request(req *sip.Request) (sip.ClientTransaction, error) {
	tx, err := c.server.request(c.ctx, req)
	if err == nil || c.ctx.Err() != nil || !sip.IsReliable(req.Transport()) || req.Transport() == webSocket {
		return tx, err
	}
	again := req.Clone()
	again.RemoveHeader("Via")
	again.SetDestination("")
	if again.Destination() == req.Destination() {
		return nil, err
	}
	return c.server.request(c.ctx, again)
}
