package sip

import (
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"
)

// open brings back the devices that the process before has known. They count as
// reachable until qualify has asked them, which it does first of all.
func (r *registrar) open() {
	var kept []location
	r.journal, kept = openLocations(r.s.config.StateDir, r.s.log)
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range kept {
		r.restore(&kept[i])
	}
	clear(r.dirty)
	r.journal.begin(r.everything())
	if len(r.devices) > 0 {
		r.s.log.Info("registrations are restored", "extensions", len(r.devices))
	}
}

// restore brings the devices of one extension back. mu is held.
func (r *registrar) restore(one *location) {
	if _, known := r.s.config.Directory.Credential(one.Extension); !known {
		return
	}
	now := r.s.config.Now()
	r.alter(one.Extension, func() {
		for i := range one.Devices {
			b, err := one.Devices[i].binding()
			switch {
			case err != nil:
				r.s.log.Warn("a registration is not restored", "err", err)
			case now.Before(b.expires) && r.s.listeners.has(b.transport) && redial(&b):
				b.expires = earlier(b.expires, now.Add(maxExpires)) // the clock may have been put back
				b.restored, b.askAt = true, now
				r.add(one.Extension, b)
				// It gave a correct digest to the process before, within the hour.
				r.s.gate.proved(netip.AddrPortFrom(hostOf(b.source), 0))
			}
		}
	})
}

// redial decides where a restored device is reached. A datagram goes back to where
// the REGISTER came from, through the same hole in a NAT. A connection is gone: what
// is left is the Contact, if it is an address of the device itself and not of a NAT
// before it (RFC 3261 sec. 18.1.1). Over TLS not even that: a phone has no
// certificate to show.
func redial(b *binding) (ok bool) {
	switch b.transport {
	case "UDP":
		return true
	case "TLS":
		return false
	}
	name, _ := splitHost(b.contact.Host)
	host, err := netip.ParseAddr(name)
	if err != nil || host.Unmap() != hostOf(b.source) || len(b.path) > 0 {
		return false
	}
	port := b.contact.Port
	if port == 0 {
		port = sip.DefaultPort(b.transport)
	}
	contact := net.JoinHostPort(host.Unmap().String(), strconv.Itoa(port))
	if contact == b.source && !b.dialled { // the far end of its own connection: nobody listens there
		return false
	}
	b.source, b.dialled = contact, true
	return true
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// save writes down what has changed since the last time. It is called beside the way
// of requests: a disk that hangs delays no call.
func (r *registrar) save() { r.journal.save(r.changed, r.all) }

// changed takes the extensions that have changed.
func (r *registrar) changed() (lines []location) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for extension := range r.dirty {
		lines = append(lines, locationOf(extension, r.devices[extension]))
	}
	clear(r.dirty)
	return lines
}

func (r *registrar) all() []location {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.everything()
}

// everything is the whole state. mu is held.
func (r *registrar) everything() (lines []location) {
	for extension, devices := range r.devices {
		lines = append(lines, locationOf(extension, devices))
	}
	return lines
}

// freeze saves for the last time. What the end of the server closes is not gone for
// the next process.
func (r *registrar) freeze() {
	r.save()
	r.journal.close()
}
