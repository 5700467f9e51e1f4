package sip

import (
	"errors"
	"fmt"

	"github.com/callcard/callcard/telephony"
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
	l.connected = lg
	for _, one := range []*leg{l.caller, lg} {
		if one.held() {
			l.bridge.Hold(one.media)
		}
	}
	return nil
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
