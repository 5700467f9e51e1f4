package sip

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/callcard/callcard/telephony/media"
)

// Errors of a session description. A peer is answered 488 for the first two and 400
// for the last one.
var (
	errNoAudio   = errors.New("no audio stream of the kind that is wanted")
	errNoCodec   = errors.New("no common codec")
	errBrokenSDP = errors.New("broken session description")
)

const (
	maxMediaLines = 16 // m= lines that we are ready to mirror in an answer
	maxSDP        = 16 << 10
	dtmfType      = 101 // payload type of telephone-event in our offers
)

// description is what a peer says of the session (RFC 4566): the one audio stream
// that we take, and enough of the others to reject them (RFC 3264 6: an answer has
// as many m= lines as the offer, in its order).
type description struct {
	streams []sdpStream
	audio   int // index of ours in streams
	codecs  []media.Codec
	dtmf    uint8 // payload type of telephone-event/8000, 0 = none
	remote  netip.AddrPort
	rtcp    netip.AddrPort
	// direction is the peer's: sendonly means that he has put us on hold.
	direction media.Direction
	origin    string          // the o= line: the same one means that nothing has changed
	web       *webDescription // of a browser; remote and rtcp are of no account then
}

type sdpStream struct {
	kind, proto, formats string
	mid                  string // its name (RFC 5888), "" if it has none
}

// held reports whether the peer does not want to hear us.
func (d *description) held() bool {
	return d.direction == media.SendOnly || d.direction == media.Inactive
}

// answerDirection mirrors a direction (RFC 3264 6.1): ours, as seen from here.
func (d *description) answerDirection() media.Direction {
	switch d.direction {
	case media.SendOnly:
		return media.RecvOnly
	case media.RecvOnly:
		return media.SendOnly
	default:
		return d.direction
	}
}

// parseSDP reads an offer or answer of a browser, or of anybody else. Unknown lines are
// skipped, as RFC 4566 5 asks.
func parseSDP(body []byte, web bool) (*description, error) {
	if len(body) == 0 || len(body) > maxSDP {
		return nil, fmt.Errorf("%w: %d bytes", errBrokenSDP, len(body))
	}
	p := sdpParser{d: &description{audio: -1}, level: -1}
	if web {
		p.web = &webParser{}
	}
	for line := range strings.Lines(string(body)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		if len(line) < 2 || line[1] != '=' {
			return nil, fmt.Errorf("%w: line without type", errBrokenSDP)
		}
		if err := p.line(line[0], line[2:]); err != nil {
			return nil, err
		}
	}
	return p.finish()
}

// sdpParser collects one pass over the lines. Attributes and c= at session level
// hold for the streams that do not say otherwise.
type sdpParser struct {
	d                *description
	level            int // of the current m= line, -1 before the first
	version          bool
	sessionAddr      netip.Addr
	sessionDirection media.Direction
	addr             netip.Addr
	addrSeen         bool
	port             uint16
	rtcpPort         uint16
	formats          []uint8
	direction        media.Direction
	directionSeen    bool
	events           map[uint8]string // rtpmap of our stream
	web              *webParser       // nil: plain RTP is wanted
}

func (p *sdpParser) line(kind byte, value string) error {
	switch kind {
	case 'v':
		p.version = value == "0"
		if !p.version {
			return fmt.Errorf("%w: version", errBrokenSDP)
		}
	case 'o':
		p.d.origin = value
	case 'c':
		if p.web != nil {
			break // often 0.0.0.0: what counts is in the candidates
		}
		addr, err := connection(value)
		if err != nil {
			return err
		}
		if p.level < 0 {
			p.sessionAddr = addr
		} else if p.ours() {
			p.addr, p.addrSeen = addr, true
		}
	case 'm':
		return p.media(value)
	case 'a':
		p.attribute(value)
	}
	return nil
}

// ours reports whether the current lines describe the audio stream that we take.
func (p *sdpParser) ours() bool { return p.level >= 0 && p.level == p.d.audio }

func (p *sdpParser) media(value string) error {
	fields := strings.Fields(value)
	if len(fields) < 4 {
		return fmt.Errorf("%w: m= line", errBrokenSDP)
	}
	if len(p.d.streams) == maxMediaLines {
		return fmt.Errorf("%w: more than %d streams", errBrokenSDP, maxMediaLines)
	}
	portText, _, _ := strings.Cut(fields[1], "/")
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return fmt.Errorf("%w: port of the m= line", errBrokenSDP)
	}
	p.d.streams = append(p.d.streams, sdpStream{kind: fields[0], proto: fields[2], formats: strings.Join(fields[3:], " ")})
	p.level++
	if p.d.audio >= 0 || fields[0] != "audio" || port == 0 || !p.carries(fields[2]) {
		return nil
	}
	p.d.audio, p.port = p.level, uint16(port)
	for _, f := range fields[3:] {
		if n, err := strconv.ParseUint(f, 10, 7); err == nil {
			p.formats = append(p.formats, uint8(n))
		}
	}
	return nil
}

// carries reports whether a transport is the wanted one: sound in the clear never gets
// into a browser's leg.
func (p *sdpParser) carries(proto string) bool {
	if p.web != nil {
		return proto == webProto || proto == "UDP/TLS/RTP/SAVP"
	}
	return proto == "RTP/AVP" || proto == "RTP/AVPF"
}

func (p *sdpParser) attribute(value string) {
	name, rest, _ := strings.Cut(value, ":")
	if name == "mid" && p.level >= 0 {
		if fields := strings.Fields(rest); len(fields) == 1 {
			p.d.streams[p.level].mid = fields[0]
		}
		return
	}
	if p.web != nil && (p.level < 0 || p.ours()) {
		p.web.attribute(name, rest, p.level < 0)
	}
	if direction, ok := directions[name]; ok {
		if p.level < 0 {
			p.sessionDirection = direction
		} else if p.ours() {
			p.direction, p.directionSeen = direction, true
		}
		return
	}
	if !p.ours() {
		return
	}
	switch name {
	case "rtpmap":
		format, encoding, ok := strings.Cut(strings.TrimSpace(rest), " ")
		n, err := strconv.ParseUint(format, 10, 7)
		if ok && err == nil {
			if p.events == nil {
				p.events = make(map[uint8]string, 4)
			}
			p.events[uint8(n)] = strings.ToLower(strings.TrimSpace(encoding))
		}
	case "rtcp": // RFC 3605
		portText, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
		if n, err := strconv.ParseUint(portText, 10, 16); err == nil {
			p.rtcpPort = uint16(n)
		}
	}
}

var directions = map[string]media.Direction{
	"sendrecv": media.SendRecv,
	"sendonly": media.SendOnly,
	"recvonly": media.RecvOnly,
	"inactive": media.Inactive,
}

func (p *sdpParser) finish() (*description, error) {
	d := p.d
	if !p.version {
		return nil, fmt.Errorf("%w: no version", errBrokenSDP)
	}
	if d.audio < 0 {
		return nil, errNoAudio
	}
	for _, f := range p.formats {
		encoding, mapped := p.events[f]
		switch {
		case f == 0 && (!mapped || strings.HasPrefix(encoding, "pcmu/8000")):
			d.codecs = append(d.codecs, media.PCMU)
		case f == 8 && (!mapped || strings.HasPrefix(encoding, "pcma/8000")):
			d.codecs = append(d.codecs, media.PCMA)
		case encoding == "telephone-event/8000" && d.dtmf == 0:
			d.dtmf = f
		}
	}
	if len(d.codecs) == 0 {
		return nil, errNoCodec
	}
	d.direction = p.sessionDirection
	if p.directionSeen {
		d.direction = p.direction
	}
	if p.web != nil {
		var err error
		d.web, err = p.web.finish(d.streams[d.audio].mid)
		return d, err
	}
	return d, p.address()
}

// address finds out where the peer wants its sound.
func (p *sdpParser) address() error {
	d, addr := p.d, p.sessionAddr
	if p.addrSeen {
		addr = p.addr
	}
	if !addr.IsValid() {
		return fmt.Errorf("%w: no c= line", errBrokenSDP)
	}
	d.remote = netip.AddrPortFrom(addr, p.port)
	if p.rtcpPort == 0 && p.port < 65535 {
		p.rtcpPort = p.port + 1
	}
	d.rtcp = netip.AddrPortFrom(addr, p.rtcpPort)
	if addr.IsUnspecified() {
		// c=0.0.0.0 is how hold was said before a=sendonly (RFC 3264 8.4): nothing
		// can be sent there.
		if d.direction == media.RecvOnly || d.direction == media.Inactive {
			d.direction = media.Inactive
		} else {
			d.direction = media.SendOnly
		}
	}
	return nil
}

// connection reads the address of a c= line. A host name is refused, because nothing
// on the way of a call waits for DNS.
func connection(value string) (netip.Addr, error) {
	fields := strings.Fields(value)
	if len(fields) != 3 || fields[0] != "IN" {
		return netip.Addr{}, fmt.Errorf("%w: c= line", errBrokenSDP)
	}
	text, _, _ := strings.Cut(fields[2], "/")
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" {
		return netip.Addr{}, fmt.Errorf("%w: address of the c= line", errBrokenSDP)
	}
	return addr.Unmap(), nil
}
