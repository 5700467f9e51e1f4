// Package phone is a small SIP telephone: it registers, calls, answers, speaks and
// listens. The demo's managers and `callcard simulate` use it, and the acceptance
// tests, which believe only what they hear.
//
// It shares no SIP code with telephony/sip on purpose: a mistake in one would show at
// the other. It speaks UDP, or WebSocket as a browser does; G.711 only; one RTP socket a
// call.
package phone
