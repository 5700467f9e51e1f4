package sip

import (
	"maps"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// tolerantParser is the library's parser, but for From and To: it leaves the spaces
// around the parts of an address whose parameters are folded or set apart, as in
// "sip:a@b ;\r\n tag = x", and then misses the tag.
func tolerantParser() *sip.Parser {
	parsers := maps.Clone(sip.DefaultHeadersParser())
	for _, name := range []string{"from", "f", "to", "t"} {
		parse := parsers[name]
		parsers[name] = func(name []byte, text string) (sip.Header, error) {
			h, err := parse(name, text)
			switch h := h.(type) {
			case *sip.FromHeader:
				tidy(&h.Address, h.Params)
			case *sip.ToHeader:
				tidy(&h.Address, h.Params)
			}
			return h, err
		}
	}
	return sip.NewParser(sip.WithHeadersParsers(parsers))
}

func tidy(uri *sip.Uri, params sip.HeaderParams) {
	uri.Host = strings.TrimSpace(uri.Host)
	for i := range params {
		params[i].K, params[i].V = strings.TrimSpace(params[i].K), strings.TrimSpace(params[i].V)
	}
}
