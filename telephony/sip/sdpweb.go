package sip

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/callcard/callcard/telephony/media"
)

// webProto is how a browser names its media (RFC 5764 8).
const webProto = "UDP/TLS/RTP/SAVPF"

// webDescription is what a browser's SDP says beside codec and direction.
type webDescription struct {
	ufrag, fingerprint string
	setup              string // active, passive or actpass (RFC 4145)
	bundled            bool   // a=group:BUNDLE names our stream
}

// webParser collects it. ICE, fingerprint and setup may stand at either level; the
// stream's own wins (RFC 8839 5.4, RFC 8122 5, RFC 4145 4).
type webParser struct {
	session, stream webLines
	mux             bool // RTP and RTCP over one port
	bundle          []string
}

type webLines struct{ ufrag, pwd, fingerprint, setup string }

func (p *webParser) attribute(name, rest string, session bool) {
	lines := &p.stream
	if session {
		lines = &p.session
	}
	rest = strings.TrimSpace(rest)
	switch name {
	case "ice-ufrag":
		lines.ufrag = rest
	case "ice-pwd":
		lines.pwd = rest
	case "setup":
		lines.setup = rest
	case "fingerprint": // there may be several, one for each hash
		if hash, value, ok := strings.Cut(rest, " "); ok && strings.EqualFold(hash, "sha-256") {
			lines.fingerprint = strings.TrimSpace(value)
		}
	case "rtcp-mux":
		p.mux = p.mux || !session
	case "group":
		if fields := strings.Fields(rest); session && len(fields) > 1 && fields[0] == "BUNDLE" {
			p.bundle = fields[1:]
		}
	}
}

// finish checks that all is there that a leg cannot do without.
func (p *webParser) finish(mid string) (*webDescription, error) {
	first := func(stream, session string) string {
		if stream != "" {
			return stream
		}
		return session
	}
	w := &webDescription{
		ufrag:       first(p.stream.ufrag, p.session.ufrag),
		fingerprint: first(p.stream.fingerprint, p.session.fingerprint),
		setup:       first(p.stream.setup, p.session.setup),
		bundled:     mid != "" && slices.Contains(p.bundle, mid),
	}
	switch {
	case w.ufrag == "" || first(p.stream.pwd, p.session.pwd) == "":
		return nil, fmt.Errorf("%w: no ICE", errNoAudio)
	case w.fingerprint == "":
		return nil, fmt.Errorf("%w: no SHA-256 fingerprint", errNoAudio)
	case w.setup != "active" && w.setup != "passive" && w.setup != "actpass":
		return nil, fmt.Errorf("%w: setup %q", errNoAudio, w.setup)
	case !p.mux:
		return nil, fmt.Errorf("%w: RTCP wants a port of its own", errNoAudio)
	}
	return w, nil
}

// webSession is our side of a session with a browser.
type webSession struct {
	local  media.WebLocal
	client bool // we begin the DTLS handshake, for the browser waits
}

// follow takes over who begins the handshake. actpass leaves that as it is: to us the
// first time, so we wait, and later the association is there.
func (w *webSession) follow(d *webDescription) {
	switch d.setup {
	case "passive":
		w.client = true
	case "active":
		w.client = false
	}
}

// head writes the lines of the session.
func (w *webSession) head(b *strings.Builder, d *description, offers bool) {
	b.WriteString("a=ice-lite\r\n")
	if mid := d.streams[d.audio].mid; mid != "" && (offers || d.web.bundled) {
		b.WriteString("a=group:BUNDLE " + mid + "\r\n")
	}
}

// stream writes the lines of the stream.
func (w *webSession) stream(b *strings.Builder, offers bool) {
	setup := "passive"
	if offers {
		setup = "actpass" // RFC 8842 5.5, also when the association is there
	} else if w.client {
		setup = "active"
	}
	b.WriteString("a=ice-ufrag:" + w.local.Ufrag + "\r\na=ice-pwd:" + w.local.Pwd + "\r\n" +
		"a=fingerprint:sha-256 " + w.local.Fingerprint + "\r\na=setup:" + setup + "\r\na=rtcp-mux\r\n" +
		"a=msid:callcard audio0\r\na=ssrc:" + strconv.FormatUint(uint64(w.local.SSRC), 10) + " cname:callcard\r\n")
	for i, c := range w.local.Candidates {
		// RFC 8445 5.1.2.1: host candidates of component 1, in our order.
		priority := 126<<24 + (65535-i)<<8 + 255
		b.WriteString("a=candidate:" + strconv.Itoa(i+1) + " 1 udp " + strconv.Itoa(priority) + " " +
			c.Addr().String() + " " + strconv.Itoa(int(c.Port())) + " typ host\r\n")
	}
	b.WriteString("a=end-of-candidates\r\n")
}
