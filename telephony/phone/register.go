package phone

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/icholy/digest"
)

const bindingExpires = 300 // seconds

// Register announces the telephone at the server, and again before each expiry until
// Close or ctx's end.
func (p *Phone) Register(ctx context.Context) error {
	callID, seq := token(), 0
	expires, err := p.registerOnce(ctx, callID, &seq, bindingExpires)
	if err != nil {
		return err
	}
	p.wg.Add(1)
	go func() {
		defer p.wg.Done()
		for {
			select {
			case <-time.After(time.Duration(expires) * time.Second * 3 / 4):
			case <-p.ctx.Done():
				return
			}
			again, err := p.registerOnce(p.ctx, callID, &seq, bindingExpires)
			if err != nil {
				p.cfg.Log.Warn("the telephone could not register again", "extension", p.cfg.User, "err", err)
				expires = 20
				continue
			}
			expires = again
		}
	}()
	return nil
}

// Unregister takes the telephone off the server.
func (p *Phone) Unregister(ctx context.Context) error {
	seq := 1000
	_, err := p.registerOnce(ctx, token(), &seq, 0)
	return err
}

func (p *Phone) registerOnce(ctx context.Context, callID string, seq *int, expires int) (granted int, err error) {
	var challenge *message
	for range 3 {
		*seq++
		m := p.begin("REGISTER", "sip:"+p.server.String())
		m.add("From", fmt.Sprintf("<sip:%s@%s>;tag=%s", p.cfg.User, p.server.Addr(), token()))
		m.add("To", fmt.Sprintf("<sip:%s@%s>", p.cfg.User, p.server.Addr()))
		m.add("Call-ID", callID)
		m.add("CSeq", fmt.Sprintf("%d REGISTER", *seq))
		m.add("Contact", p.contact())
		m.add("Expires", strconv.Itoa(expires))
		if err := p.authorize(m, challenge); err != nil {
			return 0, err
		}
		r, err := p.transact(ctx, m, p.server, nil)
		if err != nil {
			return 0, err
		}
		switch {
		case r.status == 401 || r.status == 407:
			challenge = r
		case r.status < 300:
			return grantedExpiry(r, p.host, expires), nil
		default:
			return 0, fmt.Errorf("the server refuses the registration of %s: %d %s", p.cfg.User, r.status, r.reason)
		}
	}
	return 0, fmt.Errorf("the server refuses the password of %s", p.cfg.User)
}

func grantedExpiry(r *message, local string, asked int) int {
	for _, c := range r.all("contact") {
		if _, v, ok := strings.Cut(c, "expires="); ok && strings.Contains(c, local) {
			v, _, _ = strings.Cut(v, ";")
			if n, err := strconv.Atoi(strings.TrimSpace(v)); err == nil && n > 0 {
				return n
			}
		}
	}
	return max(asked, 60)
}

// begin starts a request with what all have in common.
func (p *Phone) begin(method, uri string) *message {
	m := &message{method: method, uri: uri}
	m.add("Via", p.via())
	m.add("Max-Forwards", "70")
	return m
}

// authorize answers the challenge of an earlier response, if there was one.
func (p *Phone) authorize(m, challenge *message) error {
	if challenge == nil {
		return nil
	}
	ask, answer := "www-authenticate", "Authorization"
	if challenge.status == 407 {
		ask, answer = "proxy-authenticate", "Proxy-Authorization"
	}
	for _, v := range challenge.all(ask) {
		chal, err := digest.ParseChallenge(v)
		if err != nil || !digest.CanDigest(chal) {
			continue
		}
		cred, err := digest.Digest(chal, digest.Options{Method: m.method, URI: m.uri, Username: p.cfg.AuthUser, Password: p.cfg.Password})
		if err != nil {
			return fmt.Errorf("answer the challenge: %w", err)
		}
		m.add(answer, cred.String())
		return nil
	}
	return fmt.Errorf("the server asks for credentials in a way this telephone does not know")
}
