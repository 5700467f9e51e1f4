// Package journal is the local, append-only book of facts: the commit point of
// every call. Whoever acts on a fact does so after Append has returned; from then
// on the fact survives the death of this process (it is in the kernel's page
// cache), and about 10 ms later the loss of power (a background fdatasync).
//
// It knows facts and files. It knows no database: one consumer (crm/calls.Writer)
// reads the facts in order and moves a durable cursor.
//
// On disk: a folder of segments 00000001.facts, …, of some 8 MiB. A line is
//
//	crc32c(json) as 8 hex digits, space, json, newline
//
// so that a segment can be read with less, and a damaged line costs only itself:
// JSON holds no raw newline, hence the next line is always found.
//
// Decisions:
//   - One pwrite(2) a fact under one mutex, encoded outside of it. At 3,000 facts/s
//     the mutex is held 1 % of the time; batching would cost more than it saves.
//   - The reader is given only what fdatasync has confirmed. Otherwise the database
//     could know a fact that a power loss took from the journal, and the numbers
//     that are given out after the restart would collide with it.
//   - Every start opens a new segment. A torn tail of the old one is cut with a
//     warning; a cursor that points into the cut part simply goes on with the next
//     segment.
//   - A damaged line that is followed by good ones is no torn tail: it is reported
//     as an error, the rest is read, and the segment is moved to damaged/ instead
//     of being removed.
//   - A segment is removed once the cursor has passed it and no call that goes on
//     has facts in it. After eight segments such facts are carried: their lines are
//     appended again to the current segment. Keeping the segments instead would cost
//     gigabytes when one long call meets a busy day. Whoever reads skips the copies
//     by (call, seq).
//   - A full disk makes Append fail with crm.Unavailable and changes nothing; a
//     partial line is cut off again. When there is space, the next Append works.
//   - A file "alive" is touched once a second after the first fact, so that the next
//     start knows when this process died.
package journal
