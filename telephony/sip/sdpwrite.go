package sip

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/callcard/callcard/telephony/media"
)

// localSession writes our side of a session: always one audio stream, always the
// same port; the version in o= grows whenever the text changes (RFC 3264 8).
type localSession struct {
	id      uint64
	version uint64
	addr    netip.AddrPort
	last    string // the text below o=, as sent last
	web     *webSession
}

// offer writes the first description of a session.
func (s *localSession) offer(preferred media.Codec, direction media.Direction) []byte {
	d := &description{streams: []sdpStream{{kind: "audio", proto: "RTP/AVP"}}, dtmf: dtmfType}
	if s.web != nil {
		d.streams[0] = sdpStream{kind: "audio", proto: webProto, mid: "0"}
	}
	return s.write(d, s.codecs(preferred), direction, true)
}

// codecs lists what we offer, the preferred first. A browser gets that one only: it
// would choose by its own taste, and somebody would have to translate.
func (s *localSession) codecs(preferred media.Codec) []media.Codec {
	if s.web != nil {
		return []media.Codec{preferred}
	}
	return codecsFrom(preferred)
}

// reoffer offers anew what d, the peer's last description, has settled: all streams stay
// in their places (RFC 3264 8).
func (s *localSession) reoffer(d *description, codecs []media.Codec, direction media.Direction) []byte {
	again := *d
	if again.dtmf == 0 {
		again.dtmf = dtmfType
	}
	return s.write(&again, codecs, direction, true)
}

// answer mirrors an offer: its audio with one codec, the rest rejected by port 0.
func (s *localSession) answer(d *description, codec media.Codec, direction media.Direction) []byte {
	return s.write(d, []media.Codec{codec}, direction, false)
}

// write writes our side for the streams of d, with its payload type for keys.
func (s *localSession) write(d *description, codecs []media.Codec, direction media.Direction, offers bool) []byte {
	var b strings.Builder
	b.Grow(320)
	network, ip, dtmf := "IP4", s.addr.Addr().Unmap(), d.dtmf
	if ip.Is6() {
		network = "IP6"
	}
	b.WriteString("s=-\r\nc=IN " + network + " " + ip.String() + "\r\nt=0 0\r\n")
	if s.web != nil {
		s.web.head(&b, d, offers)
	}
	for i, m := range d.streams {
		if i != d.audio {
			b.WriteString("m=" + m.kind + " 0 " + m.proto + " " + m.formats + "\r\n")
			writeMid(&b, m.mid)
			continue
		}
		b.WriteString("m=audio " + strconv.Itoa(int(s.addr.Port())) + " " + m.proto)
		for _, c := range codecs {
			b.WriteString(" " + payloadType(c))
		}
		if dtmf != 0 {
			b.WriteString(" " + strconv.Itoa(int(dtmf)))
		}
		b.WriteString("\r\n")
		writeMid(&b, m.mid)
		for _, c := range codecs {
			b.WriteString("a=rtpmap:" + payloadType(c) + " " + encodingName(c) + "/8000\r\n")
		}
		if dtmf != 0 {
			n := strconv.Itoa(int(dtmf))
			b.WriteString("a=rtpmap:" + n + " telephone-event/8000\r\na=fmtp:" + n + " 0-15\r\n")
		}
		b.WriteString("a=ptime:20\r\na=" + directionName(direction) + "\r\n")
		if s.web != nil {
			s.web.stream(&b, offers)
		}
	}
	text := b.String()
	if text != s.last {
		s.version++
		s.last = text
	}
	head := "v=0\r\no=- " + strconv.FormatUint(s.id, 10) + " " + strconv.FormatUint(s.version, 10) +
		" IN " + network + " " + ip.String() + "\r\n"
	return []byte(head + text)
}

func writeMid(b *strings.Builder, mid string) {
	if mid != "" {
		b.WriteString("a=mid:" + mid + "\r\n")
	}
}

func payloadType(c media.Codec) string {
	if c == media.PCMA {
		return "8"
	}
	return "0"
}

func encodingName(c media.Codec) string {
	if c == media.PCMA {
		return "PCMA"
	}
	return "PCMU"
}

func directionName(d media.Direction) string {
	for name, direction := range directions {
		if direction == d {
			return name
		}
	}
	return "sendrecv"
}
