// Package tasks is what people still have to do: things they note themselves, and
// clients to be called back.
//
// It knows no call beyond its id. Calls tell it how they ended through Settle, which
// has the shape that the writer of calls asks for.
//
// Decisions:
//   - A client who could not get through is called back once, however often he
//     tried: there is at most one open call-back a number (a unique index sees to
//     it). It counts his calls by listing them.
//   - Any later talk with the number, in or out, closes the call-back by itself;
//     done_by is then empty and the result is "reached".
//   - A call is listed once for ever: an outcome that is told again changes nothing,
//     even after the task is done.
//   - The call-back belongs to the card's owner, else to who spoke with the client
//     last, else to the office of the queue. A task without an assignee is seen by
//     everyone of its office who may see tasks at all, and taken by who does it.
package tasks
