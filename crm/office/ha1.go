package office

import (
	"crypto/md5" //nolint:gosec // RFC 2617 digests of desk phones know nothing better
	"crypto/sha256"
	"encoding/hex"
)

// Realm is the digest realm of all SIP credentials (RFC 8760 section 2.6). A stored
// HA1 contains it, so it can never change.
const Realm = "callcard"

// HA1 is what a SIP server needs to check a digest answer: H(user:realm:password)
// for both algorithms. It does not give the password back, but whoever has it can
// register, so it is a secret as well.
type HA1 struct {
	MD5    Secret // RFC 2617
	SHA256 Secret // RFC 8760
}

// IsZero reports whether no phone may register.
func (h HA1) IsZero() bool { return h.MD5 == "" && h.SHA256 == "" }

// NewHA1 makes the digests of an extension's password, in lower-case hex.
func NewHA1(extension, password string) HA1 {
	a1 := []byte(extension + ":" + Realm + ":" + password)
	m, s := md5.Sum(a1), sha256.Sum256(a1) //nolint:gosec // see the import
	return HA1{MD5: Secret(hex.EncodeToString(m[:])), SHA256: Secret(hex.EncodeToString(s[:]))}
}
