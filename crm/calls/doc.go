// Package calls is the history of calls: what their facts add up to, how they come
// from the journal into PostgreSQL, and who may read them and listen to them.
//
// It knows no SIP, no file of the journal and no other subject's tables. What it
// wants of its neighbours it says in small interfaces (ports.go): the Source of
// facts, the Cards of the clients, the CallbackTasks.
//
// Decisions:
//   - Fold is the only place where facts get a meaning. The row of a call is the
//     fold of its facts, written for those who search; call_fact is the truth.
//   - The writer stores a batch of facts in one transaction with a handful of
//     statements, whatever the number of facts. It keeps the calls that go on in
//     memory; after any failure it forgets them and folds call_fact again, so that
//     a half-known commit can't make memory and table disagree.
//   - What follows from a call (card of an unknown caller, timeline, call-back task)
//     happens in the transaction that stores the fact it follows from, and only for
//     facts that are new. Reading the journal twice therefore changes nothing.
//   - A fact that the database refuses does not stop the others: the calls of the
//     batch are then stored one by one, and the one that fails goes to
//     call_dead_letter with an error in the log.
//   - talk_ms counts from answer to end, as the caller's side measured it, hold
//     included; hold_ms is the part of it on hold. Durations never come out
//     negative when the clock is set back.
package calls
