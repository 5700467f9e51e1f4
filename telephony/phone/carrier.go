package phone

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"github.com/callcard/callcard/telephony/phone/browser"
)

// carrier takes the packets of a voice to the other side and back.
type carrier interface {
	addr() netip.AddrPort // for the SDP
	proto() string        // as the SDP calls it
	// lines is what our SDP has to say beside that.
	lines(answer bool) string
	// connect follows the other side's SDP.
	connect(sdp string)
	// lose takes the network away, or gives it back.
	lose(on bool)
	send(packet []byte, to netip.AddrPort)
	close()
}

// socket is plain RTP. Without a network it is the voice that is silent.
type socket struct{ conn *net.UDPConn }

func openSocket(local netip.Addr, v *voice, wg *sync.WaitGroup) (carrier, error) {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(local, 0)))
	if err != nil {
		return nil, fmt.Errorf("open a socket for sound: %w", err)
	}
	wg.Go(func() {
		buf := make([]byte, 2048)
		for {
			n, _, err := conn.ReadFromUDPAddrPort(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				v.hear(buf[:n])
			}
		}
	})
	return socket{conn}, nil
}

func (s socket) addr() netip.AddrPort { return addrPort(s.conn.LocalAddr()) }
func (socket) proto() string          { return "RTP/AVP" }
func (socket) lines(bool) string      { return "" }
func (socket) connect(string)         {}
func (socket) lose(bool)              {}
func (s socket) close()               { s.conn.Close() }

// send: when the other side's port is closed, the BYE is on its way.
func (s socket) send(packet []byte, to netip.AddrPort) { _, _ = s.conn.WriteToUDPAddrPort(packet, to) }

// web is the media of a page.
type web struct{ *browser.Media }

func openBrowser(local netip.Addr, v *voice, _ *sync.WaitGroup) (carrier, error) {
	m, err := browser.Open(browser.Config{Local: local, OnRTP: v.hear})
	if err != nil {
		return nil, err
	}
	return web{m}, nil
}

func (w web) addr() netip.AddrPort     { return w.Addr() }
func (web) proto() string              { return "UDP/TLS/RTP/SAVPF" }
func (w web) lines(answer bool) string { return w.Lines(answer) }

func (w web) connect(sdp string) {
	if to, err := browser.ParseRemote(sdp); err == nil {
		w.Connect(to)
	}
}

func (w web) lose(on bool)                         { w.SetLost(on) }
func (w web) send(packet []byte, _ netip.AddrPort) { _ = w.Send(packet) }
func (w web) close()                               { w.Close() }
