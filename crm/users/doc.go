// Package users is who people are to the server: signing in, sessions, API tokens,
// their rights, and the records of the people themselves.
//
// It knows no HTTP: cookies, headers and CSRF belong to web/auth. It does not know
// the office file (crm/office) either.
//
// Decisions:
//   - Passwords are argon2id with OWASP's smallest recommended cost (19 MiB, 2
//     passes, 1 lane: about 25 ms). How many are computed at once is bounded for the
//     whole process, because each takes its memory from the calls.
//   - Signing in says the same and takes the same time for an unknown login, a wrong
//     password, a user without a password and a blocked one.
//   - Guessing is slowed down by pair of login and address, by address, and by login
//     (slowdown.go). The counters live in memory: they are bounded, and a restart
//     forgives everybody, which costs a guesser more than it gives him.
//   - A session token is 32 random bytes, the database has only its SHA-256. A
//     session ends after 12 h without use or 30 days after it began.
//   - Sessions are looked up on every request, so an answer is kept for a few
//     seconds. What this process revokes is gone at once; what another process
//     revokes is gone within those seconds, or when Forget is called. While the
//     database is away a known session stays good for two minutes.
//   - A change of password or role and a block end all sessions of the user; the
//     session in which he changes his own password gets a new token.
//   - An invitation is a link that sets a password once. It is good for 72 h, its token
//     is kept like a session's, and a password that is set in any way makes it dead.
//     Who may make one for a user could as well set his password.
//   - Nobody can give a right that he does not have himself, nor change a user who
//     has more rights than he.
package users
