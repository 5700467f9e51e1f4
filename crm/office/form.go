package office

import (
	"errors"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"github.com/callcard/callcard/crm"
)

// minSIPPassword is what a desk phone's password needs: it is typed once into a
// phone, and scanners try short ones day and night.
const minSIPPassword = 20

var (
	loginForm     = regexp.MustCompile(`^[a-z0-9][a-z0-9._@+-]{0,63}$`)
	extensionForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)
	hostForm      = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.?$`)
	numberFiller  = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", "\u00a0", "")
)

func isLogin(s string) bool     { return loginForm.MatchString(s) }
func isExtension(s string) bool { return extensionForm.MatchString(s) }

// weakSIPPassword says what is wrong with a desk phone's password, nil when it is
// good.
func weakSIPPassword(s string) error {
	if utf8.RuneCountInString(s) < minSIPPassword {
		return crm.Errorf(crm.Invalid, "The password is too weak: a phone's password needs at least %d characters.", minSIPPassword)
	}
	if distinct(s) < 6 {
		return crm.Errorf(crm.Invalid, "The password is too weak: it repeats too few different characters.")
	}
	return nil
}

// Phone checks a desk phone's password and makes the digests that are stored; the
// error is crm.Invalid.
func Phone(extension, password string) (md5, sha256 string, err error) {
	if !isExtension(extension) {
		return "", "", crm.Errorf(crm.Invalid, "A phone needs an extension of letters, digits and . _ -.")
	}
	if err := weakSIPPassword(password); err != nil {
		return "", "", err
	}
	ha1 := NewHA1(extension, password)
	return string(ha1.MD5), string(ha1.SHA256), nil
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// canonicalHost accepts an address, a network in CIDR form or a host name.
func canonicalHost(s string) (string, bool) {
	if addr, err := netip.ParseAddr(s); err == nil {
		return addr.Unmap().String(), addr.Zone() == ""
	}
	if prefix, err := netip.ParsePrefix(s); err == nil {
		return prefix.Masked().String(), prefix.Bits() > 0
	}
	// Only digits and dots is a mistyped address, not a name (RFC 1123 section 2.1).
	if digits(s) == strings.ReplaceAll(s, ".", "") || len(s) > 253 {
		return "", false
	}
	return strings.ToLower(strings.TrimSuffix(s, ".")), hostForm.MatchString(s)
}

// isServer accepts host or host:port.
func isServer(s string) bool {
	host := s
	if h, port, err := net.SplitHostPort(s); err == nil {
		host = h
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return false
		}
	}
	_, ok := canonicalHost(host)
	return ok && !strings.Contains(host, "/")
}

// canonicalNumber takes E.164 with its plus, or the bare digits that a line is
// dialled by; blanks, dashes and brackets are dropped.
func canonicalNumber(s string) (string, error) {
	n := numberFiller.Replace(s)
	plain, international := strings.CutPrefix(n, "+")
	if plain == "" || plain != digits(plain) {
		return "", crm.Errorf(crm.Invalid, "%q is not a phone number; write it like +998712000001", s)
	}
	if !international {
		if len(plain) > 15 {
			return "", crm.Errorf(crm.Invalid, "%q is longer than 15 digits", s)
		}
		return plain, nil
	}
	parsed, err := phonenumbers.Parse(n, "")
	if err != nil || !phonenumbers.IsPossibleNumber(parsed) {
		return "", crm.Errorf(crm.Invalid, "%q is not a possible number of its country", s)
	}
	return n, nil
}

// sentence is what people may read of an error.
func sentence(err error) string {
	var e *crm.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}
