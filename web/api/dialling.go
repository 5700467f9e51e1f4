package api

import "github.com/callcard/callcard/crm/office"

// Dialling are the rules by which the people of an office call out. Whatever no rule
// opens is closed, except for colleagues and emergency numbers.
type Dialling struct {
	Allow    []string            `json:"allow" doc:"What is opened: prefixes (+998), service numbers (1055), or the words national, international, premium. Premium opens numbers that cost more than a call, as far as another rule opens them too."`
	Deny     []string            `json:"deny,omitempty" doc:"Prefixes that are closed all the same, for every role."`
	Roles    map[string][]string `json:"roles,omitempty" doc:"What is opened beside that for the people of a role: agent, supervisor, admin."`
	Trunks   []string            `json:"trunks,omitempty" doc:"Names of the trunks to call out by, in this order; missing: all, by name."`
	CallerID string              `json:"caller_id,omitempty" example:"+998712000001" doc:"The number that clients are shown; missing: the first one of the office."`
	PerHour  int                 `json:"per_hour" doc:"How many calls one person may place within an hour; when it is left out in a change: 60."`
}

func dialling(d *office.Dialling) *Dialling {
	if d == nil {
		return nil
	}
	w := Dialling(*d)
	if w.Allow == nil {
		w.Allow = []string{}
	}
	return &w
}
