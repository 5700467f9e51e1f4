// Package contacts is the card: whom we talk with, by which numbers, and what has
// happened between us. It finds or makes the card of a caller (Identify), keeps
// cards (Store) and their timeline. It knows nothing of calls beyond "somebody
// talked with this contact"; crm/calls tells it so through Touch and AddActivity.
//
// Decisions:
//   - People and companies, clients and suppliers are one table: one lookup by
//     number, one timeline, one merge.
//   - A number may belong to several cards. rank.go orders them and says why; nobody
//     guesses for the agent, and his choice is remembered as a hint of the number.
//   - Identify is one statement, the plpgsql function identify of migration 2:
//     lookup, and creation under an advisory lock, in one round trip. The call path
//     waits 150 ms at most, so every trip counts.
//   - version counts what people change. A call moves last_touch_at without it, or
//     else an agent who types during a call would lose his edit to the call's end.
//   - Every query of a person goes through crm.Scope; a card out of his sight is
//     NotFound. Identify is the server's own and sees all: whose number it is does
//     not depend on who will be asked to take the call.
package contacts
