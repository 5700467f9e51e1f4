package phone

import (
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// eightTen are the regions where 8-10 leads abroad, or did so within living memory.
var eightTen = []string{"RU", "KZ", "UZ", "KG", "TJ", "TM", "BY", "AM", "AZ", "GE", "MD", "UA"}

// read tries the readings of digits in order; the first valid one wins.
//
//  1. an explicit plus: nothing else is meant. If that is no number, only what
//     people put a plus before by mistake is tried: 00, 8-10 and the long-distance 8.
//  2. 00 and 8-10: an international number, dialled.
//  3. Uzbekistan before 2019: 8 and nine digits. It comes before 5, because 8 20 …
//     would pass for Korea.
//  4. a number of the line's region; seven digits or less with its area code. The
//     area code comes before 5, because 290 12 34 would pass for Saint Helena.
//  5. an international number without its plus: carriers often send it so.
//  6. a number of another region of the settings, if exactly one fits.
//
// Up to four digits are never a public number; up to six only one of the region.
func read(digits string, plus bool, r Rules) (Number, bool) {
	if plus {
		if n, ok := parse("+"+digits, ""); ok {
			return n, true
		}
	}
	if len(digits) <= 4 || len(digits) > 20 {
		return Number{}, false
	}
	if rest, ok := cutInternational(digits, r.Region); ok {
		if n, ok := parse("+"+rest, ""); ok {
			return n, true
		}
	}
	if r.Region == "UZ" && len(digits) == 10 && digits[0] == '8' {
		if n, ok := direct("998" + digits[1:]); ok {
			return n, true
		}
	}
	if plus {
		if digits[0] == '8' && len(digits) == 11 {
			return regional(digits, r.Region)
		}
		return Number{}, false
	}
	if n, ok := regional(digits, r.Region); ok {
		return n, true
	}
	if n, ok := local(digits, r); ok {
		return n, true
	}
	if len(digits) <= 6 {
		return Number{}, false
	}
	if n, ok := parse("+"+digits, ""); ok {
		return n, true
	}
	return onlyOne(digits, r.Regions)
}

func cutInternational(digits, region string) (string, bool) {
	if rest, ok := strings.CutPrefix(digits, "00"); ok {
		return rest, true
	}
	if slices.Contains(eightTen, region) {
		return strings.CutPrefix(digits, "810")
	}
	return "", false
}

// regional reads digits as somebody in the region would dial them.
func regional(digits, region string) (Number, bool) {
	code := phonenumbers.GetCountryCodeForRegion(region)
	if code == 0 {
		return Number{}, false
	}
	if n, ok := direct(strconv.Itoa(code) + digits); ok {
		return n, true
	}
	return parse(digits, region)
}

// local reads a number dialled within the line's city.
func local(digits string, r Rules) (Number, bool) {
	if r.AreaCode == "" || len(digits) < 5 || len(digits) > 7 {
		return Number{}, false
	}
	return regional(r.AreaCode+digits, r.Region)
}

// onlyOne is the reading that is valid in exactly one of the regions.
func onlyOne(digits string, regions []string) (found Number, ok bool) {
	for _, region := range regions {
		n, valid := regional(digits, region)
		if !valid || n.Norm == found.Norm {
			continue
		}
		if ok {
			return Number{}, false
		}
		found, ok = n, true
	}
	return found, ok
}

func parse(s, region string) (Number, bool) {
	if digits, ok := strings.CutPrefix(s, "+"); ok {
		if n, ok := direct(digits); ok {
			return n, true
		}
	}
	p, err := phonenumbers.Parse(s, region)
	if err != nil || !phonenumbers.IsValidNumber(p) {
		return Number{}, false
	}
	return fromParsed(p, phonenumbers.Format(p, phonenumbers.E164)), true
}

// direct checks the digits of an E.164 number without parsing them.
func direct(digits string) (Number, bool) {
	if len(digits) < 7 || len(digits) > 15 {
		return Number{}, false
	}
	for size := 1; size <= 3; size++ {
		code, _ := strconv.Atoi(digits[:size])
		if phonenumbers.GetRegionCodeForCountryCode(code) == phonenumbers.UNKNOWN_REGION {
			continue
		}
		if digits[size] == '0' {
			return Number{}, false // leading zeros are kept apart in a parsed number
		}
		national, err := strconv.ParseUint(digits[size:], 10, 64)
		if err != nil {
			return Number{}, false
		}
		country := int32(code)
		p := &phonenumbers.PhoneNumber{CountryCode: &country, NationalNumber: &national}
		if !phonenumbers.IsValidNumber(p) {
			return Number{}, false
		}
		return fromParsed(p, "+"+digits), true
	}
	return Number{}, false
}

func fromParsed(p *phonenumbers.PhoneNumber, e164 string) Number {
	n := Number{Norm: e164, Kind: Other, Region: phonenumbers.GetRegionCodeForNumber(p)}
	switch phonenumbers.GetNumberType(p) {
	case phonenumbers.MOBILE:
		n.Kind = Mobile
	case phonenumbers.FIXED_LINE:
		n.Kind = Fixed
	case phonenumbers.TOLL_FREE:
		n.Kind = TollFree
	}
	return n
}
