package phone

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/callcard/callcard/telephony/media"
)

const keysPayload = 101 // telephone-event, RFC 4733

// session is what matters of an SDP body (RFC 8866) to a telephone. Where a browser's
// sound goes is its own affair.
type session struct {
	remote    netip.AddrPort
	codec     media.Codec
	keys      uint8 // payload type of telephone-event, 0 for none
	direction string
}

func offer(local netip.AddrPort, proto string, codec media.Codec, direction string, version int) string {
	pt := codec.PayloadType()
	return fmt.Sprintf("v=0\r\no=- 1 %d IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio %d %s %d %d\r\n"+
		"a=rtpmap:%d %s/8000\r\na=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\na=ptime:20\r\na=%s\r\n",
		version, local.Addr(), local.Addr(), local.Port(), proto, pt, keysPayload, pt, codec, keysPayload, keysPayload, direction)
}

func parseSDP(body string) (session, error) {
	s := session{direction: "sendrecv"}
	host, port, formats := "", 0, []string(nil)
	for _, line := range strings.Split(body, "\r\n") {
		switch {
		case strings.HasPrefix(line, "c=IN IP4 "):
			host = strings.TrimPrefix(line, "c=IN IP4 ")
		case strings.HasPrefix(line, "m=audio "):
			f := strings.Fields(line)
			if len(f) < 4 {
				return s, fmt.Errorf("no audio line: %q", line)
			}
			port, _ = strconv.Atoi(f[1])
			formats = f[3:]
		case strings.HasPrefix(line, "a=rtpmap:") && strings.HasSuffix(line, "telephone-event/8000"):
			n, _, _ := strings.Cut(strings.TrimPrefix(line, "a=rtpmap:"), " ")
			pt, _ := strconv.Atoi(n)
			s.keys = uint8(pt)
		case line == "a=sendrecv", line == "a=sendonly", line == "a=recvonly", line == "a=inactive":
			s.direction = line[2:]
		}
	}
	addr, err := netip.ParseAddr(strings.TrimSpace(host))
	if err != nil || port == 0 {
		return s, fmt.Errorf("no address for audio in SDP")
	}
	s.remote = netip.AddrPortFrom(addr, uint16(port))
	for _, f := range formats {
		switch f {
		case "0":
			s.codec = media.PCMU
			return s, nil
		case "8":
			s.codec = media.PCMA
			return s, nil
		}
	}
	return s, fmt.Errorf("no G.711 in SDP")
}
