package phone

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// wire is what messages travel over.
type wire interface {
	// read waits for the next message; over tells that none will come any more.
	read() (text string, from netip.AddrPort, over bool)
	write(message []byte, to netip.AddrPort) error
	close()
}

// datagrams is SIP over UDP.
type datagrams struct {
	*net.UDPConn
	buf []byte
}

func (d *datagrams) read() (string, netip.AddrPort, bool) {
	n, from, err := d.ReadFromUDPAddrPort(d.buf)
	if err != nil { // also an ICMP message about something that was sent
		return "", from, errors.Is(err, net.ErrClosed)
	}
	return string(d.buf[:n]), from, false
}

func (d *datagrams) write(message []byte, to netip.AddrPort) error {
	_, err := d.WriteToUDPAddrPort(message, to)
	return err
}

func (d *datagrams) close() { d.Close() }

// page is SIP over WebSocket (RFC 7118): there is one other side, and no message is
// lost on the way.
type page struct {
	conn   *websocket.Conn
	server netip.AddrPort
	mu     sync.Mutex
}

// dialPage opens the socket at a ws or wss address.
func dialPage(ctx context.Context, address string, header http.Header) (*page, error) {
	d := websocket.Dialer{Subprotocols: []string{"sip"}, HandshakeTimeout: 10 * time.Second}
	conn, res, err := d.DialContext(ctx, address, header)
	if err != nil {
		if res != nil {
			return nil, fmt.Errorf("open the telephone's socket: %w: %s", err, res.Status)
		}
		return nil, fmt.Errorf("open the telephone's socket: %w", err)
	}
	if conn.Subprotocol() != "sip" {
		conn.Close()
		return nil, fmt.Errorf("open the telephone's socket: the server speaks %q over it", conn.Subprotocol())
	}
	return &page{conn: conn, server: addrPort(conn.RemoteAddr())}, nil
}

func (p *page) read() (string, netip.AddrPort, bool) {
	_, text, err := p.conn.ReadMessage()
	return string(text), p.server, err != nil
}

func (p *page) write(message []byte, _ netip.AddrPort) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.conn.WriteMessage(websocket.TextMessage, message)
}

func (p *page) close() { p.conn.Close() }

func addrPort(a net.Addr) netip.AddrPort {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}
