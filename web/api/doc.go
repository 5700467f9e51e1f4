// Package api is the HTTP API: one file for each resource, one screen of routes
// (routes.go), one map from errors to HTTP (problem.go), and the OpenAPI document
// that is made of them (openapi.json; a test keeps it true).
//
// It knows no SQL and no SIP: stores of crm/* read and write with the viewer's
// rights, Control acts on calls and agents.
//
// Decisions:
//   - What the viewer may not know of is 404, like what does not exist. 403 is for
//     what he knows of and may not do, and for requests of foreign pages.
//   - Every request has to be answered within 3 s: what waits for an absent database
//     ends as 503 with Retry-After. Recordings and the live socket are exempt once
//     they have begun.
//   - Agents are named by login, queues by name, as in the office file; ids stand
//     beside them. Lists page by key: `next` of a page is `after` of the next one.
//   - Wire types are here (calls: in web/live), apart from the stores' types, so that
//     a new column does not change the contract by itself.
package api
