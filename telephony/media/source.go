package media

import (
	"net/netip"
	"time"
)

// Whose media a leg takes, best first. A better rank may replace a lesser one at
// any time, never the other way round, and equals do not replace each other: once
// learned, a source stays until the next Update.
const (
	unlearned = iota
	foreign   // neither the signalled host nor the one that signalled
	samehost  // the signalled host, another port
	exact     // the signalled address and port
)

// A foreign source is taken only after a steady run of one stream, and only within
// learnFor of the first foreign packet. If the signalled address is of a private
// network and the source is not, a device behind NAT is likely and a short run is
// enough. Otherwise it may be a carrier that sends from another machine, or an
// attacker: the long run gives the rightful sender the time to speak up, and talk
// goes on being sent to the signalled address.
const (
	learnFor        = 3 * time.Second
	steadyBehind    = 5
	steadyElsewhere = 50
)

// source learns where a leg's media comes from (symmetric RTP, RFC 4961) without
// being bled or fed by strangers.
type source struct {
	signalled netip.AddrPort
	peer      netip.Addr
	rank      int
	addr      netip.AddrPort // learned

	candidate     netip.AddrPort // foreign
	candidateSSRC uint32
	run           int
	opened        time.Duration // first foreign packet
	strange       bool          // opened is set
}

// reset forgets what was learned. A source that was learned for the same
// signalled address keeps its place until a better one comes: a re-INVITE that
// changes nothing must not open a door.
func (s *source) reset(signalled netip.AddrPort, peer netip.Addr) {
	if signalled == s.signalled && s.rank == exact {
		s.peer = peer
		return
	}
	*s = source{signalled: signalled, peer: peer.Unmap()}
}

// accept reports whether a packet may come in, and whether that changed target.
func (s *source) accept(from netip.AddrPort, ssrc uint32, now time.Duration) (ok, moved bool) {
	if from == s.addr && s.rank != unlearned {
		return true, false
	}
	rank := s.rankOf(from)
	if rank <= s.rank {
		return false, false
	}
	if rank == foreign && !s.steady(from, ssrc, now) {
		return false, false
	}
	s.rank, s.addr = rank, from
	return true, true
}

func (s *source) rankOf(from netip.AddrPort) int {
	switch {
	case from == s.signalled:
		return exact
	case from.Addr() == s.signalled.Addr(), from.Addr() == s.peer:
		return samehost
	}
	return foreign
}

func (s *source) steady(from netip.AddrPort, ssrc uint32, now time.Duration) bool {
	if !s.strange {
		s.strange, s.opened = true, now
	}
	if now-s.opened > learnFor {
		return false
	}
	if from != s.candidate || ssrc != s.candidateSSRC {
		s.candidate, s.candidateSSRC, s.run = from, ssrc, 0
	}
	s.run++
	if s.behindNAT(from) {
		return s.run >= steadyBehind
	}
	return s.run >= steadyElsewhere
}

func (s *source) behindNAT(from netip.AddrPort) bool {
	return unroutable(s.signalled.Addr()) && !unroutable(from.Addr())
}

var sharedSpace = netip.MustParsePrefix("100.64.0.0/10") // RFC 6598

func unroutable(a netip.Addr) bool {
	return !a.IsValid() || a.IsPrivate() || a.IsUnspecified() || a.IsLinkLocalUnicast() || sharedSpace.Contains(a)
}

// target is where our RTP goes; invalid = nowhere.
func (s *source) target() netip.AddrPort {
	if s.rank == samehost || s.rank == foreign && s.behindNAT(s.addr) {
		return s.addr
	}
	if s.signalled.Port() == 0 || s.signalled.Addr().IsUnspecified() {
		return netip.AddrPort{} // hold in the manner of RFC 2543, or no address at all
	}
	return s.signalled
}
