package contacts

import (
	"time"

	"github.com/callcard/callcard/crm"
)

// Kind is what a card stands for.
type Kind string

const (
	Person  Kind = "person"
	Company Kind = "company"
)

// Contact is a card.
type Contact struct {
	ID          crm.ID
	Kind        Kind
	Name        string
	Types       []string // client, supplier, partner, own
	TIN         string   // taxpayer's number (INN, STIR)
	Lang        string   // BCP 47; empty: not known
	TZ          string   // IANA name; empty: the office's
	Owner       crm.ID
	Unit        crm.ID
	Custom      map[string]any
	AutoCreated bool // made by a call, and no person has edited it yet
	LastTouchAt time.Time
	LastAgent   crm.ID // who talked with him last
	LastTalkAt  *time.Time
	Version     int
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Channels    []Channel
	Companies   []Link // that a person works for; from List and Linked
	People      []Link // of a company, the first ones by name; from Linked
	PeopleCount int
}

// Channel is a way to reach a contact.
type Channel struct {
	ID     crm.ID `json:"id"`
	Kind   string `json:"kind"` // phone, email, telegram, …
	Raw    string `json:"raw"`  // as it was typed or received
	Norm   string `json:"norm"` // what is compared: E.164, raw:<line>:<digits>, an address in lower case
	Ext    string `json:"ext"`
	Shared bool   `json:"is_shared"`
	Status string `json:"status"` // "", wrong, unreachable
	Label  string `json:"label"`
}

// Phone is the kind of channel that calls come by.
const Phone = "phone"

// Phones are the channels that are telephone numbers.
func (c Contact) Phones() []Channel {
	var phones []Channel
	for _, ch := range c.Channels {
		if ch.Kind == Phone {
			phones = append(phones, ch)
		}
	}
	return phones
}
