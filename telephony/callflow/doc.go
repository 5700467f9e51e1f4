// Package callflow tells the stories of calls: who is calling, whom to ring, what to
// do when he does not answer, what remains to be done afterwards.
//
// A story is one goroutine with one inbox. Whatever concerns the call — events of the
// line, a match made by the desk, a click of the agent, a deadline — is a message in
// that inbox, so a story needs no lock and reads from top to bottom: inbound.go is
// the story of a client's call, offer.go how agents are rung, talk.go the talk,
// transfer.go and consult.go what is done with a third one, afterwork.go what follows. Each state is one function; a message that means
// nothing in a state is dropped by it.
//
//	arrive ──► waiting ◄──► ringing ──► talking ──► ending
//	              ▲            ▲         │    ▲        ▲
//	              └────────────┴─────────┤    ▼        │
//	               passing ◄─────────────┘ consulting ─┘
//
// It knows no SIP, no SQL, no HTTP: it speaks telephony's commands and events, asks
// routing for decisions, and reaches everything else through the small interfaces of
// ports.go, wired in cmd/callcard.
//
// Decisions:
//   - The client of a call has one agent at a time, also in a talk of three. Whom the agent
//     asks is a part of the talk until the client is handed over. Hanging up a phone while
//     somebody is asked hands over, as on any desk phone, also while that one still rings.
//   - A client who is given away and not taken comes back to who has given him away, else to
//     the queue at his old place. He is never cut off by a transfer.
//   - Every step is a fact, appended to the journal before it is acted on.
//   - Nothing on the way from INVITE to the agent's phone waits for SQL longer than
//     IdentifyBudget; then the call goes on with the bare number.
//   - The agent's screen is told, and the event is on his socket, before the line is
//     told to ring his phone; a stuck socket delays a phone by ShowBudget at most.
package callflow
