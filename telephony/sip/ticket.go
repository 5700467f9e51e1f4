package sip

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// ticketPeriod: a page's password is good for the period in which it was made and the
// next one.
const ticketPeriod = 10 * time.Minute

// tickets are the passwords of pages. Nothing is stored: a password follows from the
// extension, the session, the time and a key of this process, so it can be made again
// when it is to be checked. It is good in sockets of its session only.
type tickets struct {
	now func() time.Time
	key [32]byte
}

func newTickets(now func() time.Time) *tickets {
	t := &tickets{now: now}
	rand.Read(t.key[:])
	return t
}

// Ticket makes a SIP password for an extension, good until expires within sockets of
// the session (see ServeWebSocket). A restart of the process makes it void.
func (s *Server) Ticket(extension, session string) (password string, expires time.Time) {
	period := s.tickets.period()
	return s.tickets.password(extension, session, period), time.Unix(0, (period+2)*int64(ticketPeriod))
}

// Realm is what a SIP password is computed with, besides user and password.
func (s *Server) Realm() string { return s.config.Realm }

func (t *tickets) period() int64 { return t.now().UnixNano() / int64(ticketPeriod) }

func (t *tickets) password(extension, session string, period int64) string {
	h := hmac.New(sha256.New, t.key[:])
	var n [8]byte
	for _, part := range []string{extension, session} {
		binary.BigEndian.PutUint64(n[:], uint64(len(part)))
		h.Write(n[:])
		h.Write([]byte(part))
	}
	binary.BigEndian.PutUint64(n[:], uint64(period))
	h.Write(n[:])
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// credentials are the passwords that are good now, as they would be stored. Browsers
// know no digest but MD5.
func (t *tickets) credentials(realm string, p *Page) []Credential {
	period := t.period()
	var all []Credential
	for _, n := range [...]int64{period, period - 1} {
		all = append(all, HashCredential(p.Extension, realm, t.password(p.Extension, p.Session, n)))
	}
	return all
}
