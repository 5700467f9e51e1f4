// Package callflow tells the stories of calls: who is calling, whom to ring, what to
// do when he does not answer, what remains to be done afterwards.
//
// A story is one goroutine with one inbox. Whatever concerns the call — events of the
// line, a match made by the desk, a click of the agent, a deadline — is a message in
// that inbox, so a story needs no lock and reads from top to bottom: inbound.go is
// the story of a client's call, offer.go how agents are rung, talk.go the talk,
// afterwork.go what follows. Each state is one function; a message that means
// nothing in a state is dropped by it.
//
//	arrive ──► waiting ◄──► ringing ──► talking ──► ending
//	              │            │                      ▲
//	              └────────────┴──────────────────────┘
//
// It knows no SIP, no SQL, no HTTP: it speaks telephony's commands and events, asks
// routing for decisions, and reaches everything else through the small interfaces of
// ports.go, wired in cmd/callcard.
//
// Decisions:
//   - Every step is a fact, appended to the journal before it is acted on.
//   - Nothing on the way from INVITE to the agent's phone waits for SQL longer than
//     IdentifyBudget; then the call goes on with the bare number.
//   - The agent's screen is told, and the event is on his socket, before the line is
//     told to ring his phone; a stuck socket delays a phone by ShowBudget at most.
package callflow
