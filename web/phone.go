package web

import (
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/callcard/callcard/web/api"
)

// phoneSocket makes a request of the page a socket that carries SIP (RFC 7118). Its
// page and its session are checked as for the live socket.
type phoneSocket struct {
	api      *api.API
	log      *slog.Logger
	upgrader websocket.Upgrader
}

func newPhoneSocket(a *api.API, log *slog.Logger) *phoneSocket {
	return &phoneSocket{api: a, log: log, upgrader: websocket.Upgrader{
		HandshakeTimeout: 10 * time.Second, Subprotocols: []string{"sip"},
		CheckOrigin:    func(*http.Request) bool { return true }, // has been done, with our own problem as the answer
		ReadBufferSize: 1024, WriteBufferSize: 2048, WriteBufferPool: &sync.Pool{},
	}}
}

// ServeHTTP implements http.Handler.
func (p *phoneSocket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	line, err := p.line(r)
	if err != nil {
		api.WriteProblem(w, r, p.log, err)
		return
	}
	conn, err := p.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	p.api.Softphone.Serve(conn, line)
}

// line tells whose telephone the page is that asks.
func (p *phoneSocket) line(r *http.Request) (api.PhoneLine, error) {
	who, err := p.api.Gate.Identify(r)
	if err != nil {
		return api.PhoneLine{}, err
	}
	if err := p.api.Gate.SocketOrigin(r, who.ByCookie); err != nil {
		return api.PhoneLine{}, err
	}
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return api.PhoneLine{}, err
	}
	return p.api.Line(who, netip.AddrPortFrom(p.api.Gate.ClientAddr(r), at.Port()))
}
