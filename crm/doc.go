// Package crm is the kernel of the domain: ids, facts, errors, rights.
//
// It knows no SIP, no HTTP and no SQL driver. Each subject of the CRM (contacts,
// calls, office, …) is a package below it with its types, its rules and a
// store.go that holds its SQL beside the Go that uses it.
//
// Decisions:
//   - A call is a stream of facts (fact.go). Whoever wants to know something about
//     a call folds its facts; nobody keeps a second truth.
//   - Rights are a predicate (scope.go), asked by every query; a row one may not
//     see is NotFound, so that its existence does not leak.
//   - Errors carry a code for machines and a sentence for people (error.go); one
//     function in web/api turns the code into an HTTP status.
package crm
