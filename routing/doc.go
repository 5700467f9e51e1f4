// Package routing decides who gets a call, and says why. It is pure: no clock, no
// I/O, no goroutines. Decide turns a Request, which holds everything the decision
// depends on, into a Plan, which is a value: whom to try in which order, or for whom
// to wait, who was left out, each with a stable reason code.
//
// One rule, one file: previous.go (the manager the client knows), exclude.go (who
// cannot take a call now), and a file per strategy. testdata holds situations that a
// supervisor can read; `go test ./routing -update` rewrites their decisions.
//
// The package must not know how a call is reserved (routing/redisq does it by the
// order given here), what a queue is called in the office, or how a reason is worded
// on the page.
//
// Decisions taken:
//   - Policy ranks here, Redis only reserves. So a rule is tested without Redis and a
//     decision can be repeated from its request years later.
//   - Capacity, wrap-up, breaks and dead phones are filters, not scores: nobody is
//     rung because his score outweighs that he is at lunch.
//   - Ties end in a hash of call and agent, not in the order of a list: equal agents
//     get equal shares, and the same request still gives the same plan.
package routing
