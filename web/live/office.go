package live

import (
	"slices"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/realtime"
)

// OfficeChange is the data of "office.changed".
type OfficeChange struct {
	Revision string `json:"revision" doc:"Of offices, queues, trunks and numbers; it stays when only people have changed."`
}

// TrunkStatus is how a line to the world does: the data of "trunk.changed".
type TrunkStatus struct {
	Name            string     `json:"name"`
	State           string     `json:"state" enum:"up,down,unknown" doc:"unknown: there is nobody to ask, or no answer yet."`
	Since           *time.Time `json:"since,omitempty" doc:"When it came into this state."`
	Registers       bool       `json:"registers" doc:"The trunk has an account at a provider."`
	Registered      bool       `json:"registered"`
	RegisteredUntil *time.Time `json:"registered_until,omitempty"`
	AskedAt         *time.Time `json:"asked_at,omitempty" doc:"When it was last asked whether it is there (SIP OPTIONS)."`
	Answered        bool       `json:"answered" doc:"It answered that question."`
	Why             string     `json:"why,omitempty" enum:"unanswered,unreachable,refused,credentials" doc:"Why it is down or not registered."`
	Reason          string     `json:"reason,omitempty" doc:"The same in the protocol's words."`
	Calls           int        `json:"calls" doc:"Calls that go on over it. A change of this alone is no event."`
}

// OfficeChanged tells those who may read the settings that they are new. It never
// blocks.
func (f *Feed) OfficeChanged() {
	f.mu.Lock()
	defer f.mu.Unlock()
	a := f.currentAudience()
	f.cfg.Hub.Publish(realtime.Event{Type: TypeOfficeChanged, At: f.cfg.Now(), Data: OfficeChange{a.office.Revision}}, a.may(crm.Office, crm.Read)...)
}

// TrunkChanged tells those who may manage the office how the trunk does now.
func (f *Feed) TrunkChanged(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	// Asked under the lock, so that of two changes the later event has the later state.
	for _, t := range f.cfg.Trunks() {
		if t.Name == name {
			f.cfg.Hub.Publish(realtime.Event{Type: TypeTrunkChanged, At: f.cfg.Now(), Data: t}, f.currentAudience().may(crm.Office, crm.Manage)...)
		}
	}
}

// may are the users who have a right, however far.
func (a *audience) may(o crm.Object, action crm.Action) (users []string) {
	for _, u := range a.office.Users {
		if !u.Blocked && a.office.RoleGrants(u.Role)[o][action] != crm.None {
			users = append(users, string(u.ID))
		}
	}
	return users
}

// settings adds to a snapshot what the user may know of the office.
func (f *Feed) settings(s *Snapshot, a *audience, user crm.ID) {
	if slices.Contains(a.may(crm.Office, crm.Read), string(user)) {
		s.OfficeRevision = a.office.Revision
	}
	if f.cfg.Trunks != nil && slices.Contains(a.may(crm.Office, crm.Manage), string(user)) {
		s.Trunks = f.cfg.Trunks()
	}
}
