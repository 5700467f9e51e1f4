package sip

import (
	"context"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// qualifyTiming says how often devices are asked whether they are there.
type qualifyTiming struct {
	tick     time.Duration // devices are asked in portions: so many at each tick
	portion  int
	first    time.Duration // after a first REGISTER, up to twice as long
	period   time.Duration // after an answer, up to twice as long
	again    time.Duration // after a miss
	patience time.Duration // with an answer; UDP repeats the question meanwhile
}

// usualQualify asks 100 devices per second at most. A phone that has lost power is
// noticed within 70 seconds; the period keeps the hole in a NAT open as well.
var usualQualify = qualifyTiming{
	tick: 200 * time.Millisecond, portion: 20,
	first: 10 * time.Second, period: 30 * time.Second, again: 5 * time.Second, patience: 4 * time.Second,
}

const (
	// missesToSilent is how often a device must leave OPTIONS unanswered to count as
	// gone. A restored one has no second chance: nobody has heard of it lately.
	missesToSilent = 2
	// missesToSpare is after how many a device that has never answered is left alone:
	// it does not know OPTIONS, which says nothing about its power supply.
	missesToSpare = 3
)

// qualify asks the registered devices with OPTIONS (RFC 3261 sec. 11) whether they
// are there, until ctx ends. It asks those whose end no connection would tell of:
// datagrams, and what a restart has left.
func (r *registrar) qualify(ctx context.Context) {
	var questions sync.WaitGroup
	defer questions.Wait()
	ticker := time.NewTicker(r.timing.tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for _, one := range r.due() {
			questions.Go(func() {
				there := r.answersOptions(ctx, &one)
				if ctx.Err() == nil {
					r.judge(&one, there)
				}
			})
		}
	}
}

// question is a device that is being asked.
type question struct {
	extension string
	device    binding
}

// due takes a portion of the devices whose time has come.
func (r *registrar) due() (due []question) {
	now := r.s.config.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	for extension, devices := range r.devices {
		for i := range devices {
			b := &devices[i]
			if !b.watched() || now.Before(b.askAt) || !now.Before(b.expires) {
				continue
			}
			if len(due) == r.timing.portion {
				return due
			}
			b.askAt = now.Add(jitter(r.timing.period))
			due = append(due, question{extension, *b})
		}
	}
	return due
}

// answersOptions asks one device. Whatever it says, it is there; an edge proxy before
// it may say that it is not (RFC 5626 sec. 5.3).
func (r *registrar) answersOptions(ctx context.Context, q *question) bool {
	s, b := r.s, &q.device
	host := s.host()
	d := &dialog{
		callID:   newTag() + "@" + host,
		local:    sip.FromHeader{Address: sip.Uri{Scheme: "sip", User: "callcard", Host: host}, Params: sip.HeaderParams{{K: "tag", V: newTag()}}},
		remote:   sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: q.extension, Host: host}},
		routes:   b.path,
		target:   b.contact,
		localSeq: firstSeq(),
		source:   b.source, transport: b.transport, natted: true,
	}
	req := d.next(sip.OPTIONS)
	contact := s.contactFor(b.transport)
	req.AppendHeader(&contact)
	req.AppendHeader(sip.NewHeader("Accept", "application/sdp"))
	ctx, cancel := context.WithTimeout(ctx, r.timing.patience)
	defer cancel()
	res, err := s.ask(ctx, req)
	if err != nil {
		return false
	}
	return len(b.path) == 0 || res.StatusCode != 408 && res.StatusCode != 430
}

// judge notes what came of a question. A device that has moved or refreshed
// meanwhile has answered by that.
func (r *registrar) judge(q *question, there bool) {
	now := r.s.config.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	devices := r.devices[q.extension]
	for i := range devices {
		b := &devices[i]
		if b.source != q.device.source || b.cseq != q.device.cseq || b.callID != q.device.callID || !sameContact(*b, q.device) {
			continue
		}
		was := b.silent
		if there {
			b.answers, b.restored, b.missed = true, false, 0
		} else if b.missed++; !was {
			b.askAt = now.Add(r.timing.again)
		}
		if !b.answers && !b.restored && b.missed >= missesToSpare {
			b.askAt = time.Time{}
		}
		switch silent := b.gone(); {
		case silent && sip.IsReliable(b.transport): // as if its connection had closed
			r.alter(q.extension, func() { r.keep(q.extension, func(other binding) bool { return !sameContact(other, q.device) }) })
		case silent != was:
			r.alter(q.extension, func() { b.silent = silent })
		}
		return
	}
}

// watched reports whether a device is asked. The end of its own connection tells of a
// device that has one.
func (b *binding) watched() bool {
	return !b.askAt.IsZero() && (b.dialled || !sip.IsReliable(b.transport))
}

// gone reports whether a device has missed enough questions to count as gone.
func (b *binding) gone() bool {
	switch {
	case b.restored:
		return b.missed > 0 || b.silent
	case b.answers:
		return b.missed >= missesToSilent
	}
	return false
}

// inherit takes over what is known of the device whose registration is refreshed.
func (b *binding) inherit(old *binding) {
	if sameContact(*b, *old) && b.source == old.source && b.transport == old.transport {
		b.answers, b.dialled = old.answers, old.dialled
		if !old.restored && !old.silent {
			b.askAt = old.askAt
		}
	}
}

// jitter is between once and twice a duration.
func jitter(d time.Duration) time.Duration { return d + time.Duration(spread()*float64(d)) }
