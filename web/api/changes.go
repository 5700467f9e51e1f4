package api

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/users"
)

// OfficeChanges are the changes that are wanted: any part of an office file, as JSON. An
// entry describes its object wholly, a field that is left out has its default; kept as
// they are when left out: passwords, and the office of what exists.
type OfficeChanges struct {
	Base    string         `json:"base,omitempty" doc:"The revision that the changes are based on: 409 with what changed if the office is another one by now. Missing: whatever it is."`
	Offices []WantedOffice `json:"offices,omitempty"`
	Users   []WantedPerson `json:"users,omitempty"`
	Trunks  []WantedTrunk  `json:"trunks,omitempty"`
	Queues  []WantedQueue  `json:"queues,omitempty"`
	Numbers []WantedNumber `json:"numbers,omitempty"`
}

// WantedOffice is an entry of offices.
type WantedOffice struct {
	Name     string `json:"name"`
	RenameTo string `json:"rename_to,omitempty" doc:"The new name; entries that refer to it use this one."`
	Parent   string `json:"parent,omitempty" doc:"Name of the office above."`
	Timezone string `json:"timezone,omitempty" doc:"IANA name; must be given unless it is removed."`
	Region   string `json:"region,omitempty" doc:"ISO 3166, e.g. UZ."`
	Remove   bool   `json:"remove,omitempty"`

	Dialling        *Dialling `json:"dialling,omitempty" doc:"Whom its people may call; missing: as it is."`
	InheritDialling bool      `json:"inherit_dialling,omitempty" doc:"Takes the rules of the office above instead of its own."`
	Outcomes        []Outcome `json:"outcomes,omitempty" doc:"What calls can come to, in order; missing: as they are."`
	InheritOutcomes bool      `json:"inherit_outcomes,omitempty" doc:"Takes those of the office above instead of its own."`
}

// WantedPerson is an entry of users.
type WantedPerson struct {
	Login         string `json:"login"`
	Name          string `json:"name,omitempty"`
	Password      string `json:"password,omitempty"`
	Role          string `json:"role,omitempty" enum:"agent,supervisor,admin"`
	Office        string `json:"office,omitempty"`
	Locale        string `json:"locale,omitempty" enum:"en,ru,uz-Latn,uz-Cyrl"`
	Extension     string `json:"extension,omitempty"`
	SIPPassword   string `json:"sip_password,omitempty"`
	AutoAvailable bool   `json:"auto_available,omitempty"`
	Blocked       bool   `json:"blocked,omitempty"`
	Remove        bool   `json:"remove,omitempty" doc:"Blocks him, takes his extension and takes him out of his queues; history keeps him."`
}

// WantedTrunk is an entry of trunks: hosts, register or both.
type WantedTrunk struct {
	Name     string         `json:"name"`
	RenameTo string         `json:"rename_to,omitempty"`
	Hosts    []string       `json:"hosts,omitempty" doc:"Addresses, networks (CIDR) or names that are trusted."`
	Register *WantedAccount `json:"register,omitempty"`
	Region   string         `json:"region,omitempty"`
	AreaCode string         `json:"area_code,omitempty"`
	MaxCalls int            `json:"max_calls,omitempty" doc:"0: no limit."`
	Disabled bool           `json:"disabled,omitempty"`
	Remove   bool           `json:"remove,omitempty"`
}

// WantedAccount is an account at a provider.
type WantedAccount struct {
	Server   string `json:"server"`
	User     string `json:"user"`
	Password string `json:"password,omitempty" doc:"May be left out while server and user stay as they are."`
}

// WantedQueue is an entry of queues. Durations are written like 20s or 1m30s.
type WantedQueue struct {
	Name            string          `json:"name"`
	RenameTo        string          `json:"rename_to,omitempty"`
	Office          string          `json:"office,omitempty" doc:"A new queue gets that of its first agent."`
	Agents          []string        `json:"agents,omitempty" doc:"Logins; the order counts for linear and round-robin."`
	Strategy        string          `json:"strategy,omitempty" enum:"least-busy,longest-idle,round-robin,linear,ring-all,random,fewest-calls"`
	PreviousManager *WantedPrevious `json:"previous_manager,omitempty"`
	Ring            string          `json:"ring,omitempty" example:"20s"`
	WrapUp          string          `json:"wrap_up,omitempty" example:"10s"`
	WrapUpUntil     string          `json:"wrap_up_until,omitempty" enum:"time,outcome" doc:"outcome: until somebody says what came of the call, wrap_up at most."`
	Outcomes        []Outcome       `json:"outcomes,omitempty" doc:"In the place of the office's; missing: as they are."`
	InheritOutcomes bool            `json:"inherit_outcomes,omitempty" doc:"Takes the office's outcomes instead of its own."`
	CallbackTo      string          `json:"callback_to,omitempty" doc:"Login of who calls back the clients that nobody knows; missing: whoever of the office takes it."`
	MaxWait         string          `json:"max_wait,omitempty" example:"5m" doc:"0s: as long as the caller likes."`
	Record          *bool           `json:"record,omitempty" doc:"Missing: true."`
	Priority        int             `json:"priority,omitempty"`
	Remove          bool            `json:"remove,omitempty"`
}

// WantedPrevious says whether a returning client is sent to whom he knows.
type WantedPrevious struct {
	Mode string `json:"mode,omitempty" enum:"off,last-spoken,owner"`
	Wait string `json:"wait,omitempty" example:"20s"`
}

// WantedNumber is an entry of numbers.
type WantedNumber struct {
	Number string `json:"number"`
	Queue  string `json:"queue,omitempty" doc:"Missing: it leads nowhere."`
	Office string `json:"office,omitempty"`
	Source string `json:"source,omitempty"`
	Remove bool   `json:"remove,omitempty"`
}

// OfficeChanged is what callcard apply would print.
type OfficeChanged struct {
	Changes  []Change `json:"changes" doc:"In the order in which they are made; empty when the office is so already."`
	Applied  bool     `json:"applied" doc:"False for a dry run."`
	Revision string   `json:"revision" doc:"Of the office now."`
}

// Change is one difference.
type Change struct {
	Action string        `json:"action" enum:"create,update,remove"`
	Object string        `json:"object" enum:"office,user,trunk,queue,number"`
	Name   string        `json:"name" doc:"After the change."`
	Fields []FieldChange `json:"fields"`
	Text   string        `json:"text" doc:"The line of callcard apply." example:"~ queue sales (ring: 20s -> 30s)"`
}

// FieldChange is a field that becomes another one.
type FieldChange struct {
	Field  string `json:"field" example:"previous_manager.wait"`
	From   string `json:"from" doc:"Empty: there was nothing."`
	To     string `json:"to" doc:"Empty: there will be nothing."`
	Secret bool   `json:"secret,omitempty" doc:"What it was and will be is not shown."`
}

func change(c office.Change) Change {
	w := Change{Action: map[office.Action]string{office.Added: "create", office.Changed: "update", office.Removed: "remove"}[c.Action],
		Object: c.Object, Name: c.Name, Fields: make([]FieldChange, len(c.Fields)), Text: c.String()}
	for i, f := range c.Fields {
		w.Fields[i] = FieldChange{Field: f.Field, From: f.Old, To: f.New, Secret: f.Secret}
	}
	return w
}

type changesInput struct {
	DryRun bool `query:"dry_run" doc:"Only tell what would change."`
	Body   declaration[OfficeChanges]
}

type changesOutput struct{ Body OfficeChanged }

// changeOffice gives the body to the reader of office files, which says what is wrong
// with it better than a schema does.
func (a *API) changeOffice(ctx context.Context, in *changesInput) (*changesOutput, error) {
	if err := mayOffice(ctx, crm.Manage); err != nil {
		return nil, err
	}
	file, err := office.ParseJSON(in.Body.text, "page", users.WeakPassword)
	if err != nil {
		return nil, err
	}
	changes, revision, err := a.Settings.Apply(ctx, viewer(ctx), file, in.DryRun)
	if err != nil {
		return nil, err
	}
	out := &changesOutput{OfficeChanged{Changes: make([]Change, len(changes)), Applied: !in.DryRun, Revision: revision}}
	for i, c := range changes {
		out.Body.Changes[i] = change(c)
	}
	return out, nil
}

// declaration is a JSON body that the domain reads by itself: T only describes it.
type declaration[T any] struct{ text json.RawMessage }

// UnmarshalJSON keeps the text.
func (d *declaration[T]) UnmarshalJSON(text []byte) error {
	d.text = bytes.Clone(text)
	return nil
}

// Schema implements huma.SchemaProvider.
func (declaration[T]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), true, "")
}

// unchecked leaves it to the handler to say what is wrong with the body.
func unchecked(op *huma.Operation) { op.SkipValidateBody = true }

// mistaken is the problem of a declaration: every mistake with its field.
func mistaken(mistakes office.Mistakes) *Problem {
	p := problemOf(crm.InvalidField(mistakes[0].Field, "%s", asSentence(mistakes[0].Message)))
	for _, m := range mistakes {
		p.Errors = append(p.Errors, FieldProblem{Field: m.Field, Detail: asSentence(m.Message)})
	}
	return p
}

// asSentence makes a sentence of "must be true or false".
func asSentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(s[size:], ".") + "."
}
