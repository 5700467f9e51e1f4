package sip

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

const (
	registerTimeout = 10 * time.Second
	signOffTimeout  = 2 * time.Second
	firstRetry      = 5 * time.Second
	longestRetry    = 5 * time.Minute
)

// accountState is what became of a trunk's registration.
type accountState struct {
	registered bool
	expires    time.Time
	reason     string
	why        string
}

// account is our side of one registration (RFC 3261 sec. 10.2). One goroutine uses it.
type account struct {
	t       *trunk
	config  Registration
	callID  sip.CallIDHeader
	tag     string
	cseq    uint32
	realm   string        // the realm that we have answered; another one is refused
	expires time.Duration // to ask for
}

// keepRegistered registers, refreshes before the end, tries again with growing
// pauses, and signs off when the trunk is removed or the server stops.
func (t *trunk) keepRegistered(ctx context.Context, changed func()) {
	a := &account{t: t, config: *t.Register, callID: sip.CallIDHeader(rand.Text()), tag: rand.Text(),
		realm: t.Register.Realm, expires: t.Register.Expires}
	if a.expires <= 0 {
		a.expires = defaultExpires
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	var retry time.Duration
	for {
		select {
		case <-ctx.Done():
			a.signOff(ctx)
			return
		case <-timer.C:
		}
		until, learned, err := a.register(ctx, a.expires)
		if ctx.Err() != nil {
			a.signOff(ctx)
			return
		}
		t.noteAccount(until, err)
		if learned {
			changed()
		}
		if err != nil {
			retry = nextRetry(retry, err)
			timer.Reset(retry)
			continue
		}
		retry = 0
		timer.Reset(refreshAfter(until.Sub(t.s.config.Now())))
	}
}

// refreshAfter is 80 to 90 % of what was granted.
func refreshAfter(granted time.Duration) time.Duration {
	return max(time.Duration((0.8+0.1*mathrand.Float64())*float64(granted)), time.Second)
}

// nextRetry doubles the pause, with a spread; a registrar that names a pause gets it.
func nextRetry(last time.Duration, err error) time.Duration {
	var refused *refusedError
	if errors.As(err, &refused) && refused.retryAfter > 0 {
		return min(refused.retryAfter, longestRetry)
	}
	next := min(max(2*last, firstRetry), longestRetry)
	return next - time.Duration(mathrand.Float64()*float64(next)/5)
}

// noteAccount publishes the outcome of an attempt.
func (t *trunk) noteAccount(until time.Time, err error) {
	t.mu.Lock()
	before := t.account
	if err == nil {
		t.account = accountState{registered: true, expires: until}
	} else {
		t.account.reason, t.account.why = err.Error(), whyOf(err)
		t.account.registered = t.s.config.Now().Before(t.account.expires)
	}
	after := t.account
	t.mu.Unlock()
	if after.registered != before.registered || after.why != before.why {
		t.changed()
	}
	switch {
	case after.registered && !before.registered:
		t.s.log.Info("registered with provider", "trunk", t.Name)
	case err != nil && before.reason == "":
		t.s.log.Warn("registration with provider failed", "trunk", t.Name, "err", err)
	}
}

// refusedError is a final answer that is not a 200.
type refusedError struct {
	method     sip.RequestMethod
	code       int
	reason     string
	retryAfter time.Duration
}

func (e *refusedError) Error() string {
	return fmt.Sprintf("%s refused: %d %s", e.method, e.code, e.reason)
}

// register runs one registration with its challenges and returns until when it
// holds, and whether the registrar answered from an address that was not known.
func (a *account) register(ctx context.Context, expires time.Duration) (until time.Time, learned bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, registerTimeout)
	defer cancel()
	var authorization sip.Header
	for range 4 { // challenge, stale nonce, longer interval, answer
		res, err := a.t.s.ask(ctx, a.build(expires, authorization))
		if err != nil {
			return time.Time{}, false, err
		}
		switch res.StatusCode {
		case 200:
			learned = a.t.learn(sourcePeer(res).Addr())
			return a.t.s.config.Now().Add(a.granted(res, expires)), learned, nil
		case 401, 407:
			if authorization, err = a.answer(res, authorization != nil); err != nil {
				return time.Time{}, false, err
			}
			continue
		case 423:
			if least, ok := headerSeconds(res, "Min-Expires"); ok && least > expires && expires > 0 {
				expires, a.expires, authorization = least, least, nil
				continue
			}
		}
		refused := &refusedError{method: sip.REGISTER, code: res.StatusCode, reason: res.Reason}
		refused.retryAfter, _ = headerSeconds(res, "Retry-After")
		return time.Time{}, false, refused
	}
	return time.Time{}, false, &refusedError{method: sip.REGISTER, code: 401, reason: "challenged again and again"}
}

// build makes the next REGISTER of the account.
func (a *account) build(expires time.Duration, authorization sip.Header) *sip.Request {
	host, port := splitHost(a.config.Server)
	server := sip.Uri{Scheme: "sip", Host: host}
	if port != "" {
		server.Port, _ = net.LookupPort("udp", port)
	}
	record := sip.Uri{Scheme: "sip", User: a.config.User, Host: host}
	req := sip.NewRequest(sip.REGISTER, server)
	req.SetTransport(a.t.transport())
	a.cseq++
	callID := a.callID
	req.AppendHeader(&sip.FromHeader{Address: record, Params: sip.HeaderParams{{K: "tag", V: a.tag}}})
	req.AppendHeader(&sip.ToHeader{Address: record})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: a.cseq, MethodName: sip.REGISTER})
	contact := a.t.s.contactFor(req.Transport())
	contact.Address.User = a.config.User
	req.AppendHeader(&contact)
	req.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(int(expires/time.Second))))
	if authorization != nil {
		req.AppendHeader(authorization)
	}
	return req
}

// answer proves the password to the registrar. It answers one realm only, and a second
// challenge only if the nonce was stale: everything else would be handing out digests.
func (a *account) answer(res *sip.Response, answered bool) (sip.Header, error) {
	host, _ := splitHost(a.config.Server)
	header, realm, err := a.config.prove(res, sip.REGISTER, "sip:"+host, a.realm, answered)
	if err == nil {
		a.realm = realm
	}
	return header, err
}

// prove answers a challenge of the provider to a request for uri, with the strongest
// algorithm that he offers (RFC 8760 sec. 2.4); realm "" takes the first one.
func (r *Registration) prove(res *sip.Response, method sip.RequestMethod, uri, realm string, answered bool) (sip.Header, string, error) {
	challengeName, answerName := "WWW-Authenticate", "Authorization"
	if res.StatusCode == 407 {
		challengeName, answerName = "Proxy-Authenticate", "Proxy-Authorization"
	}
	var best *digest.Challenge
	for value := range named(res, challengeName) {
		c, err := digest.ParseChallenge(value)
		if err != nil || realm != "" && c.Realm != realm || answered && !c.Stale {
			continue
		}
		c.Algorithm = strings.ToUpper(c.Algorithm)
		switch c.Algorithm {
		case algorithmSHA256:
			best = c
		case algorithmMD5, "":
			if best == nil {
				best = c
			}
		}
	}
	if best == nil {
		if answered {
			return nil, "", &refusedError{method: method, code: res.StatusCode, reason: "wrong user or password"}
		}
		return nil, "", &refusedError{method: method, code: res.StatusCode, reason: "no challenge that we may answer"}
	}
	user := r.AuthUser
	if user == "" {
		user = r.User
	}
	credentials, err := digest.Digest(best, digest.Options{Method: string(method), URI: uri, Username: user, Password: r.Password})
	if err != nil {
		return nil, "", fmt.Errorf("answer the provider's challenge: %w", err)
	}
	return sip.NewHeader(answerName, credentials.String()), best.Realm, nil
}

// granted reads how long the registration holds: the expires of our Contact, else
// the Expires header, else what was asked for.
func (a *account) granted(res *sip.Response, asked time.Duration) time.Duration {
	ours := a.t.s.contactFor(a.t.transport()).Address
	for _, h := range res.GetHeaders("Contact") {
		c, ok := h.(*sip.ContactHeader)
		if !ok || c.Address.Host != ours.Host || c.Address.Port != ours.Port || c.Address.User != a.config.User {
			continue
		}
		if d, ok := seconds(c.Params.GetOr("expires", "")); ok {
			return d
		}
	}
	if d, ok := headerSeconds(res, "Expires"); ok {
		return d
	}
	return asked
}

// signOff removes our binding, if the account is not taken over by a successor.
func (a *account) signOff(ctx context.Context) {
	cause := context.Cause(ctx)
	a.t.mu.Lock()
	registered := a.t.account.registered
	a.t.mu.Unlock()
	if !registered || errors.Is(cause, errReplaced) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), signOffTimeout)
	defer cancel()
	if _, _, err := a.register(ctx, 0); err != nil {
		a.t.s.log.Debug("not signed off from provider", "trunk", a.t.Name, "err", err)
	}
}

func headerSeconds(res *sip.Response, name string) (time.Duration, bool) {
	text, _, _ := strings.Cut(headerValue(res, name), ";")
	text, _, _ = strings.Cut(text, "(")
	return seconds(text)
}
