package sip

import (
	"errors"
	"fmt"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
)

func (l *line) withMedia(id telephony.LegID, do func(*leg)) error {
	lg, err := l.leg(id)
	if err != nil {
		return err
	}
	if lg.media == nil || l.bridge == nil {
		return fmt.Errorf("%s: no media yet", id)
	}
	do(lg)
	return nil
}

func (l *line) play(c telephony.Play) error {
	lg, err := l.leg(c.Leg)
	if err != nil {
		return err
	}
	if err := l.caller.openMedia(); err != nil {
		return err
	}
	if lg == l.caller && lg.in != nil {
		if err := lg.earlyMedia(); err != nil {
			return err
		}
	}
	if lg.media == nil {
		return fmt.Errorf("%s: no media yet", c.Leg)
	}
	var done func()
	if !c.Loop {
		done = l.callback(func() { l.tell(telephony.Played{Leg: c.Leg, Sound: c.Sound}) })
	}
	return l.bridge.Play(lg.media, c.Sound, c.Loop, done)
}

func (l *line) connect(id telephony.LegID) error {
	lg, err := l.leg(id)
	if err != nil {
		return err
	}
	if lg == l.caller || lg.state != legUp && lg.in == nil {
		return fmt.Errorf("%s cannot be connected", id)
	}
	if lg.in != nil && lg.state < legAnswered { // an agent who dials hears what the line says meanwhile
		if err := lg.earlyMedia(); err != nil {
			return err
		}
		if lg.media == nil {
			return fmt.Errorf("%s: no media yet", id)
		}
	}
	// The caller has no media yet while his answer waits for a PRACK.
	if err := l.caller.openMedia(); err != nil {
		return err
	}
	l.bridge.Stop(l.caller.media)
	l.bridge.Stop(lg.media)
	l.bridge.Connect(lg.media)
	if l.connected != nil {
		l.connected.bridged = false
	}
	l.connected = lg
	l.holdOn(l.caller, lg)
	return nil
}

// holdOn says of legs that the bridge joins from now on which of them are on hold.
func (l *line) holdOn(legs ...*leg) {
	for _, one := range legs {
		one.bridged = true
		if one.held() {
			l.bridge.Hold(one.media)
		}
	}
}

func (l *line) mix(hears map[telephony.LegID][]telephony.LegID) error {
	all := map[telephony.LegID]*leg{}
	need := func(id telephony.LegID) (err error) {
		if all[id] == nil {
			all[id], err = l.mixable(id)
		}
		return err
	}
	for id, from := range hears {
		for _, id := range append([]telephony.LegID{id}, from...) {
			if err := need(id); err != nil {
				return err
			}
		}
	}
	set := make(map[*media.Leg][]*media.Leg, len(hears))
	for id, from := range hears {
		to := all[id].media
		set[to] = nil
		for _, id := range from {
			set[to] = append(set[to], all[id].media)
		}
	}
	l.bridge.Mix(set)
	for _, lg := range all {
		l.holdOn(lg)
	}
	return nil
}

// mixable is a leg that may hear others and be heard by them.
func (l *line) mixable(id telephony.LegID) (*leg, error) {
	lg, err := l.leg(id)
	if err != nil {
		return nil, err
	}
	if lg == l.caller {
		if err := lg.openMedia(); err != nil {
			return nil, err
		}
	}
	if lg.media == nil || lg != l.caller && lg.state < legAnswered {
		return nil, fmt.Errorf("%s has not answered", id)
	}
	return lg, nil
}

func (l *line) record(path string) error {
	if l.recording {
		return errors.New("is being recorded")
	}
	if err := l.caller.openMedia(); err != nil {
		return err
	}
	err := l.bridge.Record(path, func(d telephony.RecordingDone) {
		l.callback(func() {
			l.recording = false
			l.tell(d)
			l.settle()
		})()
	})
	l.recording = err == nil
	return err
}

func (l *line) stopRecord() {
	if l.recording {
		l.later(l.bridge.StopRecord)
	}
}
