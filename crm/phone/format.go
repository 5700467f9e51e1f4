package phone

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Format shows a number in its international form, "+998 90 123 45 67"; of a raw
// one only the digits. norm is a Number's Norm.
func Format(norm string) string {
	if rest, ok := strings.CutPrefix(norm, rawPrefix); ok {
		_, digits, _ := strings.Cut(rest, ":")
		return digits
	}
	p, err := phonenumbers.Parse(norm, "")
	if err != nil {
		return norm
	}
	return phonenumbers.Format(p, phonenumbers.INTERNATIONAL)
}
