package sip

import (
	"bytes"
	"net"
	"net/netip"
)

const (
	// maxUDPSources is when the reader is retired, see listeners.serveUDP.
	maxUDPSources = 50_000
	// crowdedEvery is how often that is looked at, in packets.
	crowdedEvery = 4096
)

// datagrams is the UDP socket behind the gate: the library reads only what was
// admitted. One goroutine calls ReadFrom.
type datagrams struct {
	*net.UDPConn
	s       *Server
	started func() // called by the first ReadFrom
	crowded func() bool
	retired bool

	packets int
	last    netip.AddrPort // of the datagram handed over last
	length  int
	parsed  bool // by the library
}

// ReadFrom returns the next datagram that deserves to be parsed.
func (d *datagrams) ReadFrom(b []byte) (int, net.Addr, error) {
	if d.packets == 0 {
		d.started()
	}
	if d.length > 0 && !d.parsed {
		d.refuse(b[:d.length])
	}
	d.length = 0
	for {
		if d.packets++; d.packets%crowdedEvery == 0 && d.crowded() {
			d.retired = true
			return 0, nil, net.ErrClosed
		}
		n, from, err := d.ReadFromUDPAddrPort(b)
		if err != nil {
			return n, nil, err
		}
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		if drop := d.s.admit(from, b[:n]); drop != "" {
			d.s.metrics.dropped.WithLabelValues(drop).Inc()
			continue
		}
		if isKeepAlive(b[:n]) {
			continue
		}
		spoilMethod(b[:n])
		d.last, d.length, d.parsed = from, n, false
		return n, net.UDPAddrFromAddrPort(from), nil
	}
}

// refuse answers a datagram that the library could not parse and dropped without a
// word. What it could not parse is still in the buffer.
func (d *datagrams) refuse(data []byte) {
	d.s.metrics.dropped.WithLabelValues("unparseable").Inc()
	if !d.s.trunks.trusted(d.last.Addr()) {
		d.s.gate.offended(d.last, weightBroken, "broken messages")
	}
	if answer := badRequest(data); answer != nil {
		if _, err := d.WriteToUDPAddrPort(answer, d.last); err == nil {
			d.s.metrics.answered("", 400)
		}
	}
}

// isKeepAlive recognises what keeps a NAT open and is no SIP: CRLF, NULs, and STUN
// (RFC 5626 sec. 4.4.2), whose first two bits are zero.
func isKeepAlive(data []byte) bool {
	return len(data) < 5 || data[0] < 4 || len(bytes.Trim(data, "\r\n\x00")) == 0
}

// spoilMethod makes a method in lower case one that nobody knows: methods are
// case-sensitive (RFC 3261 sec. 7.1), but the library turns them into upper case.
func spoilMethod(data []byte) {
	end := bytes.IndexByte(data[:min(len(data), 32)], ' ')
	if end <= 0 {
		return
	}
	for _, c := range data[:end] {
		if c >= 'a' && c <= 'z' {
			data[0] = 'X'
			data[end-1] = 'X'
			return
		}
	}
}

// badRequest makes a 400 out of the raw lines of a request that has at least what
// an answer needs (RFC 3261 sec. 8.2.6), or nil.
func badRequest(data []byte) []byte {
	head, _, _ := bytes.Cut(data, []byte("\r\n\r\n"))
	start, rest, found := bytes.Cut(head, []byte("\r\n"))
	if !found || bytes.HasPrefix(start, []byte("SIP/")) || bytes.HasPrefix(start, []byte("ACK ")) ||
		!bytes.Contains(start, []byte(" SIP/")) {
		return nil
	}
	answer := []byte("SIP/2.0 400 Bad Request\r\n")
	var have [5]bool
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') { // folded
			var more []byte
			more, rest, _ = bytes.Cut(rest, []byte("\r\n"))
			line = append(append([]byte{}, line...), append([]byte(" "), bytes.TrimLeft(more, " \t")...)...)
		}
		i := answerHeader(line)
		if i < 0 || i > 0 && have[i] {
			continue
		}
		have[i] = true
		answer = append(append(answer, line...), "\r\n"...)
	}
	if !have[0] || !have[4] {
		return nil
	}
	return append(answer, "Content-Length: 0\r\n\r\n"...)
}

// answerHeader numbers the headers that an answer repeats; -1 is none of them.
func answerHeader(line []byte) int {
	name, _, found := bytes.Cut(line, []byte(":"))
	if !found {
		return -1
	}
	name = bytes.TrimSpace(name)
	for i, names := range [...][2]string{{"via", "v"}, {"from", "f"}, {"to", "t"}, {"call-id", "i"}, {"cseq", ""}} {
		if bytes.EqualFold(name, []byte(names[0])) || names[1] != "" && bytes.EqualFold(name, []byte(names[1])) {
			return i
		}
	}
	return -1
}
