package sip

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	minExpires     = 60 * time.Second
	maxExpires     = time.Hour
	defaultExpires = time.Hour
	// maxDevices of one extension; the one that expires first makes room.
	maxDevices = 10
)

// register is the registrar (RFC 3261 sec. 10.3).
func (r *registrar) register(req *sip.Request, tx *transaction) {
	s := r.s
	user, ok := s.prove(req, tx, 401, "Unauthorized", "WWW-Authenticate")
	if !ok {
		return
	}
	extension := req.To().Address.User
	if user != extension || user == s.config.Simulator.User {
		s.respond(req, tx, 403, "Forbidden")
		return
	}
	change, code, reason, headers := readRegister(req, s.config.Now())
	for i := range change.bindings {
		change.bindings[i].askAt = s.config.Now().Add(jitter(r.timing.first))
	}
	if code == 0 {
		code, reason = r.apply(extension, change)
	}
	if code != 0 {
		s.respond(req, tx, code, reason, headers...)
		return
	}
	s.respond(req, tx, 200, "OK", r.answer(extension, req)...)
}

// answer lists the live bindings with the time they have left (step 8).
func (r *registrar) answer(extension string, req *sip.Request) []sip.Header {
	now := r.s.config.Now()
	var headers []sip.Header
	for _, b := range r.registered(extension) {
		left := int(b.expires.Sub(now).Round(time.Second) / time.Second)
		headers = append(headers, &sip.ContactHeader{Address: b.contact,
			Params: sip.HeaderParams{{K: "expires", V: strconv.Itoa(max(left, 1))}}})
	}
	if paths := req.GetHeaders("Path"); len(paths) > 0 { // RFC 3327 sec. 5.3
		headers = append(headers, paths...)
	}
	return append(headers, sip.NewHeader("Supported", supported))
}

// change is what one REGISTER asks for.
type change struct {
	removeAll bool
	bindings  []binding // expires zero: remove
	callID    string
	cseq      uint32
}

// readRegister takes a REGISTER apart, or returns the answer to one that is wrong.
func readRegister(req *sip.Request, now time.Time) (c change, code int, reason string, headers []sip.Header) {
	c = change{callID: req.CallID().Value(), cseq: req.CSeq().SeqNo}
	common, hasCommon := expiresHeader(req)
	contacts := req.GetHeaders("Contact")
	for _, h := range contacts {
		contact, ok := h.(*sip.ContactHeader)
		if !ok {
			return c, 400, "Bad Contact", nil
		}
		if contact.Address.Wildcard {
			if len(contacts) > 1 || !hasCommon || common != 0 {
				return c, 400, "Bad Wildcard Contact", nil // step 6
			}
			c.removeAll = true
			return c, 0, "", nil
		}
		if !addressable(&contact.Address) || contact.Address.Host == "" {
			return c, 400, "Bad Contact", nil
		}
		b := newBinding(req, contact)
		asked := defaultExpires
		if hasCommon {
			asked = common
		}
		if own, ok := seconds(contact.Params.GetOr("expires", "")); ok {
			asked = own
		}
		switch {
		case asked > 0 && asked < minExpires:
			return c, 423, "Interval Too Brief", []sip.Header{sip.NewHeader("Min-Expires", strconv.Itoa(int(minExpires/time.Second)))}
		case asked > 0:
			b.expires = now.Add(granted(asked))
		}
		c.bindings = append(c.bindings, b)
	}
	return c, 0, "", nil
}

func newBinding(req *sip.Request, contact *sip.ContactHeader) binding {
	b := binding{
		contact:   *contact.Address.Clone(),
		source:    req.Source(),
		transport: sip.NetworkToUpper(req.Transport()),
		agent:     headerValue(req, "User-Agent"),
		callID:    req.CallID().Value(),
		cseq:      req.CSeq().SeqNo,
	}
	if instance := strings.Trim(contact.Params.GetOr("+sip.instance", ""), `"`); instance != "" {
		b.instance = instance + "/" + contact.Params.GetOr("reg-id", "")
	}
	for value := range named(req, "Path") {
		for hop := range strings.SplitSeq(value, ",") {
			var uri sip.Uri
			if _, err := sip.ParseAddressValue(strings.TrimSpace(hop), &uri, nil); err == nil {
				b.path = append(b.path, uri)
			}
		}
	}
	return b
}

// granted shortens what was asked for by up to a fifth (0.9 +- 10 %), so that
// phones which registered in one second do not come back in one second. A registrar
// may shorten, never lengthen (step 7).
func granted(asked time.Duration) time.Duration {
	asked = min(asked, maxExpires)
	return max(asked-time.Duration(spread()*float64(asked)/5), minExpires).Round(time.Second)
}

func expiresHeader(req *sip.Request) (time.Duration, bool) {
	return seconds(headerValue(req, "Expires"))
}

// seconds reads delta-seconds; a value that is none counts as absent (sec. 20.19).
func seconds(text string) (time.Duration, bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 32)
	return time.Duration(n) * time.Second, err == nil
}

// run expires bindings, saves them and tells presence until ctx ends. What presence
// has heard survives a kill.
func (r *registrar) run(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		r.save()
		r.tell()
		select {
		case <-ctx.Done():
			return
		case <-r.news:
		case <-ticker.C:
			r.expire()
		}
	}
}

// Registered is one registered device.
type Registered struct {
	Extension string
	Contact   string
	Source    string // ip:port
	Transport string
	Agent     string // User-Agent of the device
	Expires   time.Time
}

func (r *registrar) list() []Registered {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var all []Registered
	for extension, devices := range r.devices {
		for _, b := range devices {
			all = append(all, Registered{Extension: extension, Contact: b.contact.String(),
				Source: b.source, Transport: b.transport, Agent: b.agent, Expires: b.expires})
		}
	}
	slices.SortFunc(all, func(a, b Registered) int {
		if n := strings.Compare(a.Extension, b.Extension); n != 0 {
			return n
		}
		return strings.Compare(a.Contact, b.Contact)
	})
	return all
}
