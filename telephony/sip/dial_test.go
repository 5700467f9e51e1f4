package sip

import (
	"strings"
	"testing"
	"time"

	"github.com/icholy/digest"

	"github.com/callcard/callcard/telephony"
)

// carriers are the trunks of a test: the peer itself, by address and by an account.
type carriers struct {
	*office
	trunks []Trunk
}

func (c *carriers) Trunks() []Trunk { return c.trunks }

func (*carriers) Credential(extension string) (Credential, bool) {
	return HashCredential(extension, DefaultRealm, "secret of "+extension), true
}

// placed opens a line of ours over the given trunk, which leads to the peer.
func placed(t *testing.T, trunk Trunk, adjust ...func(*Config, *timing)) (*office, *peer, *story) {
	t.Helper()
	lines := &carriers{}
	o := openOffice(t, append(adjust, func(c *Config, _ *timing) {
		lines.office, c.Directory = c.Stories.(*office), lines
	})...)
	far := newPeer(t, o.addr)
	if trunk.Register != nil {
		trunk.Register.Server = far.addr()
	} else {
		trunk.Hosts = []string{far.addr()}
	}
	lines.trunks = []Trunk{trunk}
	o.server.Reload()
	until(t, "readiness", o.server.Ready)
	return o, far, opened(t, o)
}

func opened(t *testing.T, o *office) *story {
	t.Helper()
	s := &story{t: t, events: make(chan telephony.Event, 256)}
	var err error
	if s.line, err = o.server.Open(newCallID(), s); err != nil {
		t.Fatal(err)
	}
	return s
}

var toClient = telephony.Dial{To: telephony.Target{Trunk: "line", Number: "+998901234567"}, From: "+998712000001", Display: "Anna"}

// The agent's own device is rung, then the client; they hear each other.
func TestDialOverTrunk(t *testing.T) {
	o, far, s := placed(t, Trunk{Name: "line"})
	agent := newPeer(t, o.addr)
	o.register("101", agent)
	s.do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "101"}, From: "+998901234567", Headers: map[string]string{"X-Callcard-Dial": "c1"}})
	toAgent := agent.waitMethod("INVITE")
	if toAgent.get("X-Callcard-Dial") != "c1" {
		t.Errorf("headers: %q", toAgent.headers)
	}
	agent.respond(toAgent, 200, "a", agent.sdp("8 101"))
	s.expect(telephony.LegAnswered{Leg: "a1"})
	s.do(toClient)
	invite := far.waitMethod("INVITE")
	if !strings.HasPrefix(invite.start, "INVITE sip:+998901234567@"+far.addr()) {
		t.Errorf("start: %s", invite.start)
	}
	for name, want := range map[string]string{"From": "<sip:+998712000001@127.0.0.1>;tag=", "P-Asserted-Identity": "<sip:+998712000001@127.0.0.1>"} {
		if !strings.HasPrefix(invite.get(name), want) {
			t.Errorf("%s: %s", name, invite.get(name))
		}
	}
	if strings.Contains(strings.Join(invite.headers, "\n"), "X-Callcard") || strings.Contains(invite.get("From"), "Anna") {
		t.Errorf("the carrier is told what is ours: %q", invite.headers)
	}
	far.respond(invite, 180, "f", "")
	s.expect(telephony.LegRinging{Leg: telephony.CallerLeg})
	s.do(telephony.Play{Leg: "a1", Sound: telephony.Ringback, Loop: true})
	far.respond(invite, 200, "f", far.sdp("8 101"))
	far.waitMethod("ACK")
	s.expect(telephony.LegAnswered{Leg: telephony.CallerLeg})
	s.do(telephony.Connect{Leg: "a1"})
	hears(t, far, agent, invite.body, toAgent.body)
	far.within(invite, "f", "BYE", 1, "")
	far.waitStatus(200, "BYE")
	s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Remote, Cause: telephony.Normal})
	s.do(telephony.Hangup{Cause: telephony.Normal})
	agent.respond(agent.waitMethod("BYE"), 200, "", "")
	s.over()
	if n := o.server.LiveCalls(); n != 0 || len(o.server.calls.byTrunk()) != 0 {
		t.Errorf("%d live calls, %v", n, o.server.calls.byTrunk())
	}
}

// A refusal leaves the leg free for another try, and says what the carrier means.
func TestDialRefused(t *testing.T) {
	for _, tc := range []struct {
		status int
		reason string
		want   telephony.Cause
	}{
		{486, "", telephony.BusyHere}, {603, "", telephony.Declined}, {404, "", telephony.UnknownNumber}, {480, "", telephony.Unreachable},
		{480, "Q.850;cause=19", telephony.NoAnswer}, {503, "Q.850;cause=17", telephony.BusyHere}, {503, "", telephony.Overloaded},
		{403, "", telephony.NotAllowed}, {302, "", telephony.Declined}, {407, "", telephony.NotAllowed},
	} {
		_, far, s := placed(t, Trunk{Name: "line"})
		for range 2 {
			s.do(toClient)
			invite := far.waitMethod("INVITE")
			far.respond(invite, 100, "", "")
			headers := []string{"Contact: <sip:+88212345678@192.0.2.1>"}
			if tc.reason != "" {
				headers = append(headers, "Reason: "+tc.reason)
			}
			far.respond(invite, tc.status, "f", "", headers...)
			far.waitMethod("ACK")
			s.expect(telephony.LegRefused{Leg: telephony.CallerLeg, Cause: tc.want, Code: tc.status})
		}
		s.do(telephony.Hangup{Cause: telephony.Normal})
		s.over()
	}
}

func TestDialTakenBack(t *testing.T) {
	_, far, s := placed(t, Trunk{Name: "line"})
	s.do(toClient)
	invite := far.waitMethod("INVITE")
	far.respond(invite, 180, "f", "")
	s.expect(telephony.LegRinging{Leg: telephony.CallerLeg})
	s.do(telephony.Hangup{Cause: telephony.Cancelled})
	far.respond(far.waitMethod("CANCEL"), 200, "", "")
	far.respond(invite, 487, "f", "")
	far.waitMethod("ACK")
	s.expect(telephony.LegRefused{Leg: telephony.CallerLeg, Cause: telephony.Withdrawn})
	s.over()
}

// A trunk that says nothing is given up; its late answer is acknowledged and hung up.
func TestDialSilentTrunk(t *testing.T) {
	_, far, s := placed(t, Trunk{Name: "line"}, func(_ *Config, c *timing) { c.silence = 50 * time.Millisecond })
	s.do(toClient)
	invite := far.waitMethod("INVITE")
	s.expect(telephony.LegRefused{Leg: telephony.CallerLeg, Cause: telephony.Unreachable})
	far.respond(invite, 200, "f", far.sdp("8"))
	far.waitMethod("ACK")
	far.respond(far.waitMethod("BYE"), 200, "", "")
	s.do(telephony.Hangup{Cause: telephony.Normal})
	s.over()
}

// The account's password is proved once, and the provider's second challenge is an end.
func TestDialProvesTheAccount(t *testing.T) {
	_, far, s := placed(t, Trunk{Name: "line", Register: &Registration{User: "acc", Password: "secret"}})
	challenge := `Proxy-Authenticate: Digest realm="provider", nonce="n1", algorithm=MD5, qop="auth"`
	s.do(toClient)
	first := far.waitMethod("INVITE")
	far.respond(first, 407, "f", "", challenge)
	far.waitMethod("ACK")
	second := far.waitMethod("INVITE")
	answer := second.get("Proxy-Authorization")
	if !strings.Contains(answer, `username="acc"`) || !strings.Contains(answer, `uri="sip:+998901234567@`) || strings.Contains(answer, "secret") {
		t.Errorf("answer: %s", answer)
	}
	if first.get("CSeq") == second.get("CSeq") || first.get("Call-ID") != second.get("Call-ID") || second.body != first.body {
		t.Error("the INVITE was not repeated within its dialog")
	}
	if !strings.HasPrefix(second.get("From"), "<sip:acc@") || !strings.Contains(second.get("P-Asserted-Identity"), "+998712000001") {
		t.Errorf("From %s, asserted %s", second.get("From"), second.get("P-Asserted-Identity"))
	}
	far.respond(second, 407, "f", "", challenge)
	far.waitMethod("ACK")
	s.expect(telephony.LegRefused{Leg: telephony.CallerLeg, Cause: telephony.NotAllowed, Code: 407})
	s.do(telephony.Hangup{Cause: telephony.Normal})
	s.over()
}

// What the line says before the answer is heard by the agent.
func TestEarlyMediaReachesTheAgent(t *testing.T) {
	o, far, _ := placed(t, Trunk{Name: "line"})
	agent := newPeer(t, o.addr)
	s := opened(t, o)
	o.register("101", agent)
	s.do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "101"}})
	toAgent := agent.waitMethod("INVITE")
	agent.respond(toAgent, 200, "a", agent.sdp("8 101"))
	s.expect(telephony.LegAnswered{Leg: "a1"})
	s.do(toClient)
	invite := far.waitMethod("INVITE")
	far.respond(invite, 183, "f", far.sdp("8", "a=sendonly\r\n"))
	s.expect(telephony.LegRinging{Leg: telephony.CallerLeg, Sound: true})
	s.do(telephony.Connect{Leg: "a1"})
	hears(t, far, agent, invite.body, toAgent.body)
	far.respond(invite, 200, "f", far.sdp("8"))
	far.waitMethod("ACK")
	s.expect(telephony.LegAnswered{Leg: telephony.CallerLeg})
	s.do(telephony.Hangup{Cause: telephony.Normal})
	far.respond(far.waitMethod("BYE"), 200, "", "")
	agent.respond(agent.waitMethod("BYE"), 200, "", "")
	s.over()
}

// dialAs sends an INVITE as an agent's device does: a challenge, then the proof.
func (p *peer) dialAs(extension, uri string) *caller {
	p.t.Helper()
	c := &caller{peer: p, cseq: 1, target: uri}
	r := request{method: "INVITE", uri: uri, cseq: 1, body: p.sdp("8 101"), from: "<sip:" + extension + "@callcard>;tag=d", to: "<" + uri + ">", callID: newTag()}
	r = p.write(r)
	refused := p.waitStatus(407, "INVITE")
	p.write(request{method: "ACK", uri: uri, cseq: 1, from: r.from, to: refused.get("To"), callID: r.callID, branch: r.branch})
	challenge, err := digest.ParseChallenge(refused.all("Proxy-Authenticate")[0])
	if err != nil {
		p.t.Fatal(err)
	}
	proof, err := digest.Digest(challenge, digest.Options{Method: "INVITE", URI: uri, Username: extension, Password: "secret of " + extension})
	if err != nil {
		p.t.Fatal(err)
	}
	r.branch, r.cseq, r.headers = "", 2, []string{"Proxy-Authorization: " + proof.String()}
	c.cseq, c.invite = 2, p.write(r)
	return c
}

// An agent dials on his phone: the call is his, whatever From he writes, and the client's
// leg waits for Dial. Without a registration his password opens nothing.
func TestAgentDialsOnHisPhone(t *testing.T) {
	o, far, unused := placed(t, Trunk{Name: "line"})
	unused.do(telephony.Hangup{Cause: telephony.Normal})
	agent := newPeer(t, o.addr)
	uri := "sip:901234567@" + o.addr.String()
	o.register("102", newPeer(t, o.addr))
	o.register("101", agent)
	agent.dialAs("103", uri) // from a registered device, or the address would be the trunk's
	agent.waitStatus(403, "INVITE")

	c := agent.dialAs("101", uri)
	s := o.story()
	if s.in.Agent != "101" || s.in.Leg == "" || s.in.To != "901234567" || s.in.From != "" || s.in.Line != "" {
		t.Fatalf("came in as %+v", s.in)
	}
	s.do(toClient)
	invite := far.waitMethod("INVITE")
	far.respond(invite, 180, "f", "")
	s.expect(telephony.LegRinging{Leg: telephony.CallerLeg})
	s.do(telephony.Ring{Leg: s.in.Leg})
	agent.waitStatus(180, "INVITE")
	far.respond(invite, 183, "f", far.sdp("8 101"))
	s.expect(telephony.LegRinging{Leg: telephony.CallerLeg, Sound: true})
	s.do(telephony.Connect{Leg: s.in.Leg})
	progress := agent.waitStatus(183, "INVITE")
	hears(t, far, agent, invite.body, progress.body)
	far.respond(invite, 200, "f", far.sdp("8 101"))
	far.waitMethod("ACK")
	s.expect(telephony.LegAnswered{Leg: telephony.CallerLeg})
	s.do(telephony.Answer{Leg: s.in.Leg})
	c.dialogOf(agent.waitStatus(200, "INVITE"))
	c.ack("")
	s.do(telephony.Connect{Leg: s.in.Leg})
	hears(t, far, agent, invite.body, progress.body)
	c.request("BYE", "")
	agent.waitStatus(200, "BYE")
	s.expect(telephony.LegEnded{Leg: s.in.Leg, By: telephony.Remote, Cause: telephony.Normal})
	s.do(telephony.Hangup{Cause: telephony.Normal})
	far.respond(far.waitMethod("BYE"), 200, "", "")
	s.over()
}
