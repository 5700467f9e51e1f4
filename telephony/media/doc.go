// Package media carries the sound of calls: RTP legs on own ports, the bridge
// between them, prompts, DTMF, quality figures and the stereo recording.
//
// It knows nothing of SIP, queues or cards. telephony/sip tells it addresses and
// codecs (Leg.Update) and hands on what a story asked for (Bridge).
//
// # Shape
//
//	Engine   ports, prompt library, the shared clocks
//	Leg      one party: receiver, sender and a transport that carries its datagrams
//	sockets  the transport of plain RTP: one RTP and one RTCP socket, a goroutine each
//	web      the transport of a browser: ICE-lite, DTLS and SRTP behind the mux
//	mux      the one UDP socket of all browsers, with one reader
//	Bridge   a caller's leg and an agent leg that can be swapped; what each hears
//	Player   a prompt on its way to a leg, driven by the engine's 20 ms clock
//	Recorder two lanes on one 8 kHz timeline, written as a stereo G.711 WAV
//
// A packet lives in the reader's buffer: it is checked, counted, recorded, and sent
// on with a new header from the same bytes. Nothing is allocated on that way.
//
// # Decisions
//
//   - G.711 passes untouched; when the two legs differ in law a 256-byte table
//     translates. No other codec, no mixing, no jitter buffer: the ends have one.
//   - One source at a time feeds a leg: the peer, a sound, or nothing. The sender
//     itself checks who feeds it, so a late packet of the old source cannot slip in.
//   - A leg has one SSRC for life. A source's sequence numbers and timestamps are
//     moved by a constant, so losses stay visible to the listener; the constant is
//     found anew at each change of source, and the packet gets the marker.
//   - Nothing is sent to a leg whose side is on hold. Chrome plays packets that came
//     during a hold up to two seconds late ever after.
//   - Media is taken from the signalled host only, the exact signalled port wins,
//     and talk is sent to another address only for a device behind NAT (source.go).
//   - A browser's checks and its DTLS handshake are answered before its SDP answer has
//     come; its sound passes when the certificate fits the fingerprint of that answer.
//     Only an authentic connectivity check binds an address to a leg, what does not
//     belong to one gets no answer, and wrong passwords are counted per host.
//   - One goroutine per socket; all clocks (20 ms prompts, recording, RTCP and
//     time-outs) are shared by the legs of an engine and stop when nobody needs them.
//   - The file of a recording is valid from its first byte on: its header is renewed
//     at every flush, after the samples, so a kill leaves a playable file.
package media
