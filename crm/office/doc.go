// Package office is the organisation: offices (units), people, queues, trunks and
// numbers. It reads them from PostgreSQL into a Snapshot that the call path asks,
// and brings them in line with an office file.
//
// It knows no SIP and no HTTP, and it does not sign people in (crm/users does).
//
// Decisions:
//   - The call path never waits for the database. A Snapshot is immutable and lives
//     in memory; Cache replaces it as a whole when PostgreSQL says that something
//     changed, whoever changed it (triggers notify, see the migration).
//   - An office file is read through YAML nodes, so that every mistake names its line
//     and field. All mistakes are reported together, sorted by line, and nothing is
//     applied by halves.
//   - An entry of the file describes its object wholly: a field that is left out has
//     its default. Exceptions, kept as they are when left out: password,
//     sip_password, the office of an object that exists, the dialling rules of an
//     office, outcomes, and the password of a trunk's account as long as its server and user stay.
//   - What people may call is closed until an office's dialling rules open it (dialling.go).
//   - An outcome keeps its key for ever: a call of last year has it. What an office calls
//     it may change.
//   - Objects that the file does not mention are left alone: a file that was cut
//     short must not empty a company. `remove: true` on an entry removes it. A user
//     is never deleted, because history refers to him: he is blocked, loses his
//     extension and leaves his queues.
//   - A page changes the office by the same declaration (ParseJSON), so it shows what
//     callcard apply would print and needs no second set of rules. It may send a part of
//     the office, and the revision it started from.
//   - rename_to on an entry renames an office, a trunk or a queue. The objects keep their
//     ids. History keeps the names of its time: a call of last year was in the queue
//     that was called so then. Former names are remembered (former_name): they still
//     find the object, and nothing else may take them.
//   - A name that an entry refers to (office, agent, queue) must stand in the file if
//     the file has that section, else it must exist in the database. So a typing
//     mistake is found without a database.
//   - No secret leaves the package in text: the type Secret hides itself from
//     printing, logs and JSON; differences say only "changed".
//
// Passwords of people are hashed by a Passwords that the caller brings (crm/users has
// one), because hashing is slow and must be bounded for the whole process. Passwords
// of desk phones become HA1 digests here (ha1.go).
package office
