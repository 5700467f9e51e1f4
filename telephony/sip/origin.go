package sip

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"
)

// origin says from whom an INVITE comes. Exactly one of trunk and extension is set.
type origin struct {
	trunk     *Trunk
	extension string
	source    string // ip:port of the packet
	transport string // UDP, TCP, TLS, WS
}

// binding is one device of an extension (RFC 3261 sec. 10).
type binding struct {
	contact   sip.Uri
	source    string // ip:port the REGISTER came from: requests go back there (RFC 3581, RFC 5626)
	transport string // UDP, TCP, TLS, WS
	expires   time.Time
	instance  string // +sip.instance and reg-id, or "" (RFC 5626)
	path      []sip.Uri
	agent     string // User-Agent of the device
	callID    string // of the REGISTER, with
	cseq      uint32 // its sequence number: a late REGISTER must not undo a newer one

	// What is known of the device's life, see qualify.
	askAt    time.Time // when to ask it; zero: never
	missed   int       // questions without an answer, in a row
	answers  bool      // it has answered once
	silent   bool      // counts as gone: it is not rung until it is heard of again
	restored bool      // the process before knew it, nobody has heard of it since
	dialled  bool      // we opened the connection, to its Contact
}

// invite lets a call in, or not.
func (s *Server) invite(req *sip.Request, tx *transaction) {
	from, ok := s.identify(req, tx)
	if !ok {
		return
	}
	if reason := s.full(); reason != "" {
		s.metrics.refused.WithLabelValues(reason).Inc()
		s.reject(req, tx, 503, "Service Unavailable", retryAfter())
		return
	}
	tx.begin()
	s.calls.invite(req, tx, from)
}

// identify finds out who calls. What the packet brings along goes before where it
// comes from, because a phone may stand beside a trunk behind one address: digest
// credentials for our realm first, then the source of a registered device, then the
// addresses of the trunks. Everybody else gets the challenge that an agent gets.
func (s *Server) identify(req *sip.Request, tx *transaction) (origin, bool) {
	from := origin{source: req.Source(), transport: sip.NetworkToUpper(req.Transport())}
	if from.transport != webSocket && s.auth.credentials(req) == nil && !s.registrar.hasSource(from.source) {
		if from.trunk = s.trunks.of(sourcePeer(req).Addr(), req.Recipient.User); from.trunk != nil {
			return from, true
		}
	}
	user, ok := s.prove(req, tx, 407, "Proxy Authentication Required", "Proxy-Authenticate")
	switch {
	case !ok:
		return from, false
	case user == s.config.Simulator.User:
		from.trunk = &s.simulator
	default:
		from.extension = user
	}
	return from, true
}

// prove demands a digest. It returns the user who gave a correct one; in any other
// case it has answered the request.
func (s *Server) prove(req *sip.Request, tx *transaction, code int, reason, header string) (user string, ok bool) {
	peer := sourcePeer(req)
	credentials, worth := s.auth.credentials(req), absent
	if credentials != nil {
		worth = s.auth.check(req, credentials, peer.Addr(), s.secrets(req))
	}
	s.metrics.auth.WithLabelValues(string(worth)).Inc()
	if worth == correct {
		s.gate.proved(peer)
		return credentials["username"], true
	}
	s.suspect(req, worth)
	s.reject(req, tx, code, reason, s.auth.challenge(req, header, worth == stale)...)
	return "", false
}

// suspect weighs what a request without proof says about its sender.
func (s *Server) suspect(req *sip.Request, worth verdict) {
	peer, ok := s.judged(req)
	switch {
	case !ok:
	case scans(req):
		s.gate.offended(peer, offenceLimit+1, "scanner")
	case worth == wrong || worth == locked:
		s.gate.offended(peer, weightGuess, "wrong passwords")
	case worth == absent:
		s.gate.challenged(peer)
		if req.Method == sip.INVITE {
			s.gate.offended(peer, weightCall, "calls of strangers")
		}
	}
}

// secrets are by what a user may prove himself in a request. Over a page's socket only
// one user exists, with the page's own passwords beside the stored one.
func (s *Server) secrets(req *sip.Request) func(user string) []Credential {
	if sip.NetworkToUpper(req.Transport()) != webSocket {
		return s.stored
	}
	c := s.sockets.at(req.Source())
	return func(user string) []Credential {
		if c == nil || user != c.page.Extension {
			return nil
		}
		return append(s.tickets.credentials(s.config.Realm, &c.page), s.stored(user)...)
	}
}

// stored is the credential that is kept of a user of ours.
func (s *Server) stored(user string) []Credential {
	if user == s.config.Simulator.User {
		return []Credential{s.simulatorSecret}
	}
	if c, ok := s.config.Directory.Credential(user); ok {
		return []Credential{c}
	}
	return nil
}

// retryAfter spreads the second attempts of refused callers over some seconds.
func retryAfter() sip.Header {
	return sip.NewHeader("Retry-After", strconv.Itoa(5+rand.IntN(6)))
}
