// Package realtime moves envelopes to the sockets of users. It knows no payload, no
// rights and no SQL: web/live decides who sees what, web/auth who may connect.
//
//	{"epoch":"3f9a1c.7","seq":42,"type":"call.offered","at":"2026-…Z","data":{…}}
//
// Decisions:
//   - Each user has one stream. Seq counts from 1 without gaps within an epoch; a
//     stream that was forgotten (process restart, user away for long) begins a new
//     epoch, so that an old place can't be mistaken for one in a newer history.
//   - The last envelopes of a stream stay in a ring. A socket that comes back with
//     ?since=epoch:seq gets exactly what it missed; when that is no longer known it
//     gets one envelope of type "snapshot" instead, whose seq is the place in the
//     stream at which the snapshot is true.
//   - The ring is also every socket's queue: a socket is only a cursor in it. A
//     cursor that falls too far behind is closed with a code that says "resume", so
//     a slow listener costs the others nothing and the server no memory.
//   - The payload is encoded once, however many users and sockets get it.
//   - Publish never blocks. Its Ticket tells when the envelope has been handed to
//     the kernel for every socket that the user had at that moment.
package realtime
