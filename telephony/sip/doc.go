// Package sip is the SIP edge: the only package of the project that imports sipgo.
// It registers the agents' devices, trusts and registers with trunks, keeps
// strangers out, and turns dialogs into telephony.Line and telephony.Event.
//
// It must not know contacts, queues, rules of routing or tables: whoever builds it
// hands over memory reads (Directory), the stories of calls (telephony.Stories) and
// somebody who hears of devices (telephony.Presence).
//
// # Two halves
//
// The edge (config, server, transport, admission, ban, guard, validate, auth,
// registrar, bindings, locations, restore, qualify, trunk, keepalive) decides whether
// a request deserves to be looked at and from whom it comes. The legs (call, uas, uac,
// dialog, ...) speak with a peer once that is known. The border is origin: who sent
// this INVITE.
//
// # The way of a request
//
//	socket -> admission (ban list, rates, size: raw bytes)      transport.go admission.go
//	       -> sipgo (parsing, transactions)
//	       -> guard (panic), validation (RFC 3261 sec. 8.2)      guard.go validate.go
//	       -> REGISTER: registrar;  OPTIONS: answered here       registrar.go
//	       -> To tag: calls.inDialog
//	       -> INVITE: who is it? trunk, agent, simulator         origin.go
//	       -> load: 503 at once instead of a late answer         load.go
//	       -> calls.invite
//
// # Decisions
//
// Volume alone bans nobody who has proved himself: trunks and addresses with a live
// registration are exempt, because an office of 500 phones behind one address
// looks like a flood after a power cut. Strangers are judged by what they never do:
// answer a challenge. Who misbehaves beside agents is shut out by his port alone.
//
// An unknown extension and a wrong password get the same bytes after the same work,
// so that extensions cannot be enumerated (RFC 3261 sec. 26.3.2.4 leaves it open).
//
// Nonces carry their own proof (time and MAC), so a flood of challenges costs no
// memory; only nonces that were answered correctly are remembered, to refuse
// replays.
//
// Registrations are written down and survive a restart: phones would not come back
// by themselves before the next refresh. Devices are asked with OPTIONS whether they
// are there, restored ones first of all, and are not rung while they are silent. Who
// has never answered OPTIONS is not judged by it, unless a restart has made him
// doubtful: then he is heard of again when he refreshes.
//
// Nothing waits for DNS on the way of a request: names of trunks are resolved in
// the background.
//
// # The legs
//
//	INVITE of a trunk -> uas.go (the caller) -> answer.go   ring, early media, 200, ACK
//	telephony.Offer   -> uac.go (the agent)  -> invitation.go  one INVITE a device
//	within the dialog -> info.go (receive)   -> reoffer.go, timer.go, prack.go
//
// A call is one state under one lock (line.run). Whatever may block or call back is
// put on a list meanwhile and done in its order without the lock, by whoever comes
// first; so the way from the INVITE to the agent's INVITE has a single hop to another
// goroutine, and events keep their order.
//
// The library handles each message in a goroutine of its own, so messages overtake
// each other: a request that only makes sense after an ACK counts as that ACK, and a
// 200 does not need its 180. Its dialog helpers are not used: they leave a phone in
// its call when a 200 crosses our CANCEL, and know no re-INVITE.
//
// A device that has registered over WebSocket is a browser. It is offered DTLS-SRTP over
// ICE (sdpweb.go), on a media leg of its own (endpoint.go), and nothing else: sound in the
// clear is refused, as encrypted sound is of a desk phone. When its socket or its media
// dies without a BYE the leg ends as DeviceLost, for the agent may be back in a moment.
//
// Each To tag of a 2xx is a dialog of its own that gets an ACK, and a BYE unless it
// is the one that won. A redirection, a challenge or a REFER of a phone is never
// followed: each of them could make us call anywhere.
//
// Confirmed dialogs are written down (ghosts.go). A process that was killed cannot say
// BYE, so the next one does it.
package sip
