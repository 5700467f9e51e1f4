package sip

import "github.com/callcard/callcard/telephony"

// attach tells a leg of a browser, which is in the table, on which socket its page is
// now. If there is none any more, the device is gone.
func (c *calls) attach(lg *leg) {
	if lg.dialog.transport != webSocket {
		lg.socket.Store(nil)
		return
	}
	sockets := c.server.sockets
	at := sockets.at(sockets.present(lg.dialog.source))
	lg.socket.Store(at)
	if at != nil {
		lg.dialog.source = at.source
	}
	if at == nil || sockets.at(at.source) != at {
		c.spawn(func() { lg.line.run(lg.deviceLost) })
	}
}

// socketGone ends what was established over a socket, or moves it to the one with which
// the page has come back.
func (c *calls) socketGone(gone *socket) {
	c.mu.Lock()
	var legs []*leg
	for _, lg := range c.legs {
		if lg.socket.Load() == gone {
			legs = append(legs, lg)
		}
	}
	c.mu.Unlock()
	heir := c.server.sockets.heir(gone)
	for _, lg := range legs {
		c.spawn(func() {
			lg.line.run(func() {
				switch {
				case lg.socket.Load() != gone: // its page has spoken over another one meanwhile
				case heir != nil:
					lg.moveTo(heir)
				default:
					lg.deviceLost()
				}
			})
		})
	}
}

// moveTo makes a socket the way to the leg's page.
func (lg *leg) moveTo(to *socket) {
	lg.dialog.source = to.source
	lg.line.calls.attach(lg)
}

// deviceLost ends a leg whose device is gone without a word. A BYE that came before the
// end of the socket, and has not been handled yet, is a word.
func (lg *leg) deviceLost() {
	if lg.state < legAnswered || lg.state == legGone {
		return // an INVITE's transaction ends with its connection, and tells by itself
	}
	if bye := lg.goodbye.Load(); bye != nil && lg.dialog.matches(bye) {
		lg.end(telephony.Remote, causeOfReason(bye, telephony.Normal), 0)
		return
	}
	lg.end(telephony.Remote, telephony.DeviceLost, 0)
}
