package sip

import (
	"net/url"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// identity is who calls, as the trunk says it.
type identity struct {
	number    string // "" when withheld or absent
	display   string
	anonymous bool
}

// callerOf reads the caller's identity of an INVITE. Only a trunk is believed:
// P-Asserted-Identity and Remote-Party-ID of anybody else are an invention.
//
// Order: P-Asserted-Identity (RFC 3325 9.1; of several values the tel URI or the
// first with a number), Remote-Party-ID (its draft is still what many PBX send),
// From. A withheld identity gives no number at all, also when the trunk asserts one
// beside Privacy: id, because the caller has asked that nobody sees it.
func callerOf(req *sip.Request) identity {
	id := identity{anonymous: wantsPrivacy(req)}
	from := req.From()
	if from != nil {
		id.display = cleanDisplay(from.DisplayName)
		id.number = userOf(&from.Address)
		if anonymousURI(&from.Address) {
			id.anonymous, id.number, id.display = true, "", ""
		}
	}
	if value, ok := assertedIdentity(req); ok {
		name, uri, _ := splitAddress(value)
		if n := numberOf(uri); n != "" {
			id.number = n
		}
		if name != "" {
			id.display = cleanDisplay(name)
		}
	} else if value := firstHeader(req, "remote-party-id"); value != "" {
		name, uri, params := splitAddress(value)
		if n := numberOf(uri); n != "" {
			id.number = n
		}
		if name != "" {
			id.display = cleanDisplay(name)
		}
		if p := strings.ToLower(headerParam(params, "privacy")); p != "" && p != "off" {
			id.anonymous = true
		}
	}
	if withheldWord(id.number) {
		id.number, id.anonymous = "", true
	}
	if withheldWord(id.display) {
		id.display = ""
	}
	if id.anonymous {
		id.number, id.display = "", ""
	}
	if id.display == id.number {
		id.display = ""
	}
	return id
}

// wantsPrivacy reads Privacy (RFC 3323 4.2, RFC 3325 9.3): id, user and header all
// ask to hide who calls; none and critical alone do not.
func wantsPrivacy(req *sip.Request) bool {
	for _, h := range req.GetHeaders("privacy") {
		for v := range strings.FieldsFuncSeq(h.Value(), func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
			switch strings.ToLower(v) {
			case "id", "user", "header", "full":
				return true
			}
		}
	}
	return false
}

// assertedIdentity picks the P-Asserted-Identity that carries a number.
func assertedIdentity(req *sip.Request) (string, bool) {
	first, found := "", false
	for _, h := range req.GetHeaders("p-asserted-identity") {
		for value := range splitList(h.Value()) {
			if !found {
				first, found = value, true
			}
			if _, uri, _ := splitAddress(value); looksLikeNumber(numberOf(uri)) {
				return value, true
			}
		}
	}
	return first, found
}

// divertedBy tells who forwarded the call: the first Diversion (RFC 5806: the
// topmost is the latest forwarder), else the last History-Info entry before the
// target that has a number (RFC 7044).
func divertedBy(req *sip.Request, to string) string {
	if value := firstHeader(req, "diversion"); value != "" {
		_, uri, _ := splitAddress(value)
		if n := numberOf(uri); !withheldWord(n) {
			return n
		}
	}
	last := ""
	for _, h := range req.GetHeaders("history-info") {
		for value := range splitList(h.Value()) {
			_, uri, _ := splitAddress(value)
			if n := numberOf(uri); n != "" && n != to && !withheldWord(n) {
				last = n
			}
		}
	}
	return last
}

// dialled is the number that was called: the user of the Request-URI. A trunk that
// we register to may address its account there and name the number in To.
func dialled(req *sip.Request, account string) string {
	n := userOf(&req.Recipient)
	if to := req.To(); to != nil && (n == "" || account != "" && n == account) {
		if t := userOf(&to.Address); t != "" {
			return t
		}
	}
	return n
}

func firstHeader(req *sip.Request, name string) string {
	h := req.GetHeader(name)
	if h == nil {
		return ""
	}
	for value := range splitList(h.Value()) {
		return value
	}
	return ""
}

// userOf is the number in a parsed URI: the user without parameters (RFC 3261
// 19.1.6 puts tel parameters into the user), or the subscriber of a tel URI.
func userOf(uri *sip.Uri) string {
	if raw := uri.Raw(); raw != "" {
		if uri.Scheme != "tel" {
			return ""
		}
		return cleanNumber(raw)
	}
	return cleanNumber(uri.User)
}

// numberOf reads the number of a URI in text form.
func numberOf(uri string) string {
	scheme, rest, ok := strings.Cut(uri, ":")
	if !ok {
		return ""
	}
	switch strings.ToLower(strings.TrimSpace(scheme)) {
	case "tel":
		return cleanNumber(rest)
	case "sip", "sips":
		at := strings.LastIndexByte(rest, '@')
		if at < 0 {
			return ""
		}
		if host := strings.ToLower(rest[at+1:]); strings.HasPrefix(host, "anonymous.invalid") {
			return "anonymous"
		}
		user, _, _ := strings.Cut(rest[:at], ":")
		return cleanNumber(user)
	}
	return ""
}

// cleanNumber strips parameters, escapes and visual separators (RFC 3966 5.1.1).
// What is no number at all, like a PBX user's name, stays as it is.
func cleanNumber(s string) string {
	s, _, _ = strings.Cut(s, ";")
	s, _, _ = strings.Cut(s, "?")
	if strings.IndexByte(s, '%') >= 0 {
		if u, err := url.PathUnescape(s); err == nil {
			s = u
		}
	}
	s = printable(strings.TrimSpace(s))
	if !looksLikeNumber(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case '-', '.', '(', ')', ' ':
			return -1
		}
		return r
	}, s)
}

// looksLikeNumber: at least one digit, and nothing that numbers do not have.
func looksLikeNumber(s string) bool {
	digits := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0:
		case r == '-' || r == '.' || r == '(' || r == ')' || r == ' ' || r == '*' || r == '#':
		default:
			return false
		}
	}
	return digits > 0
}

// anonymousURI: sip:anonymous@anonymous.invalid (RFC 3323 4.1.1.3) and relatives.
func anonymousURI(uri *sip.Uri) bool {
	return strings.EqualFold(uri.Host, "anonymous.invalid") || withheldWord(uri.User)
}

// withheldWord: what switches write where a number should be.
func withheldWord(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "anonymous", "restricted", "unavailable", "unknown", "private", "withheld", "coming from anonymous":
		return true
	}
	return false
}

// splitAddress takes `"Name" <uri>;params` or `uri;params` apart.
func splitAddress(value string) (display, uri, params string) {
	value = strings.TrimSpace(value)
	rest := value
	if strings.HasPrefix(value, `"`) {
		end := quotedEnd(value)
		if end < 0 {
			return "", "", ""
		}
		display, rest = value[1:end], value[end+1:]
	}
	open := strings.IndexByte(rest, '<')
	if open < 0 {
		uri, params, _ = strings.Cut(strings.TrimSpace(rest), ";")
		return unquotePairs(display), strings.TrimSpace(uri), params
	}
	if display == "" {
		display = strings.TrimSpace(rest[:open])
	}
	rest = rest[open+1:]
	end := strings.IndexByte(rest, '>')
	if end < 0 {
		return "", "", ""
	}
	return unquotePairs(display), rest[:end], strings.TrimPrefix(strings.TrimSpace(rest[end+1:]), ";")
}

// quotedEnd finds the closing quote of a string that begins with one, -1 without.
func quotedEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// splitList cuts a header value at its commas, which do not count within quotes and
// angle brackets.
func splitList(value string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start, angle, quoted := 0, false, false
		for i := 0; i < len(value); i++ {
			switch c := value[i]; {
			case quoted:
				if c == '\\' {
					i++
				} else if c == '"' {
					quoted = false
				}
			case c == '"':
				quoted = true
			case c == '<':
				angle = true
			case c == '>':
				angle = false
			case c == ',' && !angle:
				if !yield(strings.TrimSpace(value[start:i])) {
					return
				}
				start = i + 1
			}
		}
		if last := strings.TrimSpace(value[start:]); last != "" {
			yield(last)
		}
	}
}

func unquotePairs(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// cleanDisplay makes a display name fit for people: no quoting, no control characters.
func cleanDisplay(s string) string {
	return printable(strings.TrimSpace(unquotePairs(s)))
}

// printable drops control characters, so that no text from outside can break a line
// of a header, of a log or of a page.
func printable(s string) string {
	clean := true
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] == 0x7f {
			clean = false
			break
		}
	}
	if clean {
		return strings.ToValidUTF8(s, "")
	}
	return strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return -1
		}
		return r
	}, s), "")
}

// quoteDisplay escapes a display name for sipgo, which writes the quotes itself.
func quoteDisplay(s string) string {
	s = printable(s)
	if !strings.ContainsAny(s, `"\`) {
		return s
	}
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
}
