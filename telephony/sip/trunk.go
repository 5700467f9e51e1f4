package sip

import (
	"context"
	"maps"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// resolvePeriod is how often the names of trunks are looked up again.
	resolvePeriod  = time.Minute
	resolveTimeout = 5 * time.Second
	// maxTrunkAddresses bounds what a name may add up to in the course of time.
	maxTrunkAddresses = 256
)

// trunks are the lines to the outside: who may call without a challenge, and
// whether they are alive.
type trunks struct {
	s     *Server
	table atomic.Pointer[trunkTable] // read on the way of every packet

	mu      sync.Mutex
	ctx     context.Context // of run, nil before and after
	stopped bool
	known   map[string]*trunk
	workers sync.WaitGroup
}

// trunk is one configured trunk at work.
type trunk struct {
	Trunk
	s    *Server
	stop context.CancelCauseFunc

	mu        sync.Mutex
	resolved  []netip.Addr // of names in Hosts and of the registrar
	health    health
	account   accountState
	heardLast atomic.Int64 // unix seconds of the last call of the trunk
}

// trunkTable answers "which trunk is this address?". It is replaced as a whole.
type trunkTable struct {
	exact    map[netip.Addr][]*trunk
	networks []trunkNetwork
}

type trunkNetwork struct {
	prefix netip.Prefix
	trunk  *trunk
}

func newTrunks(s *Server) *trunks {
	t := &trunks{s: s, known: make(map[string]*trunk)}
	t.table.Store(new(trunkTable))
	for _, config := range s.config.Directory.Trunks() {
		t.known[config.Name] = newTrunk(s, config)
	}
	t.rebuild()
	return t
}

func newTrunk(s *Server, config Trunk) *trunk {
	t := &trunk{Trunk: config, s: s}
	if config.Register != nil {
		host, _ := splitHost(config.Register.Server)
		if addr, err := netip.ParseAddr(host); err == nil {
			t.learn(addr)
		}
	}
	return t
}

// run keeps the trunks alive until ctx ends. The workers are stopped by stop, which
// still needs the sockets to say goodbye.
func (t *trunks) run(ctx context.Context) {
	t.mu.Lock()
	if !t.stopped {
		t.ctx = context.WithoutCancel(ctx)
		for _, trunk := range t.known {
			t.start(trunk)
		}
	}
	t.mu.Unlock()
	<-ctx.Done()
}

// start begins a trunk's work. mu is held and ctx set.
func (t *trunks) start(trunk *trunk) {
	ctx, stop := context.WithCancelCause(t.ctx)
	trunk.stop = stop
	t.workers.Go(func() { trunk.keepResolved(ctx, t.rebuild) })
	t.workers.Go(func() { trunk.keepAlive(ctx) })
	if trunk.Register != nil {
		t.workers.Go(func() { trunk.keepRegistered(ctx, t.rebuild) })
	}
}

// stop ends all workers and waits for them: they sign off from their registrars.
func (t *trunks) stop() {
	t.mu.Lock()
	t.ctx, t.stopped = nil, true
	for _, trunk := range t.known {
		if trunk.stop != nil {
			trunk.stop(errStopping)
		}
	}
	t.mu.Unlock()
	t.workers.Wait()
}

// reload compares the directory's trunks with the known ones. A changed trunk is
// stopped and begun anew.
func (t *trunks) reload() {
	t.mu.Lock()
	wanted := make(map[string]Trunk)
	for _, config := range t.s.config.Directory.Trunks() {
		wanted[config.Name] = config
	}
	for name, old := range t.known {
		config, stays := wanted[name]
		if stays && reflect.DeepEqual(config, old.Trunk) {
			delete(wanted, name)
			continue
		}
		if old.stop != nil {
			if stays {
				old.stop(errReplaced)
			} else {
				old.stop(errRemoved)
			}
		}
		delete(t.known, name)
		t.s.metrics.trunkUp.DeleteLabelValues(name)
	}
	for name, config := range wanted {
		added := newTrunk(t.s, config)
		t.known[name] = added
		if t.ctx != nil {
			t.start(added)
		}
	}
	t.mu.Unlock()
	t.rebuild()
}

// rebuild makes a new table of addresses.
func (t *trunks) rebuild() {
	t.mu.Lock()
	defer t.mu.Unlock()
	table := &trunkTable{exact: make(map[netip.Addr][]*trunk)}
	for _, name := range slices.Sorted(maps.Keys(t.known)) {
		trunk := t.known[name]
		for _, host := range trunk.Hosts {
			host, _ = splitHost(host)
			if prefix, err := netip.ParsePrefix(host); err == nil {
				table.networks = append(table.networks, trunkNetwork{prefix.Masked(), trunk})
			} else if addr, err := netip.ParseAddr(host); err == nil {
				table.add(addr, trunk)
			}
		}
		for _, addr := range trunk.addresses() {
			table.add(addr, trunk)
		}
	}
	t.table.Store(table)
	t.s.gate.pardon(t.trusted)
}

func (t *trunkTable) add(addr netip.Addr, trunk *trunk) {
	addr = addr.Unmap()
	if !slices.Contains(t.exact[addr], trunk) {
		t.exact[addr] = append(t.exact[addr], trunk)
	}
}

// trusted reports whether an address belongs to a trunk.
func (t *trunks) trusted(addr netip.Addr) bool {
	table := t.table.Load()
	if len(table.exact[addr]) > 0 {
		return true
	}
	for _, n := range table.networks {
		if n.prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// of returns the trunk that an INVITE from an address comes over, or nil. Several
// accounts with one provider share its addresses: the account that the Request-URI
// names decides, else the first by name.
func (t *trunks) of(addr netip.Addr, account string) *Trunk {
	table := t.table.Load()
	candidates := table.exact[addr]
	if len(candidates) == 0 {
		for _, n := range table.networks {
			if n.prefix.Contains(addr) {
				candidates = append(candidates, n.trunk)
			}
		}
	}
	if len(candidates) == 0 {
		return nil
	}
	chosen := candidates[0]
	for _, c := range candidates {
		if c.Register != nil && c.Register.User == account {
			chosen = c
			break
		}
	}
	chosen.heard()
	return &chosen.Trunk
}

// addresses are the ones found by name.
func (t *trunk) addresses() []netip.Addr {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.resolved
}

// keepResolved looks the trunk's names up, now and every minute.
func (t *trunk) keepResolved(ctx context.Context, changed func()) {
	names := t.names()
	if len(names) == 0 {
		return
	}
	ticker := time.NewTicker(resolvePeriod)
	defer ticker.Stop()
	for {
		if t.resolve(ctx, names) {
			changed()
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// names are the hosts that are no addresses.
func (t *trunk) names() (names []string) {
	hosts := slices.Clone(t.Hosts)
	if t.Register != nil {
		hosts = append(hosts, t.Register.Server)
	}
	for _, host := range hosts {
		if host, _ = splitHost(host); isName(host) {
			names = append(names, host)
		}
	}
	return names
}

// isName reports whether a host must be looked up to be reached.
func isName(host string) bool {
	_, network := netip.ParsePrefix(host)
	_, address := netip.ParseAddr(host)
	return host != "" && network != nil && address != nil && !strings.HasSuffix(strings.ToLower(host), ".invalid")
}

// resolve looks names up and adds what is new. Addresses are kept when a lookup
// fails or changes its mind: a carrier's DNS rotates through its gateways.
func (t *trunk) resolve(ctx context.Context, names []string) (changed bool) {
	ctx, cancel := context.WithTimeout(ctx, resolveTimeout)
	defer cancel()
	for _, name := range names {
		found, err := t.s.config.Resolver.LookupNetIP(ctx, "ip", name)
		if err != nil {
			t.s.log.Debug("trunk name not resolved", "trunk", t.Name, "err", err)
			continue
		}
		for _, addr := range found {
			changed = t.learn(addr) || changed
		}
	}
	return changed
}

// learn adds an address of the trunk.
func (t *trunk) learn(addr netip.Addr) (isNew bool) {
	addr = addr.Unmap()
	t.mu.Lock()
	defer t.mu.Unlock()
	if slices.Contains(t.resolved, addr) || len(t.resolved) >= maxTrunkAddresses {
		return false
	}
	t.resolved = append(slices.Clone(t.resolved), addr)
	return true
}

// splitHost takes an optional port off a host; "" is no port.
func splitHost(host string) (name, port string) {
	if h, p, err := net.SplitHostPort(host); err == nil {
		return h, p
	}
	return strings.Trim(host, "[]"), ""
}
