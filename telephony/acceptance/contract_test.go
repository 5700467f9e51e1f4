//go:build linux

package acceptance

import "time"

// The outer contract, as far as the tests look at it.
type (
	call struct {
		ID          string      `json:"id"`
		Seq         int         `json:"seq"`
		Direction   string      `json:"direction"`
		Why         string      `json:"why"`
		State       string      `json:"state"`
		From        string      `json:"from"`
		To          string      `json:"to"`
		Anonymous   bool        `json:"anonymous"`
		Queue       string      `json:"queue"`
		Agent       string      `json:"agent"`
		Contact     string      `json:"contact_id"`
		CardCreated bool        `json:"card_created"`
		Candidates  []candidate `json:"candidates"`
		Offline     bool        `json:"crm_offline"`
		StartedAt   time.Time   `json:"started_at"`
		AnsweredAt  *time.Time  `json:"answered_at"`
		LostAt      *time.Time  `json:"lost_at"`
		Consult     *struct {
			To struct {
				Agent string `json:"agent"`
			} `json:"to"`
			State string `json:"state"`
		} `json:"consult"`
		EndedAt   *time.Time `json:"ended_at"`
		WaitMS    int64      `json:"wait_ms"`
		TalkMS    int64      `json:"talk_ms"`
		HoldMS    int64      `json:"hold_ms"`
		EndReason string     `json:"end_reason"`
		EndedBy   string     `json:"ended_by"`
		Route     []ring     `json:"route"`
		Recording *recording `json:"recording"`
		Decisions []struct {
			Reason  string `json:"reason"`
			WaitFor string `json:"wait_for"`
		} `json:"decisions"`
		Story []struct {
			Kind string `json:"kind"`
		} `json:"story"`
		Quality []struct {
			Party    string `json:"party"`
			Received int    `json:"received"`
		} `json:"quality"`
	}
	ring struct {
		Agent  string `json:"agent"`
		Reason string `json:"reason"`
		Result string `json:"result"`
	}
	recording struct {
		Ready      bool   `json:"ready"`
		DurationMS int64  `json:"duration_ms"`
		URL        string `json:"url"`
		Truncated  string `json:"truncated"`
	}
	candidate struct {
		Contact string `json:"contact"`
		Name    string `json:"name"`
	}
	contact struct {
		ID          string   `json:"id"`
		Name        string   `json:"name"`
		Phones      []string `json:"phones"`
		AutoCreated bool     `json:"auto_created"`
		LastAgent   string   `json:"last_agent"`
	}
	task struct {
		ID     string     `json:"id"`
		Kind   string     `json:"kind"`
		Phone  string     `json:"phone"`
		Calls  []string   `json:"calls"`
		DoneAt *time.Time `json:"done_at"`
	}
	agentState struct {
		Agent  string `json:"agent"`
		State  string `json:"state"`
		Reason string `json:"reason"`
	}
	card struct {
		Contact    string      `json:"contact_id"`
		Phones     []string    `json:"phones"`
		Created    bool        `json:"created"`
		Offline    bool        `json:"crm_offline"`
		Candidates []candidate `json:"candidates"`
		Reason     string      `json:"reason"`
	}
	page[T any] struct {
		Items []T `json:"items"`
	}
)
