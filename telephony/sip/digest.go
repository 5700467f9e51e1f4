package sip

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// The digest algorithms that we offer and answer (RFC 7616, RFC 8760).
const (
	algorithmMD5    = "MD5"
	algorithmSHA256 = "SHA-256"
)

// digestParams are the parameters of a Digest challenge or of credentials, by
// lower-case name.
type digestParams map[string]string

// maxDigestParams bounds what a stranger can make us keep.
const maxDigestParams = 24

// parseDigest reads `Digest name=value, name="quoted \" value", ...` (RFC 7616
// sec. 3). A doubled parameter makes the whole value unusable: two readers would
// not agree on it.
func parseDigest(value string) (digestParams, bool) {
	const scheme = "digest"
	value = strings.TrimSpace(value)
	if len(value) <= len(scheme) || !strings.EqualFold(value[:len(scheme)], scheme) ||
		value[len(scheme)] != ' ' && value[len(scheme)] != '\t' {
		return nil, false
	}
	params := make(digestParams, 12)
	rest := value[len(scheme):]
	for {
		rest = strings.TrimLeft(rest, " \t,")
		if rest == "" {
			return params, len(params) > 0
		}
		name, after, found := strings.Cut(rest, "=")
		if !found || len(params) == maxDigestParams {
			return nil, false
		}
		name = strings.ToLower(strings.TrimSpace(name))
		text, after, ok := digestValue(strings.TrimLeft(after, " \t"))
		if _, doubled := params[name]; doubled || !ok || name == "" || strings.ContainsAny(name, " \t\",") {
			return nil, false
		}
		params[name], rest = text, after
	}
}

// digestValue reads one token or quoted string and returns what follows it.
func digestValue(s string) (value, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ", \t")
		if end < 0 {
			end = len(s)
		}
		return s[:end], s[end:], true
	}
	var text strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i++; i == len(s) {
				return "", "", false
			}
			text.WriteByte(s[i])
		case '"':
			return text.String(), s[i+1:], true
		default:
			text.WriteByte(s[i])
		}
	}
	return "", "", false
}

// algorithm is the one the parameters name; MD5 if they name none (RFC 7616
// sec. 3.3), "" if it is not ours.
func (p digestParams) algorithm() string {
	switch strings.ToUpper(p["algorithm"]) {
	case "", algorithmMD5:
		return algorithmMD5
	case algorithmSHA256:
		return algorithmSHA256
	}
	return ""
}

// response computes what proves the secret ha1 for a request with these
// credentials. The nonce count is hashed as it was written.
func (p digestParams) response(ha1, method string) string {
	hash := md5Hex
	if p.algorithm() == algorithmSHA256 {
		hash = sha256Hex
	}
	ha2 := hash(method + ":" + p["uri"])
	if p["qop"] == "" {
		return hash(ha1 + ":" + p["nonce"] + ":" + ha2)
	}
	return hash(ha1 + ":" + p["nonce"] + ":" + p["nc"] + ":" + p["cnonce"] + ":" + p["qop"] + ":" + ha2)
}

func md5Hex(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

func sha256Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// HashCredential makes what is stored of a SIP password.
func HashCredential(extension, realm, password string) Credential {
	secret := extension + ":" + realm + ":" + password
	return Credential{HA1MD5: md5Hex(secret), HA1SHA256: sha256Hex(secret)}
}
