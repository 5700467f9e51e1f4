package sip

import (
	"fmt"
	"slices"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
)

// endpoint is our side of a session: the media, and the description that tells of it.
type endpoint struct {
	media *media.Leg
	local *localSession
}

// web reports whether a browser is at the other end.
func (e endpoint) web() bool { return e.local != nil && e.local.web != nil }

// parse reads a description of the other side.
func (e endpoint) parse(body []byte) (*description, error) { return parseSDP(body, e.web()) }

// parseBody reads the description of a request.
func (e endpoint) parseBody(req *sip.Request) (*description, error) {
	body, err := sdpBody(req)
	if err != nil {
		return nil, err
	}
	return e.parse(body)
}

// update puts into force what both sides have settled on. A browser may have asked for
// an ICE restart, which changes what our next description has to say.
func (e endpoint) update(p media.Params, d *webDescription) error {
	if d == nil {
		return e.media.Update(p)
	}
	w := e.local.web
	w.follow(d)
	p.Web = media.WebParams{Ufrag: d.ufrag, Fingerprint: d.fingerprint, Passive: w.client}
	if err := e.media.Update(p); err != nil {
		return err
	}
	w.local, _ = e.media.Web()
	return nil
}

// open makes an endpoint of a leg, for a browser or for plain RTP.
func (lg *leg) open(web bool) (e endpoint, err error) {
	l := lg.line
	e.media, err = l.calls.server.config.Media.NewLeg(media.LegConfig{
		Web: web,
		OnDigit: func(digit byte) {
			l.callback(func() {
				if lg.state != legGone {
					l.tell(telephony.Digit{Leg: lg.id, Digit: digit})
				}
			})()
		},
		OnTimeout: l.callback(func() {
			if lg.media == e.media {
				lg.mediaLost()
			}
		}),
	})
	if err != nil {
		return e, fmt.Errorf("open media of %s: %w", lg.id, err)
	}
	lg.opened = append(lg.opened, e.media)
	e.local = &localSession{id: l.calls.sessionID(), addr: e.media.Addr()}
	if local, ok := e.media.Web(); ok {
		e.local.web = &webSession{local: local}
	}
	return e, nil
}

// openMedia takes ports for the leg, unless it has some.
func (lg *leg) openMedia() error {
	if lg.state == legGone {
		return fmt.Errorf("open media of %s: %w", lg.id, telephony.ErrGone) // nobody would close it
	}
	if lg.media != nil {
		return nil
	}
	e, err := lg.open(false)
	if err != nil {
		return err
	}
	lg.use(e)
	return nil
}

// use makes an endpoint the leg's; the bridge is around the caller's.
func (lg *leg) use(e endpoint) {
	lg.endpoint = e
	l := lg.line
	switch {
	case lg != l.caller:
	case l.bridge == nil:
		l.bridge = l.calls.server.config.Media.NewBridge(e.media)
	default:
		l.bridge.SetCaller(e.media)
	}
}

// endpoints opens one for each device: a browser has one of its own, for its keys are,
// and the others, of which one will answer, share one. The leg uses the first of them
// until then.
func (lg *leg) endpoints(devices []binding) ([]endpoint, error) {
	ends := make([]endpoint, len(devices))
	plain := endpoint{}
	if !lg.web() {
		plain = lg.endpoint // has been heard from already
	}
	var err error
	for i := range devices {
		switch {
		case devices[i].transport == webSocket:
			ends[i], err = lg.open(true)
		case plain.media == nil:
			plain, err = lg.open(false)
			ends[i] = plain
		default:
			ends[i] = plain
		}
		if err != nil {
			lg.closeMedia(lg.media)
			return nil, err
		}
	}
	if lg.media == nil && len(ends) > 0 {
		lg.use(ends[0])
	}
	return ends, nil
}

// closeMedia gives the ports back, all but those of one, and reports the quality of what
// came in on the leg's own. Closing waits for the readers, so it has a goroutine of its
// own.
func (lg *leg) closeMedia(but *media.Leg) {
	for _, m := range lg.opened {
		if m != but {
			lg.close(m)
		}
	}
	lg.opened = slices.DeleteFunc(lg.opened, func(m *media.Leg) bool { return m != but })
}

func (lg *leg) close(m *media.Leg) {
	l := lg.line
	l.closing++
	l.later(func() {
		l.calls.spawn(func() {
			stats := m.Stats()
			m.Close()
			l.run(func() {
				l.closing--
				if lg.used && m == lg.media {
					l.tell(quality(lg.id, stats))
				}
				l.settle()
			})
		})
	})
}

func quality(id telephony.LegID, s media.Stats) telephony.LegQuality {
	return telephony.LegQuality{
		Leg: id, Received: s.Received, Lost: s.Lost, JitterMS: s.JitterMS, RTTMS: s.RTTMS, MOS: s.MOS,
	}
}
