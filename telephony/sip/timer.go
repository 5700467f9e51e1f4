package sip

import (
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
)

const (
	// sessionExpires is what we ask for (RFC 4028 4 recommends half an hour): it finds
	// the peer who has vanished while on hold, where the RTP time-out is off.
	sessionExpires = 1800
	// minSessionExpires is the least that RFC 4028 allows.
	minSessionExpires = 90
)

// sessionOffer is what a message says of session timers (RFC 4028).
type sessionOffer struct {
	seconds   int    // 0: no Session-Expires
	refresher string // uac, uas or ""
	supported bool   // Supported: timer
}

func offeredSession(msg sip.Message) sessionOffer {
	o := sessionOffer{supported: lists(msg, "supported", "timer") || lists(msg, "k", "timer") || lists(msg, "require", "timer")}
	for _, name := range []string{"session-expires", "x"} {
		for _, h := range msg.GetHeaders(name) {
			value, params, _ := strings.Cut(h.Value(), ";")
			if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && n > 0 {
				o.seconds = n
				o.refresher = strings.ToLower(headerParam(params, "refresher"))
			}
		}
	}
	return o
}

// minSE is the interval that a 422 asks for, 0 when it asks for nonsense.
func minSE(res *sip.Response) int {
	h := res.GetHeader("min-se")
	if h == nil {
		return 0
	}
	value, _, _ := strings.Cut(h.Value(), ";")
	seconds, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil || seconds < 0 || seconds > 24*3600 {
		return 0
	}
	return seconds
}

// tooBrief: only a peer who knows the extension understands a 422 (RFC 4028 9).
func (o sessionOffer) tooBrief() bool {
	return o.supported && o.seconds > 0 && o.seconds < minSessionExpires
}

// session keeps one dialog's session alive, or notices that nobody does.
type session struct {
	seconds  int
	weFresh  bool // we are the refresher
	deadline time.Time
	timer    *time.Timer
}

func (s *session) stop() {
	if s.timer != nil {
		s.timer.Stop()
	}
	s.seconds = 0
}

// beginSession answers a Session-Expires in a 2xx of ours and starts the clock. The
// peer is the UAC of this transaction.
func (lg *leg) beginSession(o sessionOffer, res *sip.Response) {
	if o.seconds == 0 {
		if !o.supported {
			lg.session.stop()
			return
		}
		o.seconds = sessionExpires
	}
	// Whom the peer does not name it is better to be ourselves: he may have written
	// Supported without meaning it, and a proxy may have written Session-Expires.
	refresher := "uas"
	if o.supported && o.refresher == "uac" {
		refresher = "uac"
	}
	o.seconds = max(o.seconds, minSessionExpires)
	res.AppendHeader(sip.NewHeader("Session-Expires", strconv.Itoa(o.seconds)+";refresher="+refresher))
	if refresher == "uac" {
		res.AppendHeader(sip.NewHeader("Require", "timer"))
	}
	lg.startSession(o.seconds, refresher == "uas")
}

// acceptedSession reads the peer's 2xx to a request of ours.
func (lg *leg) acceptedSession(res *sip.Response) {
	o := offeredSession(res)
	if o.seconds == 0 {
		// The peer does not know the extension. We may go on refreshing alone, but a
		// peer without timers is cut by nobody else either: leave it.
		lg.session.stop()
		return
	}
	lg.startSession(o.seconds, o.refresher != "uas")
}

func (lg *leg) startSession(seconds int, weFresh bool) {
	s, t := &lg.session, lg.line.calls.timing
	s.stop()
	s.seconds, s.weFresh = seconds, weFresh
	whole := time.Duration(seconds) * t.second
	s.deadline = time.Now().Add(whole)
	if weFresh {
		s.timer = time.AfterFunc(whole/2, lg.line.callback(lg.refreshSession))
		return
	}
	// RFC 4028 10: the other one ends the session a little before it expires.
	s.timer = time.AfterFunc(whole-min(32*t.second, whole/3), lg.line.callback(lg.sessionExpired))
}

func (lg *leg) sessionExpired() {
	if lg.state == legGone || lg.session.seconds == 0 || time.Now().Before(lg.session.deadline.Add(-32*lg.line.calls.timing.second)) {
		return
	}
	lg.line.log.Info("session expired", "leg", lg.id)
	lg.bye(telephony.Unreachable)
	lg.end(telephony.Local, telephony.Unreachable, 408)
}

// refreshSession sends an UPDATE, or a re-INVITE to a peer who has no UPDATE.
func (lg *leg) refreshSession() {
	if lg.state == legGone || lg.session.seconds == 0 {
		return
	}
	if lg.state != legUp || lg.offering.busy() {
		lg.session.timer.Reset(lg.line.calls.timing.second)
		return
	}
	lg.reoffer(lg.allows[sip.UPDATE])
}

// sessionHeaders are those of our requests that refresh.
func (lg *leg) sessionHeaders(req *sip.Request) {
	req.AppendHeader(sip.NewHeader("Supported", "timer"))
	seconds := lg.session.seconds
	if seconds == 0 {
		return
	}
	refresher := "uas"
	if lg.session.weFresh {
		refresher = "uac"
	}
	req.AppendHeader(sip.NewHeader("Session-Expires", strconv.Itoa(seconds)+";refresher="+refresher))
}

// refreshFailed: some answer to a refresh that is no success. Only two of them end
// the dialog (RFC 3261 12.2.1.2); after the others there is time for another try.
func (lg *leg) refreshFailed() {
	t := lg.line.calls.timing
	left := time.Until(lg.session.deadline)
	if lg.session.seconds == 0 {
		return
	}
	if left <= 0 {
		lg.bye(telephony.Unreachable)
		lg.end(telephony.Local, telephony.Unreachable, 408)
		return
	}
	lg.session.timer.Reset(max(left/2, t.second))
}

// lists reports whether a header of option tags contains one.
func lists(msg sip.Message, header, tag string) bool {
	for _, h := range msg.GetHeaders(header) {
		for v := range strings.SplitSeq(h.Value(), ",") {
			if strings.EqualFold(strings.TrimSpace(v), tag) {
				return true
			}
		}
	}
	return false
}
