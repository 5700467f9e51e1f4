package phone

import (
	"regexp"
	"strings"
)

// extension is a number, a sign or a word that announces an extension, and digits
// up to the end. Words: Russian, Uzbek in both scripts, English.
var extension = regexp.MustCompile(`(?i)^(.*?)[\s(,;./-]*` +
	`(?:добавочный|доб|внутренний|внутр|вн|ichki|ички|` +
	`qo['’‘ʻʼ` + "`" + `]?shimcha|qo['’‘ʻʼ` + "`" + `]?sh|қўшимча|қўш|кушимча|extension|extn|ext|x|#|,|;)` +
	`[\s.:=#№,]*([0-9]{1,8})[\s)]*$`)

// splitExtension cuts the extension off. Something that has less than three digits
// before the sign is no number with an extension.
func splitExtension(s string) (number, ext string) {
	if plainNumber(s) {
		return s, ""
	}
	m := extension.FindStringSubmatch(s)
	if m == nil || countDigits(m[1]) < 3 {
		return s, ""
	}
	return strings.TrimSpace(m[1]), m[2]
}

// plainNumber spares most numbers the regular expression.
func plainNumber(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && c != '+' && c != ' ' && c != '-' && c != '(' && c != ')' {
			return false
		}
	}
	return true
}

func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}
