package contacts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/phone"
)

const (
	maxChannels = 50
	maxCustom   = 64 << 10 // bytes of JSON
	maxValue    = 320      // characters of a channel: the longest mail address
	maxLabel    = 100
)

var (
	knownTypes  = []string{"client", "supplier", "partner", "own"}
	channelKind = regexp.MustCompile(`^[a-z]{2,20}$`)
	tinDigits   = regexp.MustCompile(`^[0-9]{9,14}$`)
)

// check reports the first field of a card that breaks a rule.
func check(c Contact) error {
	if c.Kind != Person && c.Kind != Company {
		return crm.InvalidField("kind", "A contact is a person or a company, not %q.", c.Kind)
	}
	if err := checkLine("name", c.Name, maxName); err != nil {
		return err
	}
	if strings.TrimSpace(c.Name) == "" {
		return crm.InvalidField("name", "A contact needs a name.")
	}
	for i, t := range c.Types {
		if !slices.Contains(knownTypes, t) || slices.Contains(c.Types[:i], t) {
			return crm.InvalidField("types", "%q: types are %s, each at most once.", t, strings.Join(knownTypes, ", "))
		}
	}
	if c.TIN != "" && !tinDigits.MatchString(c.TIN) {
		return crm.InvalidField("tin", "A taxpayer's number has 9 to 14 digits.")
	}
	if c.Lang != "" {
		if _, err := language.Parse(c.Lang); err != nil {
			return crm.InvalidField("lang", "%q is not a language; write uz, ru or uz-Cyrl.", c.Lang)
		}
	}
	if c.TZ != "" {
		if _, err := time.LoadLocation(c.TZ); err != nil || c.TZ == "Local" {
			return crm.InvalidField("tz", "%q is not a time zone; write one like Asia/Tashkent.", c.TZ)
		}
	}
	if custom, err := json.Marshal(c.Custom); err != nil || len(custom) > maxCustom || bytes.Contains(custom, []byte(`\u0000`)) {
		return crm.InvalidField("custom", "The custom fields must be plain text and numbers, %d bytes at most.", maxCustom)
	}
	if len(c.Channels) > maxChannels {
		return crm.InvalidField("channels", "A contact has at most %d numbers and addresses.", maxChannels)
	}
	return nil
}

// checkLine refuses text that would break a list, a log or a SIP header.
func checkLine(field, s string, limit int) error {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return crm.InvalidField(field, "Write it in one line of plain text.")
	}
	if utf8.RuneCountInString(s) > limit {
		return crm.InvalidField(field, "It is too long: %d characters at most.", limit)
	}
	return nil
}

// ChannelInput is a channel as people give it. Kind "" means phone.
type ChannelInput struct {
	Kind   string
	Raw    string
	Ext    string // in place of an extension within Raw
	Shared bool
	Status string
	Label  string
}

// channel reads the input; field is its place for the error.
func (in ChannelInput) channel(field string, rules phone.Rules) (Channel, error) {
	ch := Channel{ID: crm.NewID(), Kind: in.Kind, Raw: strings.TrimSpace(in.Raw), Ext: in.Ext, Shared: in.Shared, Status: in.Status, Label: in.Label}
	if ch.Kind == "" {
		ch.Kind = Phone
	}
	if !channelKind.MatchString(ch.Kind) {
		return Channel{}, crm.InvalidField(field+".kind", "%q is no kind of channel; write phone, email, telegram or such.", ch.Kind)
	}
	if err := checkLine(field+".raw", ch.Raw, maxValue); err != nil {
		return Channel{}, err
	}
	if err := checkLine(field+".label", ch.Label, maxLabel); err != nil {
		return Channel{}, err
	}
	if !slices.Contains([]string{"", "wrong", "unreachable"}, ch.Status) {
		return Channel{}, crm.InvalidField(field+".status", "The status is wrong, unreachable or empty.")
	}
	switch ch.Kind {
	case Phone:
		n := phone.Normalize(ch.Raw, rules)
		if ch.Ext == "" {
			ch.Ext = n.Ext
		}
		if !n.Public() && n.Kind != phone.Short && n.Norm != ch.Raw {
			return Channel{}, crm.InvalidField(field+".raw", "%q is not a telephone number. Write it with + and the code of its country.", ch.Raw)
		}
		if strings.Trim(ch.Ext, "0123456789") != "" || len(ch.Ext) > 8 {
			return Channel{}, crm.InvalidField(field+".ext", "An extension has up to 8 digits.")
		}
		ch.Norm = n.Norm
	case "email":
		address, err := mail.ParseAddress(ch.Raw)
		if err != nil {
			return Channel{}, crm.InvalidField(field+".raw", "%q is not a mail address.", ch.Raw)
		}
		ch.Norm = strings.ToLower(address.Address)
	default:
		ch.Norm = strings.ToLower(strings.TrimPrefix(ch.Raw, "@"))
	}
	if ch.Norm == "" {
		return Channel{}, crm.InvalidField(field+".raw", "Write the number or the address.")
	}
	return ch, nil
}

// String names a channel in the audit.
func (ch Channel) String() string {
	if ch.Ext != "" {
		return fmt.Sprintf("%s:%s;ext=%s", ch.Kind, ch.Norm, ch.Ext)
	}
	return ch.Kind + ":" + ch.Norm
}
