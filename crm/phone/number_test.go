package phone_test

import (
	"strings"
	"testing"

	"github.com/callcard/callcard/crm/phone"
)

var (
	uz   = phone.Rules{Region: "UZ", AreaCode: "71", Line: "carrier", Regions: []string{"RU", "KZ"}}
	ru   = phone.Rules{Region: "RU", AreaCode: "495", Line: "mtt", Regions: []string{"UZ"}}
	kz   = phone.Rules{Region: "KZ", Line: "kz"}
	bare = phone.Rules{Line: "bare"}
)

func TestNormalize(t *testing.T) {
	for _, c := range []struct {
		in    string
		rules phone.Rules
		norm  string
		ext   string
		kind  phone.Kind
	}{
		// C1-01: one number in the forms that lines send and people type.
		{"+998901234567", uz, "+998901234567", "", phone.Mobile},
		{"+998 90 123-45-67", uz, "+998901234567", "", phone.Mobile},
		{"998901234567", uz, "+998901234567", "", phone.Mobile},
		{"901234567", uz, "+998901234567", "", phone.Mobile},
		{"90 123 45 67", uz, "+998901234567", "", phone.Mobile},
		{"(90) 123-45-67", uz, "+998901234567", "", phone.Mobile},
		{"8 90 123 45 67", uz, "+998901234567", "", phone.Mobile}, // before 2019
		{"8901234567", uz, "+998901234567", "", phone.Mobile},
		{"00998901234567", uz, "+998901234567", "", phone.Mobile},
		{"810998901234567", uz, "+998901234567", "", phone.Mobile},
		{"8-10-998-90-123-45-67", ru, "+998901234567", "", phone.Mobile},
		{"00998901234567", ru, "+998901234567", "", phone.Mobile},
		{"998901234567", ru, "+998901234567", "", phone.Mobile},
		{"998901234567", bare, "+998901234567", "", phone.Mobile},
		{"+00998901234567", uz, "+998901234567", "", phone.Mobile},
		{"(+998)90-123-45-67", uz, "+998901234567", "", phone.Mobile},
		{"+998.90.123.45.67", uz, "+998901234567", "", phone.Mobile},
		{"+998 90 123–45–67", uz, "+998901234567", "", phone.Mobile}, // dashes of a word processor
		{"\u202a+998901234567\u202c", uz, "+998901234567", "", phone.Mobile},
		{"＋９９８９０１２３４５６７", uz, "+998901234567", "", phone.Mobile},
		{"\u00a0+998\u00a0901234567 ", uz, "+998901234567", "", phone.Mobile},

		// URIs.
		{"sip:+998901234567@10.0.0.1;user=phone", uz, "+998901234567", "", phone.Mobile},
		{"sip:998901234567@sbc.example.net:5060;transport=tcp", uz, "+998901234567", "", phone.Mobile},
		{"SIPS:901234567@x", uz, "+998901234567", "", phone.Mobile},
		{`"Anna" <sip:+998901234567@10.0.0.1>;tag=1`, uz, "+998901234567", "", phone.Mobile},
		{"tel:+998-90-123-45-67", uz, "+998901234567", "", phone.Mobile},
		{"tel:+998712345678;ext=12", uz, "+998712345678", "12", phone.Fixed},
		{"tel:901234567;phone-context=+998", bare, "+998901234567", "", phone.Mobile},
		{"sip:%2B998901234567@10.0.0.1", uz, "+998901234567", "", phone.Mobile},
		{"sip:998901234567:secret@10.0.0.1", uz, "+998901234567", "", phone.Mobile},
		{"sip:+998901234567;cpc=ordinary;oli=0@10.0.0.1", uz, "+998901234567", "", phone.Mobile},
		{"998901234567@10.0.0.1", uz, "+998901234567", "", phone.Mobile},

		// Extensions.
		{"+998 71 234 56 78 доб. 123", uz, "+998712345678", "123", phone.Fixed},
		{"+998 71 234 56 78 (доб.123)", uz, "+998712345678", "123", phone.Fixed},
		{"71 234-56-78 добавочный 7", uz, "+998712345678", "7", phone.Fixed},
		{"71 234-56-78 вн. 101", uz, "+998712345678", "101", phone.Fixed},
		{"712345678 ichki 101", uz, "+998712345678", "101", phone.Fixed},
		{"712345678 ички: 101", uz, "+998712345678", "101", phone.Fixed},
		{"712345678 qo'sh. 12", uz, "+998712345678", "12", phone.Fixed},
		{"712345678 qoʻshimcha 12", uz, "+998712345678", "12", phone.Fixed},
		{"712345678 қўш. 12", uz, "+998712345678", "12", phone.Fixed},
		{"712345678 Ext 12", uz, "+998712345678", "12", phone.Fixed},
		{"712345678x12", uz, "+998712345678", "12", phone.Fixed},
		{"712345678,12", uz, "+998712345678", "12", phone.Fixed},
		{"712345678,,12", uz, "+998712345678", "12", phone.Fixed},
		{"712345678#12", uz, "+998712345678", "12", phone.Fixed},
		{"712345678 доб. № 12", uz, "+998712345678", "12", phone.Fixed},

		// Other countries.
		{"79123456789", uz, "+79123456789", "", phone.Mobile}, // carriers send no plus
		{"+7 912 345-67-89", uz, "+79123456789", "", phone.Mobile},
		{"8 912 345-67-89", ru, "+79123456789", "", phone.Mobile},
		{"+8 912 345-67-89", ru, "+79123456789", "", phone.Mobile},
		{"9123456789", ru, "+79123456789", "", phone.Mobile},
		{"9123456789", uz, "+79123456789", "", phone.Mobile}, // the only region of the settings that fits
		{"8 701 234 56 78", ru, "+77012345678", "", phone.Mobile},
		{"8 701 234 56 78", kz, "+77012345678", "", phone.Mobile},
		{"84951234567", ru, "+74951234567", "", phone.Fixed},
		{"8 800 555 35 35", ru, "+78005553535", "", phone.TollFree},
		{"+1 202-456-1111", uz, "+12024561111", "", phone.Other},
		{"+39 06 6982", uz, "+39066982", "", phone.Fixed}, // a zero that belongs to the number
		{"+442079460018", ru, "+442079460018", "", phone.Fixed},
		{"00442079460018", uz, "+442079460018", "", phone.Fixed},
		{"8201234567", uz, "+998201234567", "", phone.Mobile}, // not Korea
		{"+998 20 123 45 67", uz, "+998201234567", "", phone.Mobile},
		{"+998 50 123 45 67", uz, "+998501234567", "", phone.Mobile},
		{"+998 77 123 45 67", uz, "+998771234567", "", phone.Mobile},
		{"+998 87 123 45 67", uz, "+998871234567", "", phone.Mobile},
		{"+998 55 123 45 67", uz, "+998551234567", "", phone.Fixed},

		// Local numbers of the line's city.
		{"234-56-78", uz, "+998712345678", "", phone.Fixed},
		{"290 12 34", uz, "+998712901234", "", phone.Fixed}, // not Saint Helena
		{"234-56-78 доб 5", uz, "+998712345678", "5", phone.Fixed},
		{"123-45-67", ru, "+74951234567", "", phone.Fixed},
		{"2345678", kz, "raw:kz:2345678", "", phone.Raw},

		// No public numbers.
		{"112", ru, "raw:mtt:112", "", phone.Short},
		{"112", uz, "raw:carrier:112", "", phone.Short},
		{"+112", uz, "raw:carrier:112", "", phone.Short},
		{"101", uz, "raw:carrier:101", "", phone.Short},
		{"sip:101@10.0.0.1", uz, "raw:carrier:101", "", phone.Short},
		{"1097", uz, "raw:carrier:1097", "", phone.Short},
		{"+998 12 345 67 89 01", uz, "raw:carrier:99812345678901", "", phone.Raw},
		{"+99890123", uz, "raw:carrier:99890123", "", phone.Raw},
		{"123456789012345678901234567890", uz, "raw:carrier:123456789012345678901234567890", "", phone.Raw},
		{"sip:alice@example.net", uz, "raw:carrier:alice", "", phone.Raw},
		{"sip:Ward-7@example.net", uz, "raw:carrier:ward7", "", phone.Raw},
		{"*100#", uz, "raw:carrier:*100#", "", phone.Raw},
		{"raw:other:112", uz, "raw:other:112", "", phone.Short},
		{"12", phone.Rules{Line: "a:b c"}, "raw:a_b_c:12", "", phone.Short},

		// Nobody.
		{"", uz, "", "", phone.Anonymous},
		{"anonymous", uz, "", "", phone.Anonymous},
		{"Anonymous", uz, "", "", phone.Anonymous},
		{"sip:anonymous@anonymous.invalid", uz, "", "", phone.Anonymous},
		{"sip:+998901234567@anonymous.invalid", uz, "", "", phone.Anonymous},
		{`"Anonymous" <sip:restricted@10.0.0.1>`, uz, "", "", phone.Anonymous},
		{"unavailable", uz, "", "", phone.Anonymous},
		{"sip:10.0.0.1", uz, "", "", phone.Anonymous},
		{"sip:10.0.0.1:5060;lr", uz, "", "", phone.Anonymous},
		{"0000000", uz, "", "", phone.Anonymous},
		{" - ", uz, "", "", phone.Anonymous},
		{"\xff\xfe", uz, "", "", phone.Anonymous},
	} {
		got := phone.Normalize(c.in, c.rules)
		if got.Norm != c.norm || got.Ext != c.ext || got.Kind != c.kind {
			t.Errorf("%-50q on a line of %q: %+v, want %s ext %q %s", c.in, c.rules.Region, got, c.norm, c.ext, c.kind)
		}
		if again := phone.Normalize(got.Norm, c.rules); again.Norm != got.Norm || again.Kind != got.Kind {
			t.Errorf("%q gave %q, and that gave %q", c.in, got.Norm, again.Norm)
		}
	}
}

func TestRegion(t *testing.T) {
	for in, want := range map[string]string{
		"+998901234567": "UZ", "+77012345678": "KZ", "+79123456789": "RU", "+80012345678": "001", "112": "",
	} {
		if got := phone.Normalize(in, bare).Region; got != want {
			t.Errorf("%s is of %q, want %q", in, got, want)
		}
	}
}

func TestSeveralRegionsFitIsNoAnswer(t *testing.T) {
	r := phone.Rules{Line: "x", Regions: []string{"RU", "US"}}
	if got := phone.Normalize("9123456789", r); got.Norm != "raw:x:9123456789" {
		t.Errorf("a number of Russia or of Georgia, USA: %+v", got)
	}
}

func TestFormat(t *testing.T) {
	for in, want := range map[string]string{
		"+998901234567": "+998 90 123 45 67", "+79123456789": "+7 912 345-67-89",
		"raw:carrier:112": "112", "raw:carrier:alice": "alice", "nonsense": "nonsense",
	} {
		if got := phone.Format(in); got != want {
			t.Errorf("Format(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSearch(t *testing.T) {
	for _, c := range []struct {
		in       string
		prefixes string
		anywhere string // digits that may stand further on
		ok       bool
	}{
		{"+998 90", "+99890", "", true},
		{"90 123", "+790123 +90123 +99890123", "90123", true},
		{"00998 90", "+99890", "0099890", true},
		{"99890", "+799890 +99899890", "99890", true},
		{"998901", "+7998901 +998901 +998998901", "998901", true},
		{"8 90 123", "+7890123 +790123 +890123 +998890123 +99890123", "890123", true},
		{"４５-67", "+4567 +74567 +9984567", "4567", true},
		{"raw:carrier:112", "", "", false},
		{"Anna 45", "", "", false},
		{"45", "", "", false},
		{"", "", "", false},
	} {
		p, ok := phone.Search(c.in, uz)
		anywhere := p.Digits
		if p.Beginning {
			anywhere = ""
		}
		if got := strings.Join(p.Prefixes, " "); got != c.prefixes || anywhere != c.anywhere || ok != c.ok {
			t.Errorf("Search(%q) = %q, anywhere %q, %t", c.in, got, anywhere, ok)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"+998901234567", "8 90 123 45 67 доб. 5", "sip:a%zz@[::1];x=", "tel:1;phone-context=+998;ext=", "raw:a:1", "raw::", "+39 06", "<<>>", "İ", "1,2,3#4"} {
		f.Add(s, "UZ", "71", "carrier")
		f.Add(s, "RU", "495", "a:b")
		f.Add(s, "", "", "")
	}
	f.Fuzz(func(t *testing.T, in, region, area, line string) {
		r := phone.Rules{Region: region, AreaCode: area, Line: line, Regions: []string{"RU", "UZ", "KZ"}}
		n := phone.Normalize(in, r)
		again := phone.Normalize(n.Norm, r)
		if again.Norm != n.Norm || again.Kind != n.Kind || again.Region != n.Region {
			t.Errorf("%q -> %+v -> %+v", in, n, again)
		}
		if (n.Norm == "") != (n.Kind == phone.Anonymous) || strings.ContainsAny(n.Norm, " \r\n") {
			t.Errorf("%q -> %+v", in, n)
		}
		phone.Format(n.Norm)
		phone.Search(in, r)
	})
}
