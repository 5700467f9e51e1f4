package phone

import (
	"strings"
	"unicode"
)

// withheld are the words that lines send in place of a number (RFC 3323 and what
// exchanges really do).
var withheld = map[string]bool{
	"": true, "anonymous": true, "unavailable": true, "restricted": true, "unknown": true,
	"private": true, "withheld": true, "blocked": true, "hidden": true,
}

// anonymous reports whether nothing tells who calls: a word of withheld, or a
// number of zeros only, which some exchanges send instead.
func anonymous(user string) bool {
	word := strings.ToLower(strings.Trim(user, " \"'()[]-_."))
	return withheld[word] || strings.Trim(word, "0 ") == "" || rawDigits(word) == ""
}

// scan takes the digits out of a number as people write it. other reports signs
// that no written number has; plus, that it begins with a plus.
func scan(s string) (digits string, plus, other bool) {
	b := make([]byte, 0, len(s))
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			b = append(b, byte(c))
		case c == '+' && len(b) == 0:
			plus = true
		case strings.ContainsRune("()[]-./~_", c), unicode.IsSpace(c), unicode.Is(unicode.Pd, c), c == '·', c == '•':
		default:
			return "", false, true
		}
	}
	return string(b), plus, false
}

const maxRaw = 64 // characters; longer is an attack, not a number

// rawDigits is what stays of something that is no number: letters in lower case,
// digits and the signs of a dial pad.
func rawDigits(s string) string {
	var b strings.Builder
	n := 0
	for _, c := range s {
		c = unicode.ToLower(plainDigit(c))
		if c == '*' || c == '#' || c == '+' || unicode.IsLetter(c) || (c >= '0' && c <= '9') {
			b.WriteRune(c)
			if n++; n == maxRaw {
				break
			}
		}
	}
	return b.String()
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
