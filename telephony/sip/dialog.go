package sip

import (
	"crypto/rand"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// dialog is the state two peers share (RFC 3261 12): who is who, where requests go,
// how far both have counted. It builds requests; sending them is others' work.
type dialog struct {
	callID string
	local  sip.FromHeader // we, with our tag
	remote sip.ToHeader   // the peer, with his tag once it is known
	// routes is the route set in the order of our requests.
	routes    []sip.Uri
	target    sip.Uri // remote target: the peer's Contact
	localSeq  uint32
	remoteSeq uint32
	// source and transport are where the peer's messages really come from.
	source    string
	transport string
	// natted: answer to the source and not to the Contact. True for agents' devices,
	// whose Contact is often an address of their own network or no address at all
	// (RFC 7118: xyz.invalid).
	natted  bool
	contact sip.ContactHeader // ours
}

// uasDialog is the dialog that an INVITE of a peer opens (RFC 3261 12.1.1).
func uasDialog(req *sip.Request, from origin, localTag string, contact sip.ContactHeader) *dialog {
	to, peer := req.To(), req.From()
	d := &dialog{
		callID:    req.CallID().Value(),
		local:     sip.FromHeader{DisplayName: to.DisplayName, Address: to.Address, Params: sip.HeaderParams{{K: "tag", V: localTag}}},
		remote:    sip.ToHeader{DisplayName: peer.DisplayName, Address: peer.Address, Params: peer.Params},
		remoteSeq: req.CSeq().SeqNo,
		localSeq:  firstSeq(),
		source:    from.source,
		transport: from.transport,
		natted:    from.trunk == nil,
		contact:   contact,
	}
	for _, h := range req.GetHeaders("record-route") {
		if rr, ok := h.(*sip.RecordRouteHeader); ok {
			d.routes = append(d.routes, rr.Address)
		}
	}
	if c := req.Contact(); c != nil {
		d.target = c.Address
	} else {
		d.target = peer.Address
	}
	return d
}

// established completes a dialog of ours with a response of the peer (12.1.2). It
// returns a copy, because each To tag is a dialog of its own.
func (d *dialog) established(res *sip.Response) *dialog {
	c := *d
	if to := res.To(); to != nil {
		c.remote = sip.ToHeader{DisplayName: to.DisplayName, Address: to.Address, Params: to.Params}
	}
	c.routes = nil
	for _, h := range res.GetHeaders("record-route") {
		if rr, ok := h.(*sip.RecordRouteHeader); ok {
			c.routes = append(c.routes, rr.Address)
		}
	}
	slices.Reverse(c.routes)
	c.refresh(res)
	return &c
}

// refresh takes a new remote target from a target refresh request or its 2xx (12.2).
func (d *dialog) refresh(msg interface{ Contact() *sip.ContactHeader }) {
	if c := msg.Contact(); c != nil && !c.Address.Wildcard && c.Address.Host != "" {
		d.target = c.Address
	}
}

func (d *dialog) localTag() string  { return d.local.Params.GetOr("tag", "") }
func (d *dialog) remoteTag() string { return d.remote.Params.GetOr("tag", "") }

// next builds a request with the next sequence number.
func (d *dialog) next(method sip.RequestMethod) *sip.Request {
	d.localSeq++
	return d.build(method, d.localSeq)
}

// build makes a request within the dialog (12.2.1.1). ACK reuses the number of its
// INVITE.
func (d *dialog) build(method sip.RequestMethod, seq uint32) *sip.Request {
	routes, recipient := d.routes, d.target
	if len(routes) > 0 && !routes[0].UriParams.Has("lr") {
		// A strict router (RFC 2543) wants to be the Request-URI and the target last.
		recipient = routes[0]
		routes = append(slices.Clone(routes[1:]), d.target)
	}
	req := sip.NewRequest(method, recipient)
	for i := range routes {
		req.AppendHeader(&sip.RouteHeader{Address: routes[i]})
	}
	maxForwards := sip.MaxForwardsHeader(70)
	callID := sip.CallIDHeader(d.callID)
	from, to := d.local, d.remote
	req.AppendHeader(&maxForwards)
	req.AppendHeader(&from)
	req.AppendHeader(&to)
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	switch method {
	case sip.INVITE, sip.UPDATE:
		contact := d.contact
		req.AppendHeader(&contact)
	}
	d.address(req)
	return req
}

// address sets transport and destination. Without a route set the request goes to
// the Contact, unless the peer cannot be reached there, or has a connection to us:
// behind a NAT or a firewall that one may be the only way.
func (d *dialog) address(req *sip.Request) {
	hop := &d.target
	if len(d.routes) > 0 {
		hop = &d.routes[0]
	}
	connected := len(d.routes) == 0 && sip.IsReliable(d.transport)
	if d.natted || connected || unreachableHost(hop.Host, d.source) {
		req.SetTransport(d.transport)
		req.SetDestination(d.source)
		return
	}
	transport := d.transport
	if t, ok := hop.UriParams.Get("transport"); ok && t != "" {
		transport = strings.ToUpper(t)
		if hop.IsEncrypted() && transport == "TCP" {
			transport = "TLS"
		}
	}
	req.SetTransport(transport)
}

// unreachableHost: a Contact behind the NAT of a peer that reaches us from outside
// of it, or a name that never resolves (RFC 2606).
func unreachableHost(host, source string) bool {
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err != nil {
		return host == "" || strings.HasSuffix(strings.ToLower(host), ".invalid")
	}
	from, err := netip.ParseAddrPort(source)
	if err != nil {
		return false
	}
	addr, seen := addr.Unmap(), from.Addr().Unmap()
	inside := func(a netip.Addr) bool { return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() }
	return addr.IsUnspecified() || inside(addr) && !inside(seen)
}

// hostOf is the address of an ip:port; invalid when it is none.
func hostOf(source string) netip.Addr {
	from, err := netip.ParseAddrPort(source)
	if err != nil {
		return netip.Addr{}
	}
	return from.Addr().Unmap()
}

// matches reports whether a request of the peer belongs to this dialog.
func (d *dialog) matches(req *sip.Request) bool {
	callID, from := req.CallID(), req.From()
	if callID == nil || from == nil {
		return false
	}
	return callID.Value() == d.callID && from.Params.GetOr("tag", "") == d.remoteTag()
}

// newTag makes a tag or identifier that cannot be guessed (RFC 3261 19.3 asks for
// 32 bits; ours also names a dialog in our table).
func newTag() string {
	var b [12]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// firstSeq starts a CSeq count anywhere in its lower quarter (8.1.1.5).
func firstSeq() uint32 {
	var b [2]byte
	rand.Read(b[:])
	return 1 + uint32(b[0])<<8 + uint32(b[1])
}
