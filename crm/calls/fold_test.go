package calls_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
)

func TestFoldTellsTheStoryOfACall(t *testing.T) {
	anna, bek := id(1), id(2)
	s := newScript(morning).inbound("+998901234567", id(9)).
		add(0, crm.Routed{Reason: "previous_talking_wait", WaitFor: anna}).
		add(time.Second, crm.Offered{Leg: id(11), Agent: anna, Reason: "previous"})
	if c := folded(s.facts); c.State != calls.Ringing || c.Agent != anna {
		t.Errorf("ringing: %+v", c)
	}
	s.add(20*time.Second, crm.OfferEnded{Leg: id(11), Agent: anna, Result: crm.OfferNoAnswer, Code: 408})
	if c := folded(s.facts); c.State != calls.Queued {
		t.Errorf("after the offer: %s", c.State)
	}
	s.add(0, crm.Offered{Leg: id(12), Agent: bek, Reason: "least_busy"}).
		add(2*time.Second, crm.Answered{Leg: id(12), Agent: bek, WaitMS: 23_000}).
		add(0, crm.RecordingStarted{Recording: id(20), Path: "a.wav"}).
		add(10*time.Second, crm.Held{By: crm.Agent}).
		add(time.Second, crm.Held{By: crm.Caller})
	if c := folded(s.facts); c.State != calls.Held || c.Recording.Closed {
		t.Errorf("held: %+v", c)
	}
	s.add(4*time.Second, crm.Resumed{By: crm.Agent}).add(5*time.Second, crm.Resumed{By: crm.Caller})
	if c := folded(s.facts); c.State != calls.Talking || c.HoldMS != 10_000 {
		t.Errorf("both sides held for 10 s together, the fold has %d ms in state %s", c.HoldMS, c.State)
	}
	s.add(30*time.Second, crm.Ended{By: crm.Agent, Reason: crm.EndCompleted, TalkMS: 50_000}).
		add(0, crm.Recorded{Recording: id(20), Path: "a.wav", DurationMS: 49_900})
	c := folded(s.facts)
	if c.State != calls.Ended || c.Agent != bek || c.WaitMS != 23_000 || c.TalkMS != 50_000 || c.EndReason != crm.EndCompleted || c.By != crm.Agent {
		t.Errorf("ended: %+v", c)
	}
	if len(c.Route) != 2 || c.Route[0].Result != crm.OfferNoAnswer || c.Route[0].Code != 408 || c.Route[1].Result != crm.OfferAnswered {
		t.Errorf("route: %+v", c.Route)
	}
	if len(c.Decisions) != 1 || c.Decisions[0].WaitFor != anna || !c.Recording.Closed || c.Recording.DurationMS != 49_900 {
		t.Errorf("decisions %+v, recording %+v", c.Decisions, c.Recording)
	}
	var told []crm.FactKind
	for _, m := range c.Moments {
		told = append(told, m.Kind)
	}
	want := []crm.FactKind{crm.FactIdentified, crm.FactAnswered, crm.FactRecording, crm.FactHeld, crm.FactHeld, crm.FactResumed, crm.FactResumed, crm.FactRecorded}
	if !slices.Equal(told, want) {
		t.Errorf("the story has %v, want %v", told, want)
	}
}

// The device of who talks is lost in the middle of a hold, and found; lost again, and the
// caller is put back in the queue.
func TestFoldOfALostAgent(t *testing.T) {
	anna, bek := id(1), id(2)
	s := newScript(morning).inbound("+998901234567", id(9)).
		add(time.Second, crm.Offered{Leg: id(11), Agent: anna}).
		add(time.Second, crm.Answered{Leg: id(11), Agent: anna, WaitMS: 2000}).
		add(0, crm.RecordingStarted{Recording: id(20), Path: "a.wav"}).
		add(10*time.Second, crm.Held{By: crm.Agent}).
		add(time.Second, crm.AgentLost{Agent: anna})
	if c := folded(s.facts); c.LostAt == nil || c.State != calls.Held || c.Agent != anna {
		t.Errorf("lost: %+v", c)
	}
	s.add(4*time.Second, crm.AgentBack{Agent: anna, Leg: id(12)})
	if c := folded(s.facts); c.LostAt != nil || c.State != calls.Talking || c.HoldMS != 5000 {
		t.Errorf("back: %+v", c)
	}
	s.add(time.Second, crm.AgentLost{Agent: anna}).
		add(30*time.Second, crm.Queued{Queue: "sales", EnteredAt: morning, Why: crm.QueuedAgentLost})
	if c := folded(s.facts); c.LostAt != nil || c.State != calls.Queued || !c.QueuedAt.Equal(morning) {
		t.Errorf("put back: %+v", c)
	}
	givesUp := s.fork().add(time.Second, crm.Ended{By: crm.Caller, Reason: crm.EndAbandoned, TalkMS: 40_000})
	if c := folded(givesUp.facts); c.Agent != anna || !c.Missed() || !c.Talked() {
		t.Errorf("nobody else took it: %+v", c)
	}
	s.add(time.Second, crm.Offered{Leg: id(13), Agent: bek})
	if c := folded(s.facts); c.State != calls.Ringing || c.Agent != bek {
		t.Errorf("rings elsewhere: %+v", c)
	}
	rings := s.fork().add(time.Second, crm.Ended{By: crm.Caller, Reason: crm.EndAbandoned, TalkMS: 40_000})
	if c := folded(rings.facts); c.Agent != anna || c.Route[1].Result == "" {
		t.Errorf("given up while it rang elsewhere: %+v", c)
	}
	s.add(time.Second, crm.Answered{Leg: id(13), Agent: bek, WaitMS: 2000}).
		add(time.Minute, crm.Ended{By: crm.Caller, Reason: crm.EndCompleted, TalkMS: 100_000})
	c := folded(s.facts)
	if c.Agent != bek || c.Missed() || c.HoldMS != 5000 || c.TalkMS != 100_000 {
		t.Errorf("ended: %+v", c)
	}
	told := map[crm.FactKind]int{}
	for _, m := range c.Moments {
		told[m.Kind]++
	}
	if told[crm.FactAgentLost] != 2 || told[crm.FactAgentBack] != 1 || told[crm.FactQueued] != 1 || told[crm.FactAnswered] != 2 {
		t.Errorf("the story has %v", told)
	}
}

// A client is asked about, comes into a talk of three, and is given to the colleague; later
// he is put into another queue, from where nobody takes him.
func TestFoldOfATransfer(t *testing.T) {
	anna, bek := id(1), id(2)
	s := newScript(morning).inbound("+998901234567", id(9)).
		add(time.Second, crm.Offered{Leg: id(11), Agent: anna}).
		add(time.Second, crm.Answered{Leg: id(11), Agent: anna, WaitMS: 2000}).
		add(10*time.Second, crm.ConsultBegan{By: anna, ToAgent: bek, Leg: id(12)}).
		add(0, crm.Offered{Leg: id(12), Agent: bek, Reason: "consulted"})
	if c := folded(s.facts); c.State != calls.Talking || c.Agent != anna || c.Consult == nil || c.Consult.Agent != bek || c.Consult.State != calls.ConsultRinging {
		t.Errorf("asked: %+v", c)
	}
	refused := s.fork().add(time.Second, crm.OfferEnded{Leg: id(12), Agent: bek, Result: crm.OfferDeclined}).
		add(0, crm.ConsultEnded{ToAgent: bek, Why: crm.ConsultRefused})
	if c := folded(refused.facts); c.State != calls.Talking || c.Agent != anna || c.Consult != nil {
		t.Errorf("refused: %+v", c)
	}
	s.add(time.Second, crm.OfferEnded{Leg: id(12), Agent: bek, Result: crm.OfferAnswered}).
		add(0, crm.ConsultAnswered{Leg: id(12), ToAgent: bek})
	before := folded(s.facts)
	s.add(time.Second, crm.ConsultHeld{}).add(time.Second, crm.ConsultResumed{}).add(time.Second, crm.ConferenceBegan{ToAgent: bek})
	if c := folded(s.facts); c.Consult.State != calls.ConsultConference || before.Consult.State != calls.ConsultTalking {
		t.Errorf("three: %+v after %+v", c.Consult, before.Consult)
	}
	s.add(time.Second, crm.Transferred{By: anna, ToAgent: bek, How: crm.TransferAttended}).
		add(0, crm.ConsultEnded{ToAgent: bek, Why: crm.ConsultTransferred}).
		add(0, crm.Answered{Leg: id(12), Agent: bek})
	if c := folded(s.facts); c.State != calls.Talking || c.Agent != bek || c.Consult != nil || c.WaitMS != 2000 {
		t.Errorf("handed over: %+v", c)
	}
	done := s.fork().add(time.Minute, crm.Ended{By: crm.Caller, Reason: crm.EndCompleted, TalkMS: 75_000})
	if c := folded(done.facts); c.Agent != bek || c.Missed() || c.TalkMS != 75_000 {
		t.Errorf("ended: %+v", c)
	}
	s.add(time.Second, crm.Transferred{By: bek, ToQueue: "service", How: crm.TransferBlind}).
		add(0, crm.Queued{Queue: "service", EnteredAt: morning.Add(time.Minute), Why: crm.QueuedTransferred}).
		add(time.Second, crm.Ended{By: crm.Caller, Reason: crm.EndAbandoned, TalkMS: 20_000})
	c := folded(s.facts)
	if c.Agent != bek || !c.Missed() || c.Queue != "service" {
		t.Errorf("given up in the other queue: %+v", c)
	}
	var told []crm.FactKind
	for _, m := range c.Moments {
		told = append(told, m.Kind)
	}
	want := []crm.FactKind{crm.FactIdentified, crm.FactAnswered, crm.FactConsultBegan, crm.FactConsultAnswered, crm.FactConsultHeld, crm.FactConsultResumed,
		crm.FactConferenceBegan, crm.FactTransferred, crm.FactConsultEnded, crm.FactAnswered, crm.FactTransferred}
	if !slices.Equal(told, want) {
		t.Errorf("the story has %v, want %v", told, want)
	}
}

// A number outside gets the client: the call stays that of who has given him away.
func TestFoldOfATransferToANumber(t *testing.T) {
	anna := id(1)
	s := newScript(morning).inbound("+998901234567", id(9)).
		add(time.Second, crm.Offered{Leg: id(11), Agent: anna}).
		add(time.Second, crm.Answered{Leg: id(11), Agent: anna, WaitMS: 2000}).
		add(time.Second, crm.Held{By: crm.Agent}).
		add(time.Second, crm.Transferred{By: anna, ToNumber: "+998907654321", How: crm.TransferBlind})
	if c := folded(s.facts); c.State != calls.Ringing || c.HoldMS != 1000 || c.HeldAt != nil {
		t.Errorf("rings: %+v", c)
	}
	s.add(time.Second, crm.Answered{Leg: id(12)})
	if c := folded(s.facts); c.State != calls.Talking || c.Agent != anna {
		t.Errorf("talks: %+v", c)
	}
}

func TestMissedAndReached(t *testing.T) {
	type is struct{ missed, reached bool }
	for _, c := range []struct {
		direction crm.Direction
		reason    crm.EndReason
		talked    bool
		want      is
	}{
		{crm.Inbound, crm.EndAbandoned, false, is{missed: true}},
		{crm.Inbound, crm.EndUnanswered, false, is{missed: true}},
		{crm.Inbound, crm.EndAbandoned, true, is{missed: true}},
		{crm.Inbound, crm.EndInterrupted, false, is{missed: true}},
		{crm.Inbound, crm.EndInterrupted, true, is{missed: true}},
		{crm.Inbound, crm.EndFailed, false, is{missed: true}},
		{crm.Inbound, crm.EndMediaLost, true, is{reached: true}},
		{crm.Inbound, crm.EndRejected, false, is{}},
		{crm.Inbound, crm.EndCompleted, true, is{reached: true}},
		{crm.Outbound, crm.EndCompleted, true, is{reached: true}},
		{crm.Outbound, crm.EndUnanswered, false, is{}},
		{crm.Within, crm.EndCompleted, true, is{}},
		{crm.Within, crm.EndAbandoned, false, is{}},
	} {
		s := newScript(morning).add(0, crm.Arrived{Direction: c.direction, From: "+1", To: "+2"})
		if c.talked {
			s.add(0, crm.Answered{Agent: id(1)})
		}
		call := folded(s.add(time.Second, crm.Ended{Reason: c.reason}).facts)
		if got := (is{call.Missed(), call.Reached()}); got != c.want {
			t.Errorf("%s %s talked=%v: %+v, want %+v", c.direction, c.reason, c.talked, got, c.want)
		}
	}
}

// A clock that is set back in the middle of a call makes no negative times, and facts
// that come again make no difference.
func TestFoldIsSafeAgainstClocksAndRepeats(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 3))
	for range 500 {
		facts := randomCall(rnd)
		want := picture(folded(facts))
		var repeated []crm.Fact
		for i, f := range facts {
			repeated = append(repeated, f)
			repeated = append(repeated, facts[rnd.IntN(i+1)])
		}
		if got := picture(folded(repeated)); got != want {
			t.Fatalf("with repeats\n%s\nwithout\n%s", got, want)
		}
		for i := range facts {
			if rnd.IntN(3) == 0 {
				facts[i].At = facts[i].At.Add(-time.Hour)
			}
		}
		if c := folded(facts); c.WaitMS < 0 || c.TalkMS < 0 || c.HoldMS < 0 || c.HoldMS > c.TalkMS {
			t.Fatalf("wait %d, talk %d, hold %d", c.WaitMS, c.TalkMS, c.HoldMS)
		}
	}
}

func TestInterrupted(t *testing.T) {
	file := crm.RecordingStarted{Recording: id(20), Path: "a.wav"}
	answered := func() *script {
		return newScript(morning).inbound("+998901234567", id(9)).add(5*time.Second, crm.Answered{Leg: id(1), Agent: id(2), WaitMS: 5000})
	}
	t.Run("a recorded talk ends with its recording", func(t *testing.T) {
		s := answered().add(0, file)
		got := calls.Interrupted(s.facts, s.at.Add(59*time.Second), map[crm.ID]crm.Recorded{
			id(20): {Path: "/somewhere/a.wav", DurationMS: 60_000, Bytes: 1, SHA256: "cd"},
		})
		if len(got) != 2 || got[0].Data != (crm.Recorded{Recording: id(20), Path: "a.wav", DurationMS: 60_000, Bytes: 1, SHA256: "cd", Truncated: "interrupted"}) ||
			got[1].Data != (crm.Ended{By: crm.System, Reason: crm.EndInterrupted, TalkMS: 60_000}) {
			t.Errorf("%+v", got)
		}
		if got[0].Seq != len(s.facts)+1 || got[1].Seq != len(s.facts)+2 || !got[1].At.Equal(s.at.Add(time.Minute)) {
			t.Errorf("numbers or times: %+v", got)
		}
	})
	t.Run("an unrecorded talk ends with the server's last sign of life", func(t *testing.T) {
		s := answered()
		got := calls.Interrupted(s.facts, s.at.Add(42*time.Second), nil)
		if len(got) != 1 || got[0].Data.(crm.Ended).TalkMS != 42_000 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("a waiting caller never talked", func(t *testing.T) {
		s := newScript(morning).inbound("+998901234567", id(9))
		got := calls.Interrupted(s.facts, time.Time{}, nil)
		if c := folded(append(s.facts, got...)); len(got) != 1 || c.TalkMS != 0 || !c.Missed() {
			t.Errorf("%+v", got)
		}
	})
	t.Run("only the file was open", func(t *testing.T) {
		s := answered().add(0, file).add(time.Second, crm.Ended{TalkMS: 1000})
		got := calls.Interrupted(s.facts, s.at.Add(time.Hour), nil)
		if len(got) != 1 || got[0].Data.(crm.Recorded).Truncated != "interrupted" {
			t.Errorf("%+v", got)
		}
	})
	t.Run("nothing is known", func(t *testing.T) {
		if got := calls.Interrupted(nil, morning, nil); got != nil {
			t.Errorf("%+v", got)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	facts := talked(morning, "+998901234567", id(1), id(2))
	b.ReportAllocs()
	for b.Loop() {
		var c calls.Call
		for _, f := range facts {
			calls.Fold(&c, f)
		}
	}
}

// A reader may keep a copy of a call while its facts go on.
func TestFoldLeavesCopiesAlone(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 5))
	for range 200 {
		var c calls.Call
		var copies []calls.Call
		var pictures []string
		for _, f := range randomCall(rnd) {
			calls.Fold(&c, f)
			copies, pictures = append(copies, c), append(pictures, picture(c))
		}
		for i, kept := range copies {
			if got := picture(kept); got != pictures[i] {
				t.Fatalf("the copy after fact %d was\n%s\nand is\n%s", i+1, pictures[i], got)
			}
		}
	}
}

func TestSecondRecordingOfACall(t *testing.T) {
	pool := newPool(t)
	h := newHouse(t, pool, pool)
	s := newScript(morning).inbound("+998901234567", id(9)).
		add(0, crm.RecordingStarted{Recording: id(31), Path: "a.wav"}).
		add(time.Second, crm.RecordingStarted{Recording: id(32), Path: "b.wav"}).
		add(time.Second, crm.Recorded{Recording: id(31), Path: "a.wav", DurationMS: 1000}).
		add(0, crm.Offered{Leg: id(41), Agent: id(1)}).
		add(0, crm.OfferEnded{Leg: id(41), Agent: id(1), Result: crm.OfferNoAnswer}).
		add(0, crm.Offered{Leg: id(41), Agent: id(1)}).
		add(0, crm.OfferEnded{Leg: id(42), Agent: id(2), Result: crm.OfferDeclined})
	h.append(s.facts...)
	h.stored()
	if c := folded(s.facts); c.Recording.ID != id(32) || len(c.Route) != 2 {
		t.Errorf("recording %+v, route %+v", c.Recording, c.Route)
	}
	if n := h.count(`select count(*) from recording where closed = (id = $1)`, id(31)); n != 2 {
		t.Errorf("%d recordings are as they should be, want 2", n)
	}
	h.check([][]crm.Fact{s.facts})
}
