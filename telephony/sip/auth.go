package sip

import (
	"crypto/subtle"
	"hash/maphash"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// verdict is what a request's credentials are worth.
type verdict string

const (
	absent  verdict = "absent"  // no credentials for our realm
	stale   verdict = "stale"   // right, but the nonce has expired or was used
	wrong   verdict = "wrong"   // unknown user or wrong password: nobody learns which
	locked  verdict = "locked"  // not even looked at, see locks
	correct verdict = "correct" // proved
)

// authenticator checks digests (RFC 7616, RFC 8760).
type authenticator struct {
	realm   string
	nonces  *nonces
	locks   *locks
	decoy   string // takes the place of an unknown user's secret
	tagSeed maphash.Seed
}

func newAuthenticator(now func() time.Time, realm string) *authenticator {
	n := newNonces(now)
	return &authenticator{realm: realm, nonces: n, locks: newLocks(now), decoy: n.fresh(), tagSeed: maphash.MakeSeed()}
}

// credentials finds the digest for our realm in a request. A proxy on the way may
// have added others.
func (a *authenticator) credentials(req *sip.Request) digestParams {
	for _, name := range [...]string{"Authorization", "Proxy-Authorization"} {
		for value := range named(req, name) {
			if params, ok := parseDigest(value); ok && params["realm"] == a.realm {
				return params
			}
		}
	}
	return nil
}

// check judges the credentials of a request from addr. Unknown users go through
// the same work as known ones.
func (a *authenticator) check(req *sip.Request, p digestParams, addr netip.Addr, secrets func(user string) []Credential) verdict {
	user := p["username"]
	if user == "" || p["response"] == "" || p["nonce"] == "" {
		return absent
	}
	if a.locks.locked(user, addr) {
		return locked
	}
	count, sane := nonceCount(p)
	right := a.matches(req, p, secrets) && sane
	until, ours := a.nonces.valid(p["nonce"])
	switch {
	case !right:
		a.locks.failed(user, addr)
		return wrong
	case !ours || !a.nonces.use(p["nonce"], until, count):
		return stale
	}
	a.locks.succeeded(user, addr)
	return correct
}

// matches compares the response with those that the user's secrets give.
func (a *authenticator) matches(req *sip.Request, p digestParams, secrets func(user string) []Credential) bool {
	good := secrets(p["username"])
	if len(good) == 0 {
		good = []Credential{{}}
	}
	right := false
	for _, credential := range good {
		ha1, known := credential.HA1MD5, true
		if p.algorithm() == algorithmSHA256 {
			ha1 = credential.HA1SHA256
		}
		if ha1 == "" {
			known, ha1 = false, a.decoy
		}
		expected := p.response(ha1, string(req.Method))
		same := subtle.ConstantTimeCompare([]byte(expected), []byte(strings.ToLower(p["response"]))) == 1
		right = right || same && known
	}
	return right && p.algorithm() != ""
}

// nonceCount reads nc. Credentials without qop have none (RFC 2069).
func nonceCount(p digestParams) (count uint64, ok bool) {
	switch p["qop"] {
	case "":
		return 0, true
	case "auth":
		count, err := strconv.ParseUint(p["nc"], 16, 32)
		return count, err == nil && count > 0 && p["cnonce"] != ""
	}
	return 0, false // auth-int was not offered
}

// challenge builds the headers of a 401 or 407. The nonce is the same for all
// algorithms, so that a client may mix them up.
func (a *authenticator) challenge(req *sip.Request, header string, isStale bool) []sip.Header {
	nonce := a.nonces.fresh()
	var headers []sip.Header
	for _, algorithm := range offered(req) {
		value := `Digest realm="` + a.realm + `", nonce="` + nonce + `", `
		if isStale {
			value += "stale=true, "
		}
		headers = append(headers, sip.NewHeader(header, value+`algorithm=`+algorithm+`, qop="auth"`))
	}
	return headers
}

// tag is a To tag that depends on the request alone, for answers without state.
func (a *authenticator) tag(req *sip.Request) string {
	var h maphash.Hash
	h.SetSeed(a.tagSeed)
	if via := req.Via(); via != nil {
		h.WriteString(via.Params.GetOr("branch", ""))
	}
	if callID := req.CallID(); callID != nil {
		h.WriteString(callID.Value())
	}
	if from := req.From(); from != nil {
		h.WriteString(from.Params.GetOr("tag", ""))
	}
	return "s" + strconv.FormatUint(h.Sum64(), 36)
}

// offered are the algorithms a client is offered. RFC 8760 sec. 2.3 wants the
// preferred one on top, but what a phone does with an algorithm it does not know has
// been seen to differ: sipp 3.6 reads the top header only and gives up, baresip 1 gives
// up on sight of one anywhere ("Function not implemented"), and JsSIP 3.13, in a browser,
// reads the last one only. So MD5, which all of them know, stands on top, and alone where
// it must; who can choose takes SHA-256.
func offered(req *sip.Request) []string {
	if sip.NetworkToUpper(req.Transport()) == webSocket || knowsOnlyMD5(headerValue(req, "User-Agent")) {
		return []string{algorithmMD5}
	}
	return []string{algorithmMD5, algorithmSHA256}
}

// knowsOnlyMD5 recognises devices that break on a second challenge.
func knowsOnlyMD5(device string) bool {
	return strings.HasPrefix(device, "baresip v0.") || strings.HasPrefix(device, "baresip v1.")
}
