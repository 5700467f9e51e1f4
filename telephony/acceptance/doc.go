// Package acceptance proves the product from outside: its tests build the real
// binary, start it with an empty data folder, apply an office file, and then act as
// callers, agents and people at their screens, over real SIP, RTP, HTTP and
// WebSockets on loopback addresses (callers and the trunk on 127.0.0.2, agents on
// 127.0.0.3).
//
// It must not know how the product works inside: names of the outer contract are
// written down here once more on purpose, so that a change of them is noticed.
//
// Decisions:
//   - What is not heard has not been said: a talk is proved by tones, in both
//     directions and in each channel of its recording.
//   - sipp and baresip take part, because our own telephone could share a mistake
//     with our own server.
//   - Nobody sleeps. A test waits for a sound, a SIP message, a live event; only the
//     state of the HTTP API is polled, because there it is what a script does too.
//   - Most tests share one server and bring a team of agents with a queue and a
//     number of its own, applied while the server runs. Those that kill, starve or
//     stop something have a server of their own.
//   - They need Linux and root, as the pipeline has them: other loopback addresses, a
//     small disk to fill, an ear on the wire.
package acceptance
