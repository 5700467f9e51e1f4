// Package auth tells who sends a request: by the session cookie of the page or by a
// Bearer token of a program. It keeps no state and writes no answers but cookies;
// sessions, tokens and passwords are crm/users', errors become HTTP in web/api.
//
// Decisions:
//   - The cookie is HttpOnly, SameSite=Lax and, over TLS, Secure. Requests that
//     change something and carry it must come from our own page (origin.go); a
//     socket with a cookie must name our Origin.
//   - A Bearer token is read from the Authorization header only. In a query string
//     it would end up in logs, histories and Referer headers.
//   - Forwarded headers count only when they come from a configured proxy.
package auth
