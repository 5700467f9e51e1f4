package sip

import (
	"context"
	"fmt"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

const (
	// largeRequest is where a request should leave UDP: within 200 bytes of an
	// unknown path MTU (RFC 3261 sec. 18.1.1).
	largeRequest = 1300
	// tcpAttempt is how long a large request waits for a TCP connection before it
	// goes out over UDP after all.
	tcpAttempt    = 500 * time.Millisecond
	tcpMemory     = 10 * time.Minute
	tcpMemorySize = 4096
)

// contactFor is our Contact for dialogs over a transport: the advertised address
// with the listener's port.
func (s *Server) contactFor(transport string) sip.ContactHeader {
	uri := sip.Uri{Scheme: "sip", User: "callcard", Host: s.host(), Port: s.listeners.port(transport)}
	if network := sip.NetworkToLower(transport); network != "udp" {
		uri.UriParams = sip.HeaderParams{{K: "transport", V: network}}
	}
	return sip.ContactHeader{Address: uri}
}

// host is the advertised address as it stands in a URI.
func (s *Server) host() string {
	if a := s.config.Advertise.Unmap(); a.Is6() {
		return "[" + a.String() + "]"
	}
	return s.config.Advertise.Unmap().String()
}

// request sends a request outside or inside of a dialog and returns its
// transaction. Missing headers (Via, Max-Forwards, ...) are added. A large UDP
// request goes over TCP if the peer takes it there.
func (s *Server) request(ctx context.Context, req *sip.Request) (sip.ClientTransaction, error) {
	if s.tooLarge(req) && !s.noTCP.has(req.Destination()) {
		over := req.Clone()
		over.SetTransport("TCP")
		over.RemoveHeader("Via")
		attempt, cancel := context.WithTimeout(ctx, tcpAttempt)
		tx, err := s.transmit(attempt, over)
		cancel()
		if err == nil {
			return tx, nil
		}
		s.noTCP.add(req.Destination())
	}
	return s.transmit(ctx, req)
}

func (s *Server) transmit(ctx context.Context, req *sip.Request) (sip.ClientTransaction, error) {
	s.prepare(req)
	tx, err := s.client.TransactionRequest(ctx, req, sipgo.ClientRequestBuild)
	if err != nil {
		return nil, fmt.Errorf("send %s: %w", req.Method, err)
	}
	s.metrics.sent(req.Method)
	return tx, nil
}

// send writes a request that has no transaction: the ACK of a 2xx.
func (s *Server) send(req *sip.Request) error {
	s.prepare(req)
	if err := s.client.WriteRequest(req, sipgo.ClientRequestBuild); err != nil {
		return fmt.Errorf("send %s: %w", req.Method, err)
	}
	return nil
}

// prepare binds a request to our listener and writes our Via: the library would
// open another socket, and name its port, for a peer it has not heard of yet.
func (s *Server) prepare(req *sip.Request) {
	transport := sip.NetworkToUpper(req.Transport())
	switch transport {
	case "UDP":
		req.Laddr = s.listeners.udpAddr
	case webSocket:
		req.SetDestination(s.sockets.present(req.Destination()))
	}
	if req.Via() != nil {
		return
	}
	via := &sip.ViaHeader{
		ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: transport,
		Host: s.host(), Port: s.listeners.port(transport),
	}
	via.Params.Add("branch", sip.GenerateBranchN(16))
	via.Params.Add("rport", "")
	req.PrependHeader(via)
}

// tooLarge reports whether a request does not belong into one datagram. Only a
// body makes it so in practice; the others are spared the counting.
func (s *Server) tooLarge(req *sip.Request) bool {
	if len(req.Body()) == 0 || sip.IsReliable(req.Transport()) {
		return false
	}
	var n counter
	req.StringWrite(&n)
	return n > largeRequest
}

// counter counts what is written.
type counter int

func (c *counter) WriteString(s string) (int, error) {
	*c += counter(len(s))
	return len(s), nil
}
