package live

import (
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/office"
)

// Contact is a card as the outer world sees it.
type Contact struct {
	ID            crm.ID             `json:"id"`
	Kind          contacts.Kind      `json:"kind" enum:"person,company"`
	Name          string             `json:"name"`
	Phones        []string           `json:"phones" doc:"The telephone numbers among the channels, in E.164."`
	Channels      []contacts.Channel `json:"channels"`
	Types         []string           `json:"types" doc:"client, supplier, partner, own"`
	TIN           string             `json:"tin,omitempty" doc:"Taxpayer's number (INN, STIR)."`
	Lang          string             `json:"lang,omitempty"`
	TZ            string             `json:"tz,omitempty"`
	Owner         string             `json:"owner,omitempty" doc:"Login."`
	OwnerID       crm.ID             `json:"owner_id,omitempty"`
	OwnerName     string             `json:"owner_name,omitempty"`
	Office        string             `json:"office,omitempty"`
	OfficeID      crm.ID             `json:"office_id,omitempty"`
	LastAgent     string             `json:"last_agent,omitempty" doc:"Login of who talked with him last."`
	LastAgentID   crm.ID             `json:"last_agent_id,omitempty"`
	LastAgentName string             `json:"last_agent_name,omitempty"`
	LastTalkAt    *time.Time         `json:"last_talk_at,omitempty"`
	LastTouchAt   time.Time          `json:"last_touch_at"`
	AutoCreated   bool               `json:"auto_created" doc:"Made by a call, and no person has edited it yet."`
	Custom        map[string]any     `json:"custom"`
	Companies     []contacts.Link    `json:"companies,omitempty" doc:"That a person works for. Not in live events."`
	People        []contacts.Link    `json:"people,omitempty" doc:"Of a company, the first 50 by name. Only of a card that is asked for by its id."`
	PeopleCount   int                `json:"people_count,omitempty" doc:"How many people the company has."`
	Version       int                `json:"version"`
	CreatedAt     time.Time          `json:"created_at"`
	UpdatedAt     time.Time          `json:"updated_at"`
}

// NewContact makes the outer picture of c.
func NewContact(c contacts.Contact, o *office.Snapshot) Contact {
	unit, _ := o.Unit(c.Unit)
	w := Contact{
		ID: c.ID, Kind: c.Kind, Name: c.Name, Phones: []string{}, Channels: c.Channels, Types: c.Types, TIN: c.TIN, Lang: c.Lang, TZ: c.TZ,
		Owner: login(o, c.Owner), OwnerID: c.Owner, OwnerName: nameOf(o, c.Owner), Office: unit.Name, OfficeID: c.Unit,
		LastAgent: login(o, c.LastAgent), LastAgentID: c.LastAgent, LastAgentName: nameOf(o, c.LastAgent), LastTalkAt: c.LastTalkAt,
		LastTouchAt: c.LastTouchAt, AutoCreated: c.AutoCreated, Custom: c.Custom, Companies: c.Companies, People: c.People, PeopleCount: c.PeopleCount,
		Version: c.Version, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
	}
	for _, p := range c.Phones() {
		w.Phones = append(w.Phones, p.Norm)
	}
	if w.Channels == nil {
		w.Channels = []contacts.Channel{}
	}
	return w
}
