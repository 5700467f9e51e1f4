package media

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

// ErrNoPort says that every port pair of the range is in use or drains.
var ErrNoPort = errors.New("no free RTP port")

// A port that a call has left is still being sent to: by a peer that missed the
// BYE, or by one that talks on until its BYE is answered. A new call on that port
// would hear it, for the peer may well be the same trunk host. So a port rests for
// drainFor; when the range runs short the one that rested longest is taken, but
// never before drainAtLeast.
const (
	drainFor     = 30 * time.Second
	drainAtLeast = 5 * time.Second
)

// portTries bounds the search when other programs occupy ports of our range.
const portTries = 64

// ports hands out pairs of an even port and the one after it, at random, so that
// a port cannot be foretold (RFC 3550, 11; the RTP bleed attack).
type ports struct {
	bind netip.Addr
	now  func() time.Duration

	mu       sync.Mutex
	free     []uint16
	draining []drained // oldest first
}

type drained struct {
	port uint16
	at   time.Duration
}

func newPorts(bind netip.Addr, low, high int, now func() time.Duration) (*ports, error) {
	if low < 1 || high > 65535 || low > high {
		return nil, fmt.Errorf("RTP port range %d-%d: want 1 <= low <= high <= 65535", low, high)
	}
	p := &ports{bind: bind, now: now}
	for port := low + low&1; port+1 <= high; port += 2 {
		p.free = append(p.free, uint16(port))
	}
	if len(p.free) == 0 {
		return nil, fmt.Errorf("RTP port range %d-%d: holds no even port with its successor", low, high)
	}
	return p, nil
}

// open binds a pair. The caller closes both sockets and then releases the port.
func (p *ports) open() (port uint16, rtp, rtcp *net.UDPConn, err error) {
	for range portTries {
		port, ok := p.take()
		if !ok {
			return 0, nil, nil, ErrNoPort
		}
		rtp, rtcp, err = p.listen(port)
		if err == nil {
			return port, rtp, rtcp, nil
		}
		p.release(port)
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return 0, nil, nil, fmt.Errorf("bind an RTP port: %w", err)
}

func (p *ports) take() (uint16, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	rest := 0
	for rest < len(p.draining) && now-p.draining[rest].at >= drainFor {
		p.free = append(p.free, p.draining[rest].port)
		rest++
	}
	if len(p.free) == 0 && rest < len(p.draining) && now-p.draining[rest].at >= drainAtLeast {
		p.free = append(p.free, p.draining[rest].port)
		rest++
	}
	p.draining = p.draining[rest:]
	if len(p.free) == 0 {
		return 0, false
	}
	i := rand.IntN(len(p.free))
	port := p.free[i]
	last := len(p.free) - 1
	p.free[i] = p.free[last]
	p.free = p.free[:last]
	return port, true
}

func (p *ports) release(port uint16) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.draining = append(p.draining, drained{port, p.now()})
}

func (p *ports) listen(port uint16) (rtp, rtcp *net.UDPConn, err error) {
	network := "udp4"
	if p.bind.Is6() {
		network = "udp" // [::] takes IPv4 as well
	}
	rtp, err = net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(p.bind, port)))
	if err != nil {
		return nil, nil, err
	}
	rtcp, err = net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(p.bind, port+1)))
	if err != nil {
		return nil, nil, errors.Join(err, rtp.Close())
	}
	return rtp, rtcp, nil
}
