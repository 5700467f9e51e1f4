// Package redisq is the desk of the contact center: who is free, who is reserved for
// which call, which calls wait. It does what a routing.Plan says, atomically, and
// decides nothing itself. Desk implements callflow.Desk.
//
// The truth is in Redis and is changed only by the scripts in lua/: one script is one
// step, so no call gets two winners and no agent two calls, whatever number of
// processes work at once. Everything in it can be rebuilt. Each process keeps a
// mirror of the records, fed by the scripts' replies (and, on a shared desk, by a
// stream of the others' changes), and answers Agents from it without a network.
//
//	keys   {prefix}:seq      version of the newest record
//	       {prefix}:agents   hash, agent id -> record as JSON (record.go)
//	       {prefix}:free     set of agents who may be offered a call now
//	       {prefix}:calls    hash, call id -> record as JSON
//	       {prefix}:waiting:<queue>  sorted set of waiting calls, by rank
//	       {prefix}:nodes    hash, node -> incarnation
//	       {prefix}:leases   sorted set, node -> Unix ms when it lapses
//	       {prefix}:feed     stream of changes, only on a shared desk
//
// An agent's states:
//
//	offline <-> available <-> break          SetState, at once
//	available -> ringing                     Reserve, or a match of a waiting call
//	ringing -> talking                       Claim; the others that rang are available
//	ringing, talking -> wrap_up, available   Release; Next wins over available
//	any without a call -> talking, ringing   Occupy: calls outside of the queues; back by Release
//	wrap_up -> available                     EndWrapUp, Next wins; SetState, at once
//
// Decisions taken:
//
//   - While Redis is away (an error, or no answer within Options.Timeout) the twin
//     does the same steps on the mirror, under its lock. When Redis is back, or was
//     emptied or set back, the mirror is written into it in one script. A script that
//     was on its way meanwhile carries an old incarnation and is refused, so a late
//     command cannot reserve anybody.
//   - A reservation is bound by call and token. Whoever comes with an old token
//     changes nothing; whoever repeats a request gets the same answer. When a
//     connection breaks after a script was sent, it is run again and everything is
//     read back, because a match may have been in the lost reply.
//   - The lease belongs to the node, not to each reservation: one number to renew, and
//     a dead node is recognised as a whole. What it held is freed by any other node's
//     beat; if it comes back, its incarnation is unknown and it rebuilds first.
//   - A point of priority is worth Options.Ageing of waiting. So the order of waiting
//     calls never changes while they wait, a sorted set can hold it, and no call is
//     overtaken for ever. It holds across all queues of an agent. A call that is
//     reserved again keeps its place, because its EnteredAt is its place.
//   - While nodes share agents, a node without Redis offers calls only to agents whose
//     phone is registered at it: two nodes cannot pick the same one.
//   - Offers that were not taken are counted here, not in the story, because they are
//     counted over calls: see Options.MaxMissed.
//   - Nothing has a time to live: leases are numbers compared with the node's clock,
//     which a test can set, and miniredis does not expire keys by itself.
//
// The package must not know policy, calls' media, queues' settings or users.
package redisq
