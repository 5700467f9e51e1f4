package sip

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// message is a SIP message as a test sees it: text.
type message struct {
	start   string
	headers []string // "Name: value"
	body    string
	from    net.Addr
}

func parseMessage(text string) message {
	head, body, _ := strings.Cut(text, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	return message{start: lines[0], headers: lines[1:], body: body}
}

// all returns the values of a header, get the first one.
func (m message) all(name string) []string {
	var values []string
	for _, h := range m.headers {
		n, v, _ := strings.Cut(h, ":")
		if strings.EqualFold(n, name) {
			values = append(values, strings.TrimSpace(v))
		}
	}
	return values
}

func (m message) get(name string) string {
	if v := m.all(name); len(v) > 0 {
		return v[0]
	}
	return ""
}

func (m message) method() string {
	method, _, _ := strings.Cut(m.start, " ")
	if method == "SIP/2.0" {
		return ""
	}
	return method
}

func (m message) status() int {
	if !strings.HasPrefix(m.start, "SIP/2.0 ") {
		return 0
	}
	n, _ := strconv.Atoi(m.start[8:11])
	return n
}

func (m message) tagOf(header string) string {
	_, tag, _ := strings.Cut(m.get(header), ";tag=")
	tag, _, _ = strings.Cut(tag, ";")
	return tag
}

// contactURI is the URI within the Contact.
func (m message) contactURI() string {
	_, uri, _ := strings.Cut(m.get("Contact"), "<")
	uri, _, _ = strings.Cut(uri, ">")
	return uri
}

var branches atomic.Int64

// peer is a SIP device made of a socket and text. It does nothing by itself.
type peer struct {
	t      *testing.T
	conn   *net.UDPConn
	stream net.Conn // instead of conn: TCP
	page   *tab     // instead of conn: WebSocket
	rtp    *net.UDPConn
	server net.Addr
	in     chan message
	// contentType of bodies, application/sdp if "".
	contentType string
	// unread are messages that a wait has skipped.
	unread []message
}

func newPeer(t *testing.T, server net.Addr) *peer {
	t.Helper()
	p := &peer{t: t, server: server, in: make(chan message, 256)}
	p.conn = listen(t)
	p.rtp = listen(t)
	if err := p.rtp.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.in)
		buf := make([]byte, 65536)
		for {
			n, from, err := p.conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if n < 20 {
				continue // keep-alive
			}
			m := parseMessage(string(buf[:n]))
			m.from = from
			p.in <- m
		}
	}()
	return p
}

func listen(t *testing.T) *net.UDPConn {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// newStreamPeer is a peer that speaks TCP.
func newStreamPeer(t *testing.T, o *office) *peer {
	t.Helper()
	to := net.JoinHostPort("127.0.0.1", strconv.Itoa(o.server.listeners.port("TCP")))
	conn, err := net.Dial("tcp", to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	p := &peer{t: t, server: conn.RemoteAddr(), in: make(chan message, 256), stream: conn, rtp: listen(t)}
	go func() {
		defer close(p.in)
		r := bufio.NewReader(conn)
		for {
			m, err := readMessage(r)
			if err != nil {
				return
			}
			p.in <- m
		}
	}()
	return p
}

// readMessage reads one message of a stream, by its Content-Length.
func readMessage(r *bufio.Reader) (message, error) {
	var head strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return message{}, err
		}
		if line == "\r\n" && head.Len() > 0 {
			break
		}
		if line != "\r\n" {
			head.WriteString(line)
		}
	}
	m := parseMessage(strings.TrimSuffix(head.String(), "\r\n"))
	n, _ := strconv.Atoi(m.get("Content-Length"))
	body := make([]byte, n)
	_, err := io.ReadFull(r, body)
	m.body = string(body)
	return m, err
}

func (p *peer) addr() string {
	if p.page != nil {
		return p.page.host
	}
	if p.stream != nil {
		return p.stream.LocalAddr().String()
	}
	return p.conn.LocalAddr().String()
}

func (p *peer) transport() string {
	if p.page != nil {
		return "WS"
	}
	if p.stream != nil {
		return "TCP"
	}
	return "UDP"
}

func (p *peer) rtpPort() int { return p.rtp.LocalAddr().(*net.UDPAddr).Port }

func (p *peer) send(text string) {
	p.t.Helper()
	p.sendTo(text, p.server)
}

func (p *peer) sendTo(text string, to net.Addr) {
	p.t.Helper()
	var err error
	if p.page != nil {
		err = p.page.conn.WriteMessage(websocket.TextMessage, []byte(text))
	} else if p.stream != nil {
		_, err = p.stream.Write([]byte(text))
	} else {
		_, err = p.conn.WriteTo([]byte(text), to)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// wait returns the next message that fits; the others are kept for later waits.
func (p *peer) wait(what string, fits func(message) bool) message {
	p.t.Helper()
	for i, m := range p.unread {
		if fits(m) {
			p.unread = append(p.unread[:i:i], p.unread[i+1:]...)
			return m
		}
	}
	timeout := time.After(5 * time.Second)
	for {
		select {
		case m, ok := <-p.in:
			if !ok {
				p.t.Fatalf("socket closed while waiting for %s", what)
			}
			if fits(m) {
				return m
			}
			p.unread = append(p.unread, m)
		case <-timeout:
			var seen []string
			for _, m := range p.unread {
				seen = append(seen, m.start)
			}
			p.t.Fatalf("no %s; unread: %q", what, seen)
		}
	}
}

func (p *peer) waitMethod(method string) message {
	p.t.Helper()
	return p.wait(method, func(m message) bool { return m.method() == method })
}

// waitStatus waits for a response to a method.
func (p *peer) waitStatus(status int, method string) message {
	p.t.Helper()
	return p.wait(fmt.Sprintf("%d to %s", status, method), func(m message) bool {
		return m.status() == status && strings.HasSuffix(m.get("CSeq"), " "+method)
	})
}

// has reports whether a message was skipped over by the waits so far.
func (p *peer) has(fits func(message) bool) bool {
	for _, m := range p.unread {
		if fits(m) {
			return true
		}
	}
	return false
}

func (p *peer) sdp(formats string, extra ...string) string {
	return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" +
		"m=audio " + strconv.Itoa(p.rtpPort()) + " RTP/AVP " + formats + "\r\na=rtpmap:101 telephone-event/8000\r\n" +
		strings.Join(extra, "")
}

// request is one side's part of a dialog: enough to write requests of a device.
type request struct {
	method, uri, from, to, callID string
	cseq                          int
	branch                        string
	headers                       []string
	body                          string
}

func (p *peer) write(r request) request {
	p.t.Helper()
	if r.branch == "" {
		r.branch = fmt.Sprintf("z9hG4bK-t%d", branches.Add(1))
	}
	seqMethod := r.method
	text := r.method + " " + r.uri + " SIP/2.0\r\n" +
		"Via: SIP/2.0/" + p.transport() + " " + p.addr() + ";branch=" + r.branch + ";rport\r\n" +
		"From: " + r.from + "\r\nTo: " + r.to + "\r\nCall-ID: " + r.callID + "\r\n" +
		"CSeq: " + strconv.Itoa(r.cseq) + " " + seqMethod + "\r\nMax-Forwards: 70\r\n"
	if r.method == "INVITE" || r.method == "UPDATE" {
		text += "Contact: <sip:peer@" + p.addr() + ">\r\n"
	}
	for _, h := range r.headers {
		text += h + "\r\n"
	}
	if r.body != "" {
		contentType := "application/sdp"
		if p.contentType != "" {
			contentType = p.contentType
		}
		if r.method == "INFO" {
			contentType = "application/dtmf-relay"
		}
		text += "Content-Type: " + contentType + "\r\n"
	}
	p.send(text + "Content-Length: " + strconv.Itoa(len(r.body)) + "\r\n\r\n" + r.body)
	return r
}

// respond answers a request that the peer has received.
func (p *peer) respond(req message, status int, tag string, body string, headers ...string) {
	p.t.Helper()
	text := "SIP/2.0 " + strconv.Itoa(status) + " Because\r\n"
	for _, v := range req.all("Via") {
		text += "Via: " + v + "\r\n"
	}
	for _, v := range req.all("Record-Route") {
		text += "Record-Route: " + v + "\r\n"
	}
	to := req.get("To")
	if tag != "" && !strings.Contains(to, ";tag=") {
		to += ";tag=" + tag
	}
	text += "From: " + req.get("From") + "\r\nTo: " + to + "\r\nCall-ID: " + req.get("Call-ID") +
		"\r\nCSeq: " + req.get("CSeq") + "\r\nContact: <sip:peer@" + p.addr() + ">\r\n"
	for _, h := range headers {
		text += h + "\r\n"
	}
	if body != "" {
		text += "Content-Type: application/sdp\r\n"
	}
	text += "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
	p.sendTo(text, req.from)
}

// caller is a peer in the middle of a call that it has placed.
type caller struct {
	*peer
	invite request
	to     string // with our tag, once known
	target string
	cseq   int
}

// dial sends an INVITE to the number 700.
func (p *peer) dial(body string, headers ...string) *caller {
	p.t.Helper()
	n := branches.Add(1)
	uri := "sip:700@" + p.server.String()
	c := &caller{peer: p, cseq: 1, target: uri}
	c.invite = p.write(request{
		method: "INVITE", uri: uri, cseq: 1, body: body, headers: headers,
		from: fmt.Sprintf(`"Alisher" <sip:+998901234567@%s>;tag=c%d`, p.addr(), n),
		to:   "<" + uri + ">", callID: fmt.Sprintf("call-%d@test", n),
	})
	return c
}

// dialogOf takes over what a response says of the dialog.
func (c *caller) dialogOf(res message) message {
	c.to = res.get("To")
	if uri := res.contactURI(); uri != "" {
		c.target = uri
	}
	return res
}

func (c *caller) ack(body string) {
	c.t.Helper()
	c.write(request{method: "ACK", uri: c.target, from: c.invite.from, to: c.to, callID: c.invite.callID, cseq: c.invite.cseq, body: body})
}

// request sends a request within the dialog.
func (c *caller) request(method, body string, headers ...string) request {
	c.t.Helper()
	c.cseq++
	return c.write(request{method: method, uri: c.target, from: c.invite.from, to: c.to, callID: c.invite.callID, cseq: c.cseq, body: body, headers: headers})
}

// ackReinvite acknowledges the 200 of a re-INVITE.
func (c *caller) ackReinvite(body string) {
	c.t.Helper()
	c.write(request{method: "ACK", uri: c.target, from: c.invite.from, to: c.to, callID: c.invite.callID, cseq: c.cseq, body: body})
}

// within sends a request in the dialog that a received INVITE has opened.
func (p *peer) within(invite message, tag, method string, cseq int, body string, headers ...string) request {
	p.t.Helper()
	return p.write(request{
		method: method, uri: invite.contactURI(), from: invite.get("To") + ";tag=" + tag, to: invite.get("From"),
		callID: invite.get("Call-ID"), cseq: cseq, body: body, headers: headers,
	})
}
