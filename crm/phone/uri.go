package phone

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"
)

// unwrap takes the number out of whatever carries it: a name-addr, a sip:, sips: or
// tel: URI (RFC 3261 section 25.1, RFC 3966 section 3), or nothing. What it gives
// is "" for a host without a user and for the host anonymous.invalid (RFC 3323
// section 4.1.1.3); an extension that was a parameter is left as ";ext=".
func unwrap(raw string) string {
	s := strings.TrimSpace(strings.Map(plainDigit, strings.ToValidUTF8(raw, "")))
	if i := strings.LastIndexByte(s, '<'); i >= 0 {
		s, _, _ = strings.Cut(s[i+1:], ">")
	}
	s = strings.Trim(s, `" `)
	scheme, rest, found := strings.Cut(s, ":")
	isURI := found
	switch strings.ToLower(scheme) {
	case "sip", "sips", "tel":
		s = rest
	default:
		isURI = false
	}
	user, host, hasHost := strings.Cut(s, "@")
	if hasHost {
		host, _, _ = strings.Cut(host, ";")
		if strings.EqualFold(host, "anonymous.invalid") {
			return ""
		}
		s, _, _ = strings.Cut(user, ":") // a password
	} else if isURI {
		s, _, _ = strings.Cut(s, "?")
		if isHost(s) {
			return ""
		}
	}
	if strings.Contains(s, "%") {
		if plain, err := url.PathUnescape(s); err == nil {
			s = strings.ToValidUTF8(plain, "")
		}
	}
	return dropParameters(s)
}

func isHost(s string) bool {
	s, _, _ = strings.Cut(s, ";")
	if _, err := netip.ParseAddrPort(s); err == nil {
		return true
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}

// dropParameters removes ;name=value pairs but ext, and puts a global phone-context
// before a local number (RFC 3966 section 5.1.4).
func dropParameters(s string) string {
	if !strings.Contains(s, ";") || !strings.Contains(s, "=") {
		return s
	}
	parts := strings.Split(s, ";")
	number, ext := parts[0], ""
	for _, p := range parts[1:] {
		name, value, _ := strings.Cut(p, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "ext":
			ext = ";ext=" + value
		case "phone-context":
			if strings.HasPrefix(value, "+") && !strings.HasPrefix(number, "+") {
				number = value + number
			}
		}
	}
	return number + ext
}

// plainDigit turns the digits of other scripts and the full-width plus into ASCII,
// and drops what has no width: such characters come with pasted text.
func plainDigit(c rune) rune {
	switch {
	case c < 0x80:
		return c
	case c >= '０' && c <= '９':
		return c - '０' + '0'
	case c >= '٠' && c <= '٩':
		return c - '٠' + '0'
	case c >= '۰' && c <= '۹':
		return c - '۰' + '0'
	case c == '＋':
		return '+'
	case unicode.Is(unicode.Cf, c):
		return -1
	}
	return c
}
