package phone

import (
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Part is what somebody typed of a number: a card matches if one of its norms
// begins with one of Prefixes or, unless the beginning was meant, has Digits further on.
type Part struct {
	Digits    string
	Prefixes  []string // of E.164, with the plus
	Beginning bool     // a plus was typed: only the beginning is meant
}

// Search reads s, typed into a search field, as a part of a number. ok is false
// when s is something else or has less than three digits. Without a plus, the mere
// code of a country that we live in, with up to two digits more, is not taken for
// the beginning of a number: it would be the beginning of nearly all.
func Search(s string, r Rules) (Part, bool) {
	digits, plus, other := scan(strings.TrimSpace(strings.Map(plainDigit, s)))
	if other || len(digits) < 3 || len(digits) > 20 {
		return Part{}, false
	}
	if rest, ok := cutInternational(digits, r.Region); ok && !plus && len(rest) > 0 {
		return Part{Digits: digits, Prefixes: []string{"+" + rest}}, true
	}
	p := Part{Digits: digits, Prefixes: []string{"+" + digits}, Beginning: plus}
	if plus {
		return p, true
	}
	for _, region := range append([]string{r.Region}, r.Regions...) {
		country := phonenumbers.GetCountryCodeForRegion(region)
		if country == 0 {
			continue
		}
		code := strconv.Itoa(country)
		if national, ok := strings.CutPrefix(digits, code); ok && len(national) <= 2 {
			p.Prefixes = slices.DeleteFunc(p.Prefixes, func(s string) bool { return s == "+"+digits })
		}
		if digits[0] == '8' && slices.Contains(eightTen, region) {
			// Dialled with the long-distance 8: typed whole or not, the 8 is no part of
			// the number. But 88 and 87 are codes of Uzbekistan too, so both are tried.
			p.Prefixes = append(p.Prefixes, "+"+code+digits[1:])
		}
		p.Prefixes = append(p.Prefixes, "+"+code+digits)
	}
	slices.Sort(p.Prefixes)
	p.Prefixes = slices.Compact(p.Prefixes)
	return p, true
}
