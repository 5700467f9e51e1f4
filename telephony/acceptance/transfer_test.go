//go:build linux

package acceptance

import (
	"testing"
	"time"

	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/telephony/phone"
)

// secondTone is what the second agent says.
const secondTone = 700.0

// takes lets the phone of an agent answer and say the second tone.
func (a *agent) takes() *phone.Call {
	a.t.Helper()
	c := a.rings()
	if err := c.Answer(); err != nil {
		a.t.Fatalf("%s can't answer: %v", a.login, err)
	}
	c.Say(media.Tone(time.Second, 0.3, secondTone), true)
	return c
}

// hearsAll waits until a phone hears all these tones.
func hearsAll(t *testing.T, who string, c *phone.Call, hertz ...float64) {
	t.Helper()
	for _, h := range hertz {
		if err := c.HearAmong(within(t, patience), h); err != nil {
			t.Fatalf("the %s: %v", who, err)
		}
	}
}

// other is the agent of a team of two who does not talk.
func (tm *team) other(a *agent) *agent {
	if tm.agents[0] == a {
		return tm.agents[1]
	}
	return tm.agents[0]
}

type passing struct {
	To map[string]string `json:"to,omitempty"`
}

// TestAClientIsGivenToAColleague at once: he hears that it rings and then the colleague; the
// recording goes on, and each of the two writes his notes.
func TestAClientIsGivenToAColleague(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 2, "wrap_up: 60s")
	k := tm.talks(s.newNumber())
	mate := tm.other(k.who)
	me := s.as(k.who.login)
	me.do(t, post, "/calls/"+k.id+"/transfer", passing{map[string]string{"agent": mate.login}}, nil)
	over(t, k.agent, "remote hangup")
	tm.boss.agentIs(t, k.who.login, "wrap_up")
	if err := k.caller.Hear(within(t, patience), 425); err != nil {
		t.Error("the client does not hear that it rings: ", err)
	}
	far := mate.takes()
	if far.Header("X-Callcard-Call") != k.id || far.Number() != k.from {
		t.Errorf("the colleague is shown %s for call %s", far.Number(), far.Header("X-Callcard-Call"))
	}
	hearsAll(t, "client", k.caller, secondTone)
	hearsAll(t, "colleague", far, callerTone)
	for range 3 { // some seconds for the recording
		hearsAll(t, "client", k.caller, secondTone)
	}
	k.caller.Hangup()
	over(t, far, "remote hangup")
	tm.boss.agentIs(t, mate.login, "wrap_up")

	c := s.as("boss").history(t, k.id, "recorded", recorded)
	if c.Agent != mate.login || c.EndReason != "completed" || len(c.Route) != 2 || c.Route[1].Reason != "transferred" {
		t.Errorf("the history says %+v", c)
	}
	heard := s.as("boss").recordingOf(t, k.id)
	heard.lasts(t, time.Duration(c.TalkMS)*time.Millisecond, 2*time.Second)
	if first, second := share(heard.agent[:media.SampleRate/2], agentTone), share(heard.last(time.Second).agent, secondTone); first < 0.8 || second < 0.8 {
		t.Errorf("the recording holds %.2f of the first agent at its beginning and %.2f of the second at its end", first, second)
	}
	if status := me.get("/calls/"+k.id, &c); status != 200 {
		t.Errorf("whoever has given the client away can't open the call: %d", status)
	}
}

// TestAClientIsAskedAbout: the two agents talk while the client hears music, then with him,
// then all three, then the client is the colleague's. What the agents said to each other is
// not in the recording.
func TestAClientIsAskedAbout(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 2)
	k := tm.talks(s.newNumber())
	mate := tm.other(k.who)
	me := s.as(k.who.login)
	order := func(what string) { me.do(t, post, "/calls/"+k.id+"/consult"+what, nil, nil) }

	me.do(t, post, "/calls/"+k.id+"/consult", passing{map[string]string{"agent": mate.login}}, nil)
	hearsMusic(t, "client", k.caller, agentTone)
	far := mate.takes()
	hearsAll(t, "agent", k.agent, secondTone)
	hearsAll(t, "colleague", far, agentTone)
	hearsMusic(t, "client", k.caller, agentTone)
	asked := tm.boss.callFrom(t, k.from, "asking", func(c call) bool { return c.Consult != nil && c.Consult.State == "talking" })
	if asked.Consult.To.Agent != mate.login || asked.Agent != k.who.login {
		t.Errorf("the screen says %+v", asked)
	}

	order("/swap")
	hearsAll(t, "client", k.caller, agentTone)
	hearsAll(t, "agent", k.agent, callerTone)
	hearsMusic(t, "colleague", far, agentTone)
	order("/swap")
	hearsAll(t, "agent", k.agent, secondTone)
	hearsMusic(t, "client", k.caller, agentTone)

	order("/join")
	hearsAll(t, "client", k.caller, agentTone, secondTone)
	hearsAll(t, "agent", k.agent, callerTone, secondTone)
	hearsAll(t, "colleague", far, callerTone, agentTone)

	me.do(t, post, "/calls/"+k.id+"/transfer", passing{}, nil)
	over(t, k.agent, "remote hangup")
	hearsAll(t, "client", k.caller, secondTone)
	if err := k.caller.HearElse(within(t, patience), agentTone); err != nil {
		t.Errorf("the client still hears who has handed him over: %v", err)
	}
	hearsAll(t, "colleague", far, callerTone)
	tm.boss.agentIs(t, k.who.login, "available")
	far.Hangup()
	over(t, k.caller, "remote hangup")
	tm.boss.agentIs(t, mate.login, "available")

	c := s.as("boss").history(t, k.id, "recorded", recorded)
	told := map[string]int{}
	for _, m := range c.Story {
		told[m.Kind]++
	}
	if c.Agent != mate.login || told["consult_began"] != 1 || told["consult_answered"] != 1 || told["consult_held"] != 1 || told["consult_resumed"] != 1 ||
		told["conference_began"] != 1 || told["transferred"] != 1 || told["consult_ended"] != 1 || told["recording"] != 1 {
		t.Errorf("the history says %+v: %v", c, told)
	}
	heard := s.as("boss").recordingOf(t, k.id)
	if all := share(heard.caller, callerTone); all < 0.8 {
		t.Errorf("the recording holds %.2f of what the client said", all)
	}
	if quiet := silent(heard.agent); quiet < 0.1 {
		t.Errorf("only %.2f of the agents' channel is silent: what they said to each other is recorded", quiet)
	}
}

// TestAClientIsGivenToANumber outside, over the trunk, if the rules open it.
func TestAClientIsGivenToANumber(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1)
	network := tm.outside(t)
	k := tm.talks(s.newNumber())
	me := s.as(k.who.login)
	if status, _ := s.send(post, "/calls/"+k.id+"/transfer", me.token, passing{map[string]string{"number": "+19005550199"}}, nil); status != 403 {
		t.Errorf("a closed number: %d", status)
	}
	k.hearEachOther(t)
	number := s.newNumber()
	me.do(t, post, "/calls/"+k.id+"/transfer", passing{map[string]string{"number": number}}, nil)
	over(t, k.agent, "remote hangup")
	far := network.rings(t, number)
	if err := far.Answer(); err != nil {
		t.Fatal(err)
	}
	far.Say(media.Tone(time.Second, 0.3, secondTone), true)
	hearsAll(t, "client", k.caller, secondTone)
	hearsAll(t, "outside", far, callerTone)
	tm.boss.agentIs(t, k.who.login, "available")
	far.Hangup()
	over(t, k.caller, "remote hangup")
}
