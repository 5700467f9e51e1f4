package live

import (
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/realtime"
	"github.com/callcard/callcard/routing"
)

// The types of live events.
const (
	TypeSnapshot     = realtime.Snapshot
	TypeCallOffered  = "call.offered"
	TypeCallCard     = "call.card"
	TypeCallChanged  = "call.changed"
	TypeAgentState   = "agent.state"
	TypeQueueChanged = "queue.changed"
	TypeFloorChanged = "floor.changed"

	TypeContactChanged  = "contact.changed"
	TypeActivityChanged = "activity.changed"
	TypeTaskChanged     = "task.changed"
	TypeOfficeChanged   = "office.changed"
	TypeTrunkChanged    = "trunk.changed"

	TypeNotificationAdded = "notification.added"
	TypeNotificationsRead = "notification.read"
)

// Kind is a row of the catalogue.
type Kind struct {
	Type string
	Data any // a zero value of what the event carries
	Doc  string
}

// Catalogue lists every type of event that a socket may bring.
func Catalogue() []Kind {
	return []Kind{
		{TypeSnapshot, Snapshot{}, "Everything that the user would know had he listened all the time. First event of a new stream, and after a gap."},
		{TypeCallOffered, Offer{}, "To the agent who is about to be rung: the call with the client's card."},
		{TypeCallCard, Card{}, "To the same agent: what a lookup adds to the card, shortly after; whose call it turned out to be, when that is known only later or somebody has chosen."},
		{TypeCallChanged, CallChange{}, "To the agents on a call and to those who watch over them: something happened, this is the call now."},
		{TypeAgentState, AgentState{}, "To the agent and to those who may see the calls of his office; call only to those who may see it."},
		{TypeQueueChanged, QueueLine{}, "To those who may see the calls of the queue: how many wait."},
		{TypeFloorChanged, FloorChange{}, "To those who may see the queues of an office but not its calls, twice a second at most: what has changed among its agents and queues."},
		{TypeContactChanged, ContactChange{}, "To those who may see the card: somebody has made, changed or put it away."},
		{TypeActivityChanged, ActivityChange{}, "To those who may see the card or the call: a line of the timeline has come, changed or gone."},
		{TypeTaskChanged, TaskChange{}, "To those who may see the task: it was made, changed or done."},
		{TypeOfficeChanged, OfficeChange{}, "To those who may read the settings: something of the office has changed, whoever did it. Ask for what is shown."},
		{TypeTrunkChanged, TrunkStatus{}, "To those who may manage the office: a trunk went up or down, or its registration did."},
		{TypeNotificationAdded, Notification{}, "To the one whom it concerns: a new line in his bell."},
		{TypeNotificationsRead, NotificationsRead{}, "To the same user's tabs: he has read some in one of them."},
	}
}

// Snapshot is the data of "snapshot".
type Snapshot struct {
	Me     *AgentState  `json:"me,omitempty" doc:"The user's own state, if he has one."`
	Offers []Offer      `json:"offers" doc:"Calls that ring at the user."`
	Cards  []Card       `json:"cards" doc:"The clients of the user's own calls, those that ring at him, that he talks in and that he wraps up: what call.offered and call.card have told."`
	Calls  []Call       `json:"calls" doc:"Calls that go on, and those that are being wrapped up, as far as the user may see them."`
	Agents []AgentState `json:"agents" doc:"States of the agents of the offices whose queues the user may see."`
	Queues []QueueLine  `json:"queues" doc:"Queues that the user may see and in which somebody waits."`

	OfficeRevision string        `json:"office_revision,omitempty" doc:"For those who may read the settings; see office.changed."`
	Trunks         []TrunkStatus `json:"trunks,omitempty" doc:"For those who may manage the office."`
}

// Offer is the data of "call.offered".
type Offer struct {
	Call Call   `json:"call"`
	Leg  crm.ID `json:"leg" doc:"Names this ringing among the ringings of the call."`
	Card Card   `json:"card"`
}

// Card is the client on the screen: the data of "call.card", and part of an Offer.
type Card struct {
	Call       crm.ID          `json:"call"`
	ContactID  crm.ID          `json:"contact_id,omitempty" doc:"Missing: anonymous, several candidates, or the CRM is offline."`
	Name       string          `json:"name" doc:"Of the card, else the caller's display name, else empty."`
	Company    string          `json:"company,omitempty" doc:"That the client works for. Only in call.card."`
	Phones     []string        `json:"phones" doc:"The caller's number first."`
	Created    bool            `json:"created" doc:"The card was made by this call."`
	CRMOffline bool            `json:"crm_offline" doc:"Only the number is known: the database did not answer."`
	Candidates []crm.Candidate `json:"candidates,omitempty" doc:"Cards that share the number, best first."`
	Owner      string          `json:"owner,omitempty" doc:"Login of the card's owner."`
	OwnerName  string          `json:"owner_name,omitempty"`
	LastAgent  string          `json:"last_agent,omitempty" doc:"Login of who spoke with the client last."`
	LastName   string          `json:"last_agent_name,omitempty"`
	LastTalkAt *time.Time      `json:"last_talk_at,omitempty"`
	Reason     string          `json:"reason" doc:"Why this agent was chosen."`
	Source     string          `json:"source,omitempty" doc:"The advertisement that the dialled number stands for."`
	Queue      string          `json:"queue,omitempty"`
	WaitMS     int64           `json:"wait_ms" doc:"How long the caller has waited."`
	LastTalks  []LastTalk      `json:"last_talks,omitzero" doc:"Newest first. Missing until they are looked up."`
	OpenTasks  []OpenTask      `json:"open_tasks,omitzero" doc:"Likewise."`
}

// LastTalk is an earlier call of the client.
type LastTalk struct {
	Call      crm.ID        `json:"call"`
	At        time.Time     `json:"at"`
	Direction crm.Direction `json:"direction" enum:"inbound,outbound,internal"`
	Agent     string        `json:"agent,omitempty"`
	AgentName string        `json:"agent_name,omitempty"`
	TalkMS    int64         `json:"talk_ms"`
	Status    string        `json:"status" doc:"How it ended, as the timeline says."`
}

// OpenTask is something that was promised to the client.
type OpenTask struct {
	ID    crm.ID     `json:"id"`
	Kind  string     `json:"kind"`
	Title string     `json:"title"`
	DueAt *time.Time `json:"due_at,omitempty"`
}

// CallChange is the data of "call.changed".
type CallChange struct {
	What crm.FactKind `json:"what" enum:"arrived,identified,queued,routed,assigned,moved,dialled,offered,offer_ended,answered,transferred,consult_began,consult_answered,consult_held,consult_resumed,conference_began,consult_ended,agent_lost,agent_back,held,resumed,recording,recorded,quality,ended,wrap_up,wrap_up_ended,contact,outcome" doc:"What happened on the line; contact: a person has chosen the card; outcome: a person has said what came of the call. identified may come a second time, late: the database was away when the call came."`
	Call Call         `json:"call"`
}

// AgentState is the data of "agent.state".
type AgentState struct {
	Agent   string        `json:"agent"`
	AgentID crm.ID        `json:"agent_id"`
	Name    string        `json:"name"`
	State   routing.State `json:"state" enum:"offline,available,ringing,talking,wrap_up,break"`
	Reason  string        `json:"reason,omitempty" doc:"Of a break, or why the state was changed by the server."`
	Since   time.Time     `json:"since"`
	Call    crm.ID        `json:"call,omitempty" doc:"While ringing or talking; only to those who may see the call."`
	Until   *time.Time    `json:"until,omitempty" doc:"When the wrap-up ends by itself."`
	Next    routing.State `json:"next,omitempty" enum:"offline,available,break" doc:"What the agent asked to be after the call."`
	Device  bool          `json:"device" doc:"A phone of his is connected and can ring."`
	Devices []DeviceKind  `json:"devices,omitempty" enum:"desk,browser" doc:"Which kinds of phones those are: on the desk, in a page."`
}

// DeviceKind is a kind of telephone.
type DeviceKind string

// The kinds of telephones an agent may have.
const (
	DeskPhone    DeviceKind = "desk"
	BrowserPhone DeviceKind = "browser"
)

// QueueLine is the data of "queue.changed".
type QueueLine struct {
	Queue        string     `json:"queue"`
	Waiting      int        `json:"waiting" doc:"Callers who have not been answered, ringing ones included."`
	LongestSince *time.Time `json:"longest_since,omitempty" doc:"When the caller who waits longest entered the queue."`
}

// ContactChange is the data of "contact.changed".
type ContactChange struct {
	ID      crm.ID   `json:"id"`
	Version int      `json:"version"`
	By      string   `json:"by,omitempty" doc:"Login; missing: the server itself."`
	ByName  string   `json:"by_name,omitempty"`
	Fields  []string `json:"fields,omitempty" doc:"What differs, by the names of a conflict's changed: name, channels, companies, custom.x, …; people: of a company, without a new version."`
	Contact *Contact `json:"contact,omitempty" doc:"The card as it is now."`
	Removed bool     `json:"removed,omitempty" doc:"The user can't see the card any more."`
}

// ActivityChange is the data of "activity.changed".
type ActivityChange struct {
	ContactID crm.ID   `json:"contact_id,omitempty" doc:"Whose timeline; missing: a note on a call without a card."`
	CallID    crm.ID   `json:"call_id,omitempty" doc:"On whose page it stands too."`
	Activity  Activity `json:"activity"`
	Removed   bool     `json:"removed,omitempty" doc:"It does not stand there any more."`
}

// TaskChange is the data of "task.changed".
type TaskChange struct {
	ID      crm.ID `json:"id"`
	Version int    `json:"version"`
	By      string `json:"by,omitempty" doc:"Login; missing: a call has made or settled it."`
	ByName  string `json:"by_name,omitempty"`
	Task    *Task  `json:"task,omitempty" doc:"The task as it is now."`
	Removed bool   `json:"removed,omitempty" doc:"The user can't see the task any more."`
}

// FloorChange is the data of "floor.changed".
type FloorChange struct {
	Agents []AgentState `json:"agents" doc:"New states, without the calls."`
	Queues []QueueLine  `json:"queues"`
}

// NotificationsRead is the data of "notification.read".
type NotificationsRead struct {
	UpTo   crm.ID   `json:"up_to,omitempty" doc:"This one and all older ones."`
	IDs    []crm.ID `json:"ids,omitempty"`
	Unread int      `json:"unread" doc:"How many are left."`
}
