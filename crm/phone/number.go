package phone

import "strings"

// Kind says what sort of number it is.
type Kind string

const (
	Anonymous Kind = "anonymous" // withheld: there is nothing to compare
	Mobile    Kind = "mobile"
	Fixed     Kind = "fixed"
	TollFree  Kind = "toll_free"
	Other     Kind = "other" // a valid public number of another sort (VoIP, premium, or mobile and fixed alike)
	Short     Kind = "short" // a service number or an extension: up to six digits
	Raw       Kind = "raw"   // no public number that we know of
)

// Number is a number that has been read.
type Number struct {
	Norm   string // E.164, or raw:<line>:<digits>; "" when anonymous
	Ext    string // extension, digits only; "" when none
	Kind   Kind
	Region string // ISO 3166 alpha-2; "001" for a number of no country; "" when raw
}

// Public reports whether the number is in E.164.
func (n Number) Public() bool { return strings.HasPrefix(n.Norm, "+") }

// Rules are what reading a number depends on: the line that it came by, or the
// office of the person who typed it.
type Rules struct {
	Region   string   // ISO 3166 alpha-2 of the line, e.g. UZ
	AreaCode string   // what the line's city puts before a local number, e.g. 71
	Line     string   // name of the line; it becomes part of a raw number
	Regions  []string // other regions worth trying, from the settings
}

const rawPrefix = "raw:"

// Normalize reads raw by the rules. It accepts numbers with any punctuation, sip:
// and tel: URIs, and its own results, which it gives back unchanged.
func Normalize(raw string, r Rules) Number {
	if n, ok := ownForm(raw); ok {
		return n
	}
	if digits, ok := strings.CutPrefix(raw, "+"); ok && isDigits(digits) {
		if n, ok := direct(digits); ok {
			return n
		}
	}
	user, ext := splitExtension(unwrap(raw))
	if anonymous(user) {
		return Number{Kind: Anonymous}
	}
	digits, plus, other := scan(user)
	if other || digits == "" {
		return rawNumber(lineName(r.Line), rawDigits(user), ext)
	}
	if n, ok := read(digits, plus, r); ok {
		n.Ext = ext
		return n
	}
	return rawNumber(lineName(r.Line), digits[:min(len(digits), maxRaw)], ext)
}

func rawNumber(line, digits, ext string) Number {
	n := Number{Norm: rawPrefix + line + ":" + digits, Ext: ext, Kind: Raw}
	if isDigits(digits) && len(digits) <= 6 {
		n.Kind = Short
	}
	return n
}

// ownForm recognises raw:<line>:<digits>.
func ownForm(s string) (Number, bool) {
	rest, ok := strings.CutPrefix(s, rawPrefix)
	if !ok {
		return Number{}, false
	}
	line, digits, ok := strings.Cut(rest, ":")
	if !ok || line != lineName(line) || digits == "" || digits != rawDigits(digits) {
		return Number{}, false
	}
	return rawNumber(line, digits, ""), true
}

// lineName makes a line's name fit to stand between the colons of a raw number.
func lineName(line string) string {
	return strings.Map(func(c rune) rune {
		if c == ':' || c <= ' ' || c == 0x7f {
			return '_'
		}
		return c
	}, strings.ToValidUTF8(line, "_"))
}
