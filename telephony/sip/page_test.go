package sip

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// webServer is the HTTP server before an edge: it accepts sockets, and takes the word of
// whoever asks for whose telephone he is.
type webServer struct {
	server *httptest.Server
	edge   *Server
	out    atomic.Bool // nobody holds any more
}

func openPages(t *testing.T, s *Server) *webServer {
	t.Helper()
	p := &webServer{edge: s}
	upgrader := websocket.Upgrader{Subprotocols: []string{"sip"}}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		at := netip.MustParseAddrPort(r.RemoteAddr)
		if from := r.URL.Query().Get("from"); from != "" {
			at = netip.MustParseAddrPort(from)
		}
		s.ServeWebSocket(conn, Page{Extension: r.URL.Query().Get("extension"), Session: r.URL.Query().Get("session"),
			Remote: at, Holds: func() bool { return !p.out.Load() }})
	}))
	t.Cleanup(p.server.Close)
	return p
}

// tab is a browser at the far end of a socket.
type tab struct {
	*peer
	pages     *webServer
	conn      *websocket.Conn
	host      string // what a browser writes where others have an address
	extension string
	session   string
	tag       string
	callID    string
	cseq      int
	closed    chan int // the code of the server's close frame
	pongs     chan string
	mute      atomic.Bool // it answers no ping
}

func (p *webServer) dial(t *testing.T, extension, session string, more ...string) *tab {
	t.Helper()
	address := fmt.Sprintf("ws%s/sip?extension=%s&session=%s%s", strings.TrimPrefix(p.server.URL, "http"), extension, session, strings.Join(more, ""))
	d := websocket.Dialer{Subprotocols: []string{"sip"}}
	conn, _, err := d.Dial(address, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	n := branches.Add(1)
	pg := &tab{pages: p, conn: conn, host: fmt.Sprintf("h%d.invalid", n), extension: extension, session: session,
		tag: fmt.Sprintf("r%d", n), callID: fmt.Sprintf("register-%d", n), closed: make(chan int, 1), pongs: make(chan string, 10)}
	conn.SetPongHandler(func(data string) error { pg.pongs <- data; return nil })
	pong := conn.PingHandler()
	conn.SetPingHandler(func(data string) error {
		if pg.mute.Load() {
			return nil
		}
		return pong(data)
	})
	pg.peer = &peer{t: t, server: hostPort("edge"), in: make(chan message, 1000), rtp: listen(t), page: pg}
	go func() {
		defer close(pg.in)
		for {
			_, text, err := conn.ReadMessage()
			if err != nil {
				var told *websocket.CloseError
				if errors.As(err, &told) {
					pg.closed <- told.Code
				} else {
					pg.closed <- -1
				}
				return
			}
			select {
			case pg.in <- parseMessage(string(text)):
			case <-t.Context().Done():
				return
			}
		}
	}()
	return pg
}

// hostPort is an address that only text needs.
type hostPort string

func (hostPort) Network() string  { return "ws" }
func (h hostPort) String() string { return string(h) }

// wait returns the close code that the server gave.
func (p *tab) over() int {
	p.t.Helper()
	return next(p.t, p.closed)
}

// ticket is a password as the API would give it.
func (p *tab) ticket() string {
	password, _ := p.pages.edge.Ticket(p.extension, p.session)
	return password
}

// moved is the page when it has lost its socket and comes back over another one.
func (p *tab) moved() *tab {
	p.t.Helper()
	again := p.pages.dial(p.t, p.extension, p.session)
	again.host, again.tag, again.callID, again.cseq = p.host, p.tag, p.callID, p.cseq
	return again
}

// ask sends a REGISTER with or without the answer to a challenge.
func (p *tab) ask(user string, expires int, authorization string) message {
	p.t.Helper()
	p.cseq++
	r := request{method: "REGISTER", uri: "sip:edge", cseq: p.cseq, callID: p.callID,
		from: fmt.Sprintf("<sip:%s@edge>;tag=%s", user, p.tag), to: fmt.Sprintf("<sip:%s@edge>", user),
		headers: []string{fmt.Sprintf(`Contact: <sip:c%s@%s;transport=ws>;+sip.ice;reg-id=1;+sip.instance="<urn:uuid:%s>";expires=%d`,
			p.tag, p.host, p.tag, expires), fmt.Sprintf("Expires: %d", expires), "Supported: path,gruu,outbound"}}
	if authorization != "" {
		r.headers = append(r.headers, authorization)
	}
	p.write(r)
	return p.wait("answer to REGISTER", func(m message) bool { return m.status() >= 200 && strings.HasSuffix(m.get("CSeq"), " REGISTER") })
}

// register answers the challenge with a password; it returns the final answer.
func (p *tab) register(user, password string, expires int) message {
	p.t.Helper()
	challenge := p.ask(user, expires, "")
	if challenge.status() != 401 {
		p.t.Fatalf("%s instead of a challenge", challenge.start)
	}
	return p.ask(user, expires, proof("REGISTER", user, password, "sip:edge", challenge))
}

// proof answers a challenge as JsSIP does: the last one, by MD5, or not at all.
func proof(method, user, password, uri string, challenge message) string {
	name, ask := "Authorization", challenge.all("WWW-Authenticate")
	if len(ask) == 0 {
		name, ask = "Proxy-Authorization", challenge.all("Proxy-Authenticate")
	}
	c, _ := parseDigest(ask[len(ask)-1])
	if c["algorithm"] != algorithmMD5 {
		return "X-No-Authorization: " + c["algorithm"]
	}
	a := digestParams{"realm": c["realm"], "nonce": c["nonce"], "uri": uri, "algorithm": "MD5", "qop": "auth", "nc": "00000001", "cnonce": "c"}
	return fmt.Sprintf(`%s: Digest algorithm=MD5, username="%s", realm="%s", nonce="%s", uri="%s", response="%s", qop=auth, cnonce="c", nc=00000001`,
		name, user, c["realm"], c["nonce"], uri, a.response(HashCredential(user, c["realm"], password).HA1MD5, method))
}

// comes registers the page with a good ticket.
func (p *tab) comes() *tab {
	p.t.Helper()
	if res := p.register(p.extension, p.ticket(), 600); res.status() != 200 {
		p.t.Fatalf("REGISTER: %s", res.start)
	}
	return p
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s did not come true", what)
		}
	}
}
