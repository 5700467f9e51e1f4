package phone

import (
	"strconv"
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

// Digits tells whether s, typed into a search field, looks like a number or a part
// of one, and gives its digits. international: it begins with a plus or 00, so that
// the digits are the beginning of an E.164 number.
func Digits(s string) (digits string, international, ok bool) {
	digits, plus, other := scan(strings.TrimSpace(strings.Map(plainDigit, s)))
	if other || len(digits) < 2 {
		return "", false, false
	}
	if rest, found := strings.CutPrefix(digits, "00"); found && rest != "" && !plus {
		return rest, true, true
	}
	return digits, plus, true
}

// CountryCode is the calling code of the region with its plus, "" for an unknown one.
func CountryCode(region string) string {
	code := phonenumbers.GetCountryCodeForRegion(region)
	if code == 0 {
		return ""
	}
	return "+" + strconv.Itoa(code)
}
