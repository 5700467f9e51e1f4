package sip

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	keepAlivePeriod  = 30 * time.Second
	keepAliveAgain   = 10 * time.Second // period after a miss and while the trunk is down
	keepAliveTimeout = 5 * time.Second
	// A trunk goes down after so many silent OPTIONS and up after so many answers, so
	// that one lost packet does not ring an alarm.
	failuresToDown = 3
	answersToUp    = 2
	// heardPeriod: a trunk that has called lately is alive whatever it thinks of
	// OPTIONS.
	heardPeriod = 90 * time.Second
)

var (
	errStopping = errors.New("server is stopping")
	errRemoved  = errors.New("trunk was removed")
	errReplaced = errors.New("trunk was changed")
)

// health is a trunk's state with its hysteresis.
type health struct {
	known    bool // there was a first result
	up       bool
	failures int // in a row
	answers  int
	since    time.Time
	reason   string // of the last failure
	why      string
	asked    time.Time // the last question and whether it was answered
	answered bool
}

// note takes one result and reports whether the state changed by it.
func (h *health) note(ok bool, reason string, now time.Time) (changed bool) {
	if ok {
		h.answers, h.failures, h.reason = h.answers+1, 0, ""
	} else {
		h.answers, h.failures, h.reason = 0, h.failures+1, reason
	}
	was, first := h.up, !h.known
	switch {
	case ok && (first || h.answers >= answersToUp):
		h.up, h.known = true, true
	case !ok && h.failures >= failuresToDown:
		h.up, h.known = false, true
	}
	if h.known && (first || was != h.up) {
		h.since = now
		return true
	}
	return false
}

// TrunkStatus is the state of a trunk.
type TrunkStatus struct {
	Name string
	// State is "up", "down", or "unknown": nothing to ask, or no answer yet.
	State      string
	Since      time.Time
	Registers  bool // the trunk has an account
	Registered bool // with the provider; false for a trunk without an account
	Expires    time.Time
	Asked      time.Time // the last OPTIONS; zero = never
	Answered   bool      // it was answered
	Reason     string    // why it is down or not registered, or ""
	// Why is the kind of Reason: "unanswered", "unreachable" (there is no way to it),
	// "refused" or "credentials" (the account's user or password).
	Why       string
	Calls     int // that go on
	Addresses []netip.Addr
}

func (t *trunks) status() []TrunkStatus {
	calls := t.s.calls.byTrunk()
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]TrunkStatus, 0, len(t.known))
	for name, trunk := range t.known {
		st := trunk.status()
		st.Calls = calls[name]
		all = append(all, st)
	}
	slices.SortFunc(all, func(a, b TrunkStatus) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

func (t *trunk) status() TrunkStatus {
	t.mu.Lock()
	defer t.mu.Unlock()
	st := TrunkStatus{Name: t.Name, State: "unknown", Since: t.health.since, Reason: t.health.reason, Why: t.health.why,
		Asked: t.health.asked, Answered: t.health.answered, Registers: t.Register != nil,
		Registered: t.account.registered, Expires: t.account.expires, Addresses: t.resolved}
	switch {
	case t.health.known && t.health.up:
		st.State = "up"
	case t.health.known:
		st.State = "down"
	}
	if t.account.reason != "" {
		st.Reason, st.Why = t.account.reason, t.account.why
	}
	return st
}

// heard notes a call of the trunk.
func (t *trunk) heard() { t.heardLast.Store(t.s.config.Now().Unix()) }

// keepAlive asks the trunk with OPTIONS whether it is there.
func (t *trunk) keepAlive(ctx context.Context) {
	target, ok := t.optionsTarget()
	if !ok {
		return
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		err := t.ask(ctx, target)
		if ctx.Err() != nil {
			return
		}
		period := keepAlivePeriod
		if up := t.noteHealth(err); !up || err != nil {
			period = keepAliveAgain
		}
		timer.Reset(period)
	}
}

// noteHealth takes a result and returns whether the trunk is up.
func (t *trunk) noteHealth(err error) (up bool) {
	now := t.s.config.Now()
	alive := err == nil || now.Sub(time.Unix(t.heardLast.Load(), 0)) < heardPeriod
	reason := ""
	if err != nil {
		reason = err.Error()
	}
	t.mu.Lock()
	changed := t.health.note(alive, reason, now)
	t.health.asked, t.health.answered, t.health.why = now, err == nil, ""
	if !alive {
		t.health.why = whyOf(err)
	}
	up = t.health.up
	t.mu.Unlock()
	if !changed {
		return up
	}
	t.s.metrics.trunkUp.WithLabelValues(t.Name).Set(flag(up))
	t.changed()
	if up {
		t.s.log.Info("trunk is up", "trunk", t.Name)
	} else {
		t.s.log.Warn("trunk is down", "trunk", t.Name, "err", err)
	}
	return up
}

// changed tells whoever wants to know that the trunk's state is another one.
func (t *trunk) changed() {
	if f := t.s.config.TrunkChanged; f != nil {
		f(t.Name)
	}
}

// whyOf sorts what went wrong with a question to a trunk.
func whyOf(err error) string {
	var refused *refusedError
	var network net.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refused) && (refused.code == 401 || refused.code == 403 || refused.code == 407):
		return "credentials"
	case errors.As(err, &refused):
		return "refused"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, sip.ErrTransactionTimeout):
		return "unanswered"
	case errors.As(err, &network) && !network.Timeout():
		return "unreachable"
	}
	return "unanswered"
}

// optionsTarget is the first host that names one machine; a network does not.
func (t *trunk) optionsTarget() (uri sip.Uri, ok bool) {
	hosts := t.Hosts
	if t.Register != nil {
		hosts = append([]string{t.Register.Server}, hosts...)
	}
	for _, host := range hosts {
		name, port := splitHost(host)
		if _, err := netip.ParsePrefix(name); err == nil {
			continue
		}
		uri := sip.Uri{Scheme: "sip", Host: name}
		if port != "" {
			uri.Port, _ = net.LookupPort("udp", port)
		}
		return uri, true
	}
	return sip.Uri{}, false
}

// ask sends one OPTIONS. Any answer will do: even a 404 was written by somebody.
func (t *trunk) ask(ctx context.Context, target sip.Uri) error {
	req := sip.NewRequest(sip.OPTIONS, target)
	req.SetTransport(t.transport())
	t.s.identifyAs(req, sip.Uri{Scheme: "sip", User: "callcard", Host: t.s.host()}, target)
	contact := t.s.contactFor(req.Transport())
	req.AppendHeader(&contact)
	req.AppendHeader(sip.NewHeader("Accept", "application/sdp"))
	ctx, cancel := context.WithTimeout(ctx, keepAliveTimeout)
	defer cancel()
	_, err := t.s.ask(ctx, req)
	return err
}

// transport is the one configured for the account, else the first we listen on.
func (t *trunk) transport() string {
	switch {
	case t.Register != nil && t.Register.Transport != "":
		return sip.NetworkToUpper(t.Register.Transport)
	case t.s.config.UDP == "" && t.s.config.TCP != "":
		return "TCP"
	case t.s.config.UDP == "":
		return "TLS"
	}
	return "UDP"
}

// identifyAs gives a request outside of a dialog its From, To, Call-ID and CSeq.
func (s *Server) identifyAs(req *sip.Request, from, to sip.Uri) {
	callID := sip.CallIDHeader(sip.GenerateTagN(24))
	req.AppendHeader(&sip.FromHeader{Address: from, Params: sip.HeaderParams{{K: "tag", V: sip.GenerateTagN(16)}}})
	req.AppendHeader(&sip.ToHeader{Address: to})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: req.Method})
}

// ask sends a request and waits for its final answer.
func (s *Server) ask(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	tx, err := s.request(ctx, req)
	if err != nil {
		return nil, err
	}
	defer tx.Terminate()
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return res, nil
			}
		case <-tx.Done():
			return nil, fmt.Errorf("%s unanswered: %w", req.Method, cmp.Or(tx.Err(), sip.ErrTransactionTimeout))
		case <-ctx.Done():
			return nil, fmt.Errorf("%s unanswered: %w", req.Method, context.Cause(ctx))
		}
	}
}

func flag(on bool) float64 {
	if on {
		return 1
	}
	return 0
}
