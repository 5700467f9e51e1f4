package sip

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/callcard/callcard/telephony"
)

// registrar keeps the bindings: which devices of an extension are reachable where.
type registrar struct {
	s       *Server
	news    chan struct{} // something has changed
	timing  qualifyTiming
	journal *locations

	mu      sync.RWMutex
	devices map[string][]binding // by extension, the newest last
	sources map[string]int       // bindings by source ip:port
	pending []presence           // in the order in which it happened
	dirty   map[string]struct{}  // extensions that are to be saved
}

// presence is one change that telephony.Presence must hear of.
type presence struct {
	extension string
	was, now  telephony.Devices
}

func newRegistrar(s *Server) *registrar {
	return &registrar{s: s, news: make(chan struct{}, 1), timing: usualQualify,
		devices: make(map[string][]binding), sources: make(map[string]int), dirty: make(map[string]struct{})}
}

// apply makes the change, all of it or nothing (RFC 3261 sec. 10.3 step 7).
func (r *registrar) apply(extension string, c change) (code int, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range r.devices[extension] {
		// A REGISTER of the same device that was overtaken must not win.
		if b.callID == c.callID && c.cseq <= b.cseq && (c.removeAll || len(c.bindings) > 0) {
			return 500, "Out Of Order"
		}
	}
	r.alter(extension, func() {
		if c.removeAll {
			r.keep(extension, func(binding) bool { return false })
		}
		for _, b := range c.bindings {
			r.keep(extension, func(old binding) bool {
				b.inherit(&old)
				if !replaces(b, old) {
					return true
				}
				if b.transport == webSocket && sameContact(b, old) && !b.expires.IsZero() { // the page itself, not its like
					r.s.sockets.succeed(old.source, b.source)
				}
				return false
			})
			if !b.expires.IsZero() {
				r.add(extension, b)
			}
		}
	})
	return 0, ""
}

// alter runs a change of an extension and notes whether it came or went by it. A
// device that is only replaced was never away. mu is held.
func (r *registrar) alter(extension string, change func()) {
	before := r.count(extension)
	change()
	after := r.count(extension)
	if len(r.devices[extension]) == 0 {
		delete(r.devices, extension)
	}
	r.dirty[extension] = struct{}{}
	if before != after {
		r.pending = append(r.pending, presence{extension, before, after})
	}
	select {
	case r.news <- struct{}{}:
	default:
	}
}

// count tells which devices of the extension can be rung. mu is held.
func (r *registrar) count(extension string) (d telephony.Devices) {
	for _, b := range r.devices[extension] {
		switch {
		case b.silent:
		case b.transport == webSocket:
			d.Browser++
		default:
			d.Desk++
		}
	}
	return d
}

// replaces reports whether a new binding takes the place of an old one: the same
// instance (RFC 5626), the same contact, or a device that has restarted behind the
// same port and made up a new contact (baresip, some desk phones), whose old one
// would ring into the void until it expires. Phones behind an edge proxy share its
// port and are told apart by Path.
func replaces(b, old binding) bool {
	if b.instance != "" && old.instance != "" {
		return b.instance == old.instance
	}
	if sameContact(b, old) {
		return true
	}
	return b.source == old.source && b.transport == old.transport && b.callID != old.callID &&
		len(b.path) == 0 && len(old.path) == 0
}

// sameContact compares what matters of two URIs (RFC 3261 sec. 19.1.4).
func sameContact(a, b binding) bool {
	return a.contact.User == b.contact.User && a.contact.Port == b.contact.Port &&
		strings.EqualFold(a.contact.Host, b.contact.Host) &&
		strings.EqualFold(a.contact.UriParams.GetOr("transport", ""), b.contact.UriParams.GetOr("transport", ""))
}

// add appends a binding and makes room for it. mu is held.
func (r *registrar) add(extension string, b binding) {
	if devices := r.devices[extension]; len(devices) >= maxDevices {
		first := slices.MinFunc(devices, func(a, b binding) int { return a.expires.Compare(b.expires) })
		r.keep(extension, func(old binding) bool { return !sameContact(old, first) })
	}
	r.devices[extension] = append(r.devices[extension], b)
	r.sources[b.source]++
}

// keep drops the bindings that do not fulfil a condition. mu is held.
func (r *registrar) keep(extension string, stays func(binding) bool) {
	kept := r.devices[extension][:0:0]
	for _, b := range r.devices[extension] {
		if stays(b) {
			kept = append(kept, b)
			continue
		}
		if r.sources[b.source]--; r.sources[b.source] <= 0 {
			delete(r.sources, b.source)
		}
	}
	r.devices[extension] = kept
}

// expire drops what is over.
func (r *registrar) expire() {
	now := r.s.config.Now()
	r.drop(func(b binding) bool { return !now.Before(b.expires) })
}

// connectionClosed drops what was reachable over a connection only.
func (r *registrar) connectionClosed(transport, source string) {
	if r.hasSource(source) {
		r.drop(func(b binding) bool { return b.source == source && b.transport == transport })
	}
}

func (r *registrar) drop(gone func(binding) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for extension, devices := range r.devices {
		if slices.ContainsFunc(devices, gone) {
			r.alter(extension, func() { r.keep(extension, func(b binding) bool { return !gone(b) }) })
		}
	}
}

// forgetUnknown drops the devices of extensions that have been removed. A page's session
// says by itself whether it still holds, and needs no stored password.
func (r *registrar) forgetUnknown() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for extension := range r.devices {
		if _, known := r.s.config.Directory.Credential(extension); !known {
			r.alter(extension, func() { r.keep(extension, func(b binding) bool { return b.transport == webSocket }) })
		}
	}
}

// tell passes changes on, in order and without a lock, so that presence may ask back.
func (r *registrar) tell() {
	r.mu.Lock()
	pending := r.pending
	r.pending = nil
	r.mu.Unlock()
	var none telephony.Devices
	for _, p := range pending {
		switch presence := r.s.config.Presence; {
		case presence == nil:
		case p.was == none:
			presence.DeviceUp(p.extension)
		case p.now == none:
			presence.DeviceDown(p.extension)
		}
		if tell := r.s.config.DevicesChanged; tell != nil {
			tell(p.extension, p.now)
		}
	}
}

// close tells the last news.
func (r *registrar) close() { r.tell() }

// bindings returns the devices of an extension that can be rung, the newest first.
func (r *registrar) bindings(extension string) []binding {
	return slices.DeleteFunc(r.registered(extension), func(b binding) bool { return b.silent })
}

// registered returns the live bindings of an extension, the newest first.
func (r *registrar) registered(extension string) []binding {
	now := r.s.config.Now()
	r.mu.RLock()
	defer r.mu.RUnlock()
	devices := r.devices[extension]
	live := make([]binding, 0, len(devices))
	for _, b := range slices.Backward(devices) {
		if now.Before(b.expires) {
			live = append(live, b)
		}
	}
	return live
}

func (r *registrar) reachable(extension string) bool {
	now := r.s.config.Now()
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.ContainsFunc(r.devices[extension], func(b binding) bool { return now.Before(b.expires) && !b.silent })
}

// hasSource reports whether a device is registered from an ip:port.
func (r *registrar) hasSource(source string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.sources[source] > 0
}

// size is the number of bindings.
func (r *registrar) size() (n int) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, devices := range r.devices {
		n += len(devices)
	}
	return n
}

// spread is a random number in [0, 1).
func spread() float64 { return rand.Float64() }
