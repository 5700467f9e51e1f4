// Package live decides which user hears of what, at the moment it happens: facts of
// calls, states of agents, queues. Envelopes, sockets and resuming are realtime's.
//
// The types of events and what they carry are in catalogue.go, and only there; the
// OpenAPI document lists them as one discriminated union. call.go is how the outer
// world sees a call, for events and API alike.
//
// Decisions:
//   - No SQL and no network on this path: the screen-pop must be on the wire before
//     the agent's phone hears of the call, also when the database is away. The
//     offered card is made of the facts; what a lookup adds follows as call.card. A card
//     that the call itself has made has nothing to add, so that none follows.
//   - An event carries the whole state of its call, not a difference: the page puts
//     it in place of what it had, and an event that is already contained in a
//     snapshot does no harm.
//   - What people change (cards, notes, tasks) is told by the stores after the commit,
//     whoever makes the change. These events carry the object as it is now; whoever
//     can't see it any more hears just that.
//   - Who hears of a call: the agents who are rung, talk or wrap up, and whoever may
//     read the calls of its office further than his own (the rule of crm.Scope, on
//     the office in memory).
//   - One lock orders folding and publishing, so a snapshot is true at exactly one
//     place of the stream.
package live
