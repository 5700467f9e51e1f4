package sip

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
)

// DefaultRealm is the digest realm. It is part of every stored HA1, so it cannot
// change without new SIP passwords.
const DefaultRealm = "callcard"

// Config says what a Server listens on, whom it trusts and to whom it reports.
type Config struct {
	// Listen addresses, "host:port"; "" switches a transport off. TLS needs TLSConfig.
	UDP, TCP, TLS string
	TLSConfig     *tls.Config
	// Advertise is the address written into Contact, Via and SDP. The ports are
	// those of the listeners.
	Advertise netip.Addr
	// Realm of our digest challenges; "" is DefaultRealm.
	Realm string
	// StateDir keeps what must survive the end of the process: the dialogs that
	// deserve a BYE, and the devices that are registered. "" keeps nothing.
	StateDir string

	Media     *media.Engine
	Stories   telephony.Stories
	Presence  telephony.Presence
	Directory Directory
	Simulator SimulatorKey

	// DevicesChanged, if set, hears whenever devices of an extension come or go, after
	// Presence did. It must not block.
	DevicesChanged func(extension string, now telephony.Devices)
	// TrunkChanged, if set, hears of every trunk that goes up or down or whose
	// registration does. It must not block.
	TrunkChanged func(name string)

	// MaxCalls is the number of live calls above which new ones get 503; 0 is no limit.
	MaxCalls int

	Log     *slog.Logger
	Metrics prometheus.Registerer
	// Now is the clock, time.Now if nil. Tests inject their own.
	Now func() time.Time
	// Resolver looks names of peers up, net.DefaultResolver if nil.
	Resolver *net.Resolver
}

// Directory knows who may register and which trunks exist. Its methods are memory
// reads: they are called on the way of a request.
type Directory interface {
	// Credential returns the stored secret of an extension, false if there is none.
	Credential(extension string) (Credential, bool)
	// Trunks are all lines to the outside. Read at start and by Server.Reload.
	Trunks() []Trunk
}

// Credential is what is kept of a SIP password: H(extension:realm:password) in hex,
// once per algorithm (RFC 8760). An empty one switches the algorithm off.
type Credential struct {
	HA1MD5, HA1SHA256 string
}

// Trunk is a line to the outside, trusted by address, by registration, or by both.
type Trunk struct {
	Name   string
	Region string // ISO 3166, by whose rules its numbers are read
	// Hosts may call without a challenge: IP addresses, CIDR networks, or names
	// (resolved in the background). The source port does not matter.
	Hosts []string
	// Register makes us a client of the provider's registrar, whose addresses are
	// then trusted too.
	Register *Registration
	// MaxCalls limits the trunk's live calls; 0 is no limit.
	MaxCalls int
}

// Registration is an account with a provider.
type Registration struct {
	Server    string // host or host:port of the registrar
	User      string // user part of the address of record
	AuthUser  string // digest user name; "" is User
	Password  string
	Realm     string        // the realm we answer; "" accepts the first one the server names
	Transport string        // udp (default), tcp or tls
	Expires   time.Duration // asked for; 0 is an hour
}

// SimulatorKey lets `callcard simulate call` in: who knows it calls as the built-in
// trunk named SimulatorTrunk, from any address. An empty User switches it off.
type SimulatorKey struct {
	User, Password string
	Region         string // of the built-in trunk
}

// SimulatorTrunk names the built-in trunk.
const SimulatorTrunk = "simulator"

func (c *Config) complete() error {
	if c.Realm == "" {
		c.Realm = DefaultRealm
	}
	if c.Resolver == nil {
		c.Resolver = net.DefaultResolver
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	switch {
	case c.Directory == nil:
		return errors.New("sip: no directory")
	case c.Log == nil:
		return errors.New("sip: no logger")
	case c.UDP == "" && c.TCP == "" && c.TLS == "":
		return errors.New("sip: no listen address")
	case c.TLS != "" && c.TLSConfig == nil:
		return fmt.Errorf("sip: TLS on %s without a certificate", c.TLS)
	case !c.Advertise.IsValid() || c.Advertise.IsUnspecified():
		return fmt.Errorf("sip: %q is no address to advertise", c.Advertise)
	}
	return nil
}
