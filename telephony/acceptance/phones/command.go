package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"time"

	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/telephony/phone"
)

const (
	loudness = 0.3
	toneTime = time.Second // of a tone that is repeated
	patience = 15 * time.Second
)

// command is a line of stdin. Which fields count depends on Do.
type command struct {
	ID    int64  `json:"id"` // comes back in the answer
	Do    string `json:"do"`
	Phone string `json:"phone"` // name of a telephone: open, dial, close, crash
	Call  string `json:"call"`  // name of a call: everything else

	// open
	Server   string `json:"server"` // host:port of the SIP server
	Local    string `json:"local"`  // address to work from; empty: the one that reaches the server
	Port     uint16 `json:"port"`   // of SIP; 0: any
	User     string `json:"user"`   // extension, or the number shown
	Display  string `json:"display"`
	AuthUser string `json:"auth_user"` // user of the digest when it is not User
	Password string `json:"password"`
	Register bool   `json:"register"`

	// dial
	To      string            `json:"to"`
	Headers map[string]string `json:"headers"`

	// dial, answer, say: a tone or a WAV file; hear: a tone
	Hertz   float64 `json:"hertz"`
	File    string  `json:"file"`
	Seconds float64 `json:"seconds"` // say: how long, 0 for ever; hear: how long to wait at most

	Code int    `json:"code"` // reject: 486 unless given
	Else bool   `json:"else"` // hear: anything that is sound but not this tone
	On   bool   `json:"on"`   // hold, mute
	Keys string `json:"keys"` // press
}

// do carries out a command; what it returns goes into the answer.
func (d *desk) do(ctx context.Context, c command) (answer, error) {
	switch c.Do {
	case "open":
		return d.open(ctx, c)
	case "close", "crash":
		p, err := d.phone(c.Phone)
		if err != nil {
			return answer{}, err
		}
		if c.Do == "crash" {
			p.Crash()
		}
		p.Close()
		d.forget(c.Phone)
		return answer{}, nil
	case "dial":
		return d.dial(c)
	}
	k, err := d.call(c.Call)
	if err != nil {
		return answer{}, err
	}
	return answer{}, onCall(ctx, k, c)
}

func (d *desk) dial(c command) (answer, error) {
	p, err := d.phone(c.Phone)
	if err != nil {
		return answer{}, err
	}
	sound, err := c.sound()
	if err != nil {
		return answer{}, err
	}
	k, err := p.Call(c.To, c.Headers)
	if err != nil {
		return answer{}, err
	}
	k.Say(sound, true)
	return answer{At: millis(k.At()), Call: d.follow(c.Phone, k)}, nil
}

// onCall carries out what is commanded to one call.
func onCall(ctx context.Context, k *phone.Call, c command) error {
	switch c.Do {
	case "answer":
		sound, err := c.sound()
		if err != nil {
			return err
		}
		k.Say(sound, true)
		return k.Answer()
	case "reject":
		if c.Code == 0 {
			c.Code = 486
		}
		k.Reject(c.Code, "Busy Here")
		return nil
	case "hangup":
		k.Hangup()
		return nil
	case "say":
		return say(ctx, k, c)
	case "hear":
		return hear(ctx, k, c)
	case "hold":
		return k.SetHold(ctx, c.On)
	case "mute":
		if k.Mute(); !c.On {
			k.Unmute()
		}
		return nil
	case "press":
		k.Press(c.Keys)
		return nil
	}
	return fmt.Errorf("there is no command %q", c.Do)
}

// say is answered when everything has been said; at once when it is said for ever.
func say(ctx context.Context, k *phone.Call, c command) error {
	sound, err := c.sound()
	if err != nil {
		return err
	}
	forever := c.Seconds == 0 && c.File == ""
	spoken := k.Say(sound, forever)
	if forever {
		return nil
	}
	select {
	case <-spoken:
		return nil
	case <-k.Done():
		return fmt.Errorf("the call ended first: %s", k.Why())
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// hear is answered when it has been heard: a tone, silence (no tone named), or sound
// that is not the tone.
func hear(ctx context.Context, k *phone.Call, c command) error {
	limit := patience
	if c.Seconds > 0 {
		limit = seconds(c.Seconds)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errors.New("patience is over"))
	defer cancel()
	switch {
	case c.Else:
		return k.HearElse(ctx, c.Hertz)
	case c.Hertz == 0:
		return k.HearSilence(ctx)
	}
	return k.Hear(ctx, c.Hertz)
}

// sound is what a command wants to be said; nothing when it names no sound.
func (c command) sound() ([]int16, error) {
	if c.File == "" {
		if c.Hertz == 0 {
			return nil, nil
		}
		length := toneTime
		if c.Seconds > 0 {
			length = seconds(c.Seconds)
		}
		return media.Tone(length, loudness, c.Hertz), nil
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, fmt.Errorf("open what is to be said: %w", err)
	}
	defer f.Close()
	return media.ReadSound(f)
}

func (c command) local() (netip.Addr, error) {
	if c.Local == "" {
		return netip.Addr{}, nil
	}
	return netip.ParseAddr(c.Local)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
