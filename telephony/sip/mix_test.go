package sip

import (
	"testing"
	"time"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
	telephone "github.com/callcard/callcard/telephony/phone"
)

// desks is an office where desk phones have passwords.
type desks struct{ *office }

func (desks) Credential(extension string) (Credential, bool) {
	return HashCredential(extension, DefaultRealm, "secret of "+extension), true
}

func openDesks(t *testing.T) *office {
	t.Helper()
	return openOffice(t, func(c *Config, _ *timing) { c.Directory = desks{c.Stories.(*office)} })
}

// desk is a desk phone of an extension.
func (o *office) desk(extension string) *telephone.Phone {
	o.t.Helper()
	p := o.telephoneOf(extension, o.addr.String(), "secret of "+extension)
	if err := p.Register(o.soon()); err != nil {
		o.t.Fatal(err)
	}
	return p
}

// joins rings a phone of an extension beside those who talk; it answers and says a tone.
func (s *story) joins(o *office, leg telephony.LegID, extension string, p *telephone.Phone, hertz float64) *telephone.Call {
	s.t.Helper()
	s.do(telephony.Offer{Leg: leg, To: telephony.Target{Extension: extension}})
	c := next(s.t, p.Calls())
	s.expect(telephony.LegRinging{Leg: leg})
	if err := c.Answer(); err != nil {
		s.t.Fatal(err)
	}
	s.expect(telephony.LegAnswered{Leg: leg})
	c.Say(media.Tone(time.Second, 0.3, hertz), true)
	return c
}

func (o *office) hear(c *telephone.Call, hertz ...float64) {
	o.t.Helper()
	for _, h := range hertz {
		if err := c.HearAmong(o.soon(), h); err != nil {
			o.t.Fatalf("%g Hz: %v", h, err)
		}
	}
}

func (o *office) deaf(c *telephone.Call, hertz float64) {
	o.t.Helper()
	if err := c.HearElse(o.soon(), hertz); err != nil {
		o.t.Fatalf("still %g Hz: %v", hertz, err)
	}
}

// A colleague on a desk phone comes to a talk in a browser: asked first, then all three
// talk, then the agent leaves.
func TestMixOfABrowserAndDeskPhones(t *testing.T) {
	o := openDesks(t)
	mate := o.desk("102")
	s, caller, agent := o.connected(o.page("101"))
	o.hearing(caller, agent)
	colleague := s.joins(o, "a2", "102", mate, 700)
	o.hearing(caller, agent)
	if n := colleague.Received(); n > 0 {
		t.Fatalf("%d packets before anybody has joined him", n)
	}

	const client, a1, a2 = telephony.CallerLeg, telephony.LegID("a1"), telephony.LegID("a2")
	s.do(telephony.Play{Leg: client, Sound: telephony.Ringback, Loop: true})
	s.do(telephony.Mix{Hears: map[telephony.LegID][]telephony.LegID{client: nil, a1: {a2}, a2: {a1}}})
	o.hear(agent, 700)
	o.deaf(agent, 1000)
	o.hear(colleague, 440)
	o.hear(caller, 425)

	s.do(telephony.Stop{Leg: client})
	s.do(telephony.Mix{Hears: map[telephony.LegID][]telephony.LegID{client: {a1, a2}, a1: {client, a2}, a2: {client, a1}}})
	o.hear(caller, 440, 700)
	o.hear(agent, 1000, 700)
	o.hear(colleague, 1000, 440)
	s.do(telephony.HoldLeg{Leg: a2})
	o.deaf(caller, 700)
	o.hear(caller, 440)
	s.do(telephony.ResumeLeg{Leg: a2})
	o.hear(caller, 700)

	agent.Hangup()
	s.expect(telephony.LegEnded{Leg: a1, By: telephony.Remote, Cause: telephony.Normal})
	o.hear(caller, 700)
	o.deaf(caller, 440)
	o.hear(colleague, 1000)
	s.do(telephony.Connect{Leg: a2})
	o.hear(caller, 700)
	s.do(telephony.Hangup{Cause: telephony.Normal})
	s.over()
}

// Legs that are not there, or have not answered, can't be mixed, and nothing changes.
func TestMixNeedsAnsweredLegs(t *testing.T) {
	o := openDesks(t)
	mate := o.desk("102")
	s, caller, agent := o.connected(o.page("101"))
	s.do(telephony.Offer{Leg: "a2", To: telephony.Target{Extension: "102"}})
	ringing := next(t, mate.Calls())
	s.expect(telephony.LegRinging{Leg: "a2"})
	for _, from := range []telephony.LegID{"a2", "nobody"} {
		if err := s.line.Do(telephony.Mix{Hears: map[telephony.LegID][]telephony.LegID{telephony.CallerLeg: {"a1", from}}}); err == nil {
			t.Errorf("%s is mixed", from)
		}
	}
	o.hearing(caller, agent)
	ringing.Reject(486, "Busy Here")
	s.expect(telephony.LegRefused{Leg: "a2", Cause: telephony.BusyHere, Code: 486})
	s.do(telephony.Hangup{Cause: telephony.Normal})
	s.over()
}

// A number is dialled beside the client: it is one leg more, counts among the calls of its
// trunk while it lasts, and a refusal ends it and nothing else.
func TestDialBesideTheClient(t *testing.T) {
	o, far, s := placed(t, Trunk{Name: "line", MaxCalls: 2})
	s.do(toClient)
	first := far.waitMethod("INVITE")
	far.respond(first, 200, "f", far.sdp("8"))
	far.waitMethod("ACK")
	s.expect(telephony.LegAnswered{Leg: telephony.CallerLeg})

	beside := toClient
	beside.Leg, beside.To.Number = "x1", "+998907654321"
	s.do(beside)
	second := far.waitMethod("INVITE")
	another := beside
	another.Leg = "x2"
	s.do(another)
	s.expect(telephony.LegRefused{Leg: "x2", Cause: telephony.Overloaded, Code: 503})
	far.respond(second, 486, "g", "")
	far.waitMethod("ACK")
	s.expect(telephony.LegRefused{Leg: "x1", Cause: telephony.BusyHere, Code: 486})
	if err := s.line.Do(beside); err == nil {
		t.Error("a leg is dialled twice")
	}

	beside.Leg = "x3"
	s.do(beside)
	third := far.waitMethod("INVITE")
	far.respond(third, 180, "h", "")
	s.expect(telephony.LegRinging{Leg: "x3"})
	far.respond(third, 200, "h", far.sdp("8"))
	far.waitMethod("ACK")
	s.expect(telephony.LegAnswered{Leg: "x3"})
	s.do(telephony.Connect{Leg: "x3"})
	hears(t, far, far, first.body, third.body)
	s.do(telephony.Hangup{Leg: "x3", Cause: telephony.Normal})
	far.respond(far.waitMethod("BYE"), 200, "", "")
	s.expect(telephony.LegEnded{Leg: "x3", By: telephony.Local, Cause: telephony.Normal})
	another.Leg = "x4"
	s.do(another)
	fourth := far.waitMethod("INVITE")
	far.respond(fourth, 180, "i", "")
	s.expect(telephony.LegRinging{Leg: "x4"})
	s.do(telephony.Withdraw{Leg: "x4", Reason: telephony.Cancelled})
	far.respond(far.waitMethod("CANCEL"), 200, "", "")
	far.respond(fourth, 487, "i", "")
	far.waitMethod("ACK")
	s.expect(telephony.LegRefused{Leg: "x4", Cause: telephony.Withdrawn})
	s.do(telephony.Hangup{Cause: telephony.Normal})
	far.respond(far.waitMethod("BYE"), 200, "", "")
	s.over()
	until(t, "the trunk to be free", func() bool {
		o.server.calls.mu.Lock()
		defer o.server.calls.mu.Unlock()
		return len(o.server.calls.trunks) == 0
	})
}
