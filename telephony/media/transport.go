package media

import (
	"net/netip"
	"time"
)

// transport carries the datagrams of a leg. It hands what comes in to Leg.receive
// and Leg.heardReport, from one goroutine each.
type transport interface {
	// addr is where the far side sends its RTP to, for the SDP.
	addr() netip.AddrPort
	// update hears what an SDP exchange settled, before the leg does.
	update(p Params) error
	// target is where our sound may go now; invalid = nowhere yet.
	target() netip.AddrPort
	// sendRTP and sendRTCP never wait. What cannot be sent is lost, as in a network.
	sendRTP(b []byte, to netip.AddrPort)
	sendRTCP(b []byte, to netip.AddrPort)
	// silent says whether a leg is to be given up: nothing was accepted since seen.
	// talks tells whether sound is owed at all.
	silent(now, seen time.Duration, talks bool) bool
	// close ends it; afterwards nothing is handed to the leg any more.
	close()
}
