package acceptance

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/telephony/phone"
)

const (
	callerTone = 1000.0 // Hz, what callers say
	agentTone  = 440.0  // what agents say
	patience   = 15 * time.Second
)

var (
	callersAt = netip.MustParseAddr("127.0.0.2")
	agentsAt  = netip.MustParseAddr("127.0.0.3")
	silentLog = slog.New(slog.DiscardHandler)
)

// team is a queue with a number and agents of its own.
type team struct {
	t      *testing.T
	s      *server
	queue  string
	number string
	agents []*agent
	boss   *screen // the supervisor's
}

// agent is a person with a desk phone.
type agent struct {
	t           *testing.T
	team        *team
	login       string
	extension   string
	sipPassword string
	*phone.Phone
}

// team makes a team of n, with phones registered, while the server runs. rules are
// more fields of the queue.
func (s *server) team(t *testing.T, n int, rules ...string) *team {
	t.Helper()
	tm := s.absentTeam(t, n, rules...)
	for _, a := range tm.agents {
		a.arrive(t)
	}
	return tm
}

// absentTeam is a team whose phones are not there yet.
func (s *server) absentTeam(t *testing.T, n int, rules ...string) *team {
	t.Helper()
	id := 10 + s.number.Add(1)
	tm := &team{t: t, s: s, queue: fmt.Sprintf("team%d", id), number: fmt.Sprintf("+99871%07d", 2000000+id)}
	var users, logins strings.Builder
	for i := range n {
		a := &agent{t: t, team: tm, login: fmt.Sprintf("agent%d.%d", id, i), extension: fmt.Sprintf("%d%02d", id, i)}
		a.sipPassword = fmt.Sprintf("desk-phone-%s-secret-8Kq", a.extension)
		tm.agents = append(tm.agents, a)
		fmt.Fprintf(&users, "  - {login: %s, name: Agent %s, password: %q, role: agent, office: Tashkent, extension: %q, sip_password: %q, auto_available: true}\n",
			a.login, a.extension, password, a.extension, a.sipPassword)
		fmt.Fprintf(&logins, "%s, ", a.login)
	}
	fields := "wrap_up: 0s"
	if len(rules) > 0 {
		fields = strings.Join(rules, ", ")
	}
	out, code := s.apply(fmt.Sprintf("users:\n%squeues:\n  - {name: %s, office: Tashkent, agents: [%s], %s}\nnumbers:\n  - {number: %q, queue: %s}\n",
		users.String(), tm.queue, strings.TrimSuffix(logins.String(), ", "), fields, tm.number, tm.queue))
	if code != 0 {
		t.Fatalf("the team was refused:\n%s", out)
	}
	boss := s.as("boss")
	await(t, "the running server to know the team", 10*time.Second, func() bool {
		seated := 0
		for _, a := range list[struct {
			Login string      `json:"login"`
			State *agentState `json:"state"`
		}](t, boss, "/agents") {
			if a.State != nil && strings.HasPrefix(a.Login, fmt.Sprintf("agent%d.", id)) {
				seated++
			}
		}
		return seated == n
	})
	tm.boss = boss.screen(t)
	return tm
}

// arrive plugs the agent's phone in: he becomes available by it.
func (a *agent) arrive(t *testing.T) {
	t.Helper()
	p, err := phone.New(t.Context(), phone.Config{
		Server: a.team.s.sip, Local: agentsAt, User: a.extension, Password: a.sipPassword, Codec: media.PCMA, Log: silentLog,
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Phone = p
	t.Cleanup(p.Close)
	if err := p.Register(within(t, patience)); err != nil {
		t.Fatal(err)
	}
	a.team.boss.agentIs(t, a.login, "available")
}

// rings waits until the agent's phone rings.
func (a *agent) rings() *phone.Call {
	a.t.Helper()
	select {
	case c := <-a.Calls():
		return c
	case <-time.After(patience):
		a.t.Fatalf("the phone of %s did not ring; calls: %s", a.login, a.team.boss.story())
		return nil
	}
}

// quiet fails if the agent's phone has rung.
func (a *agent) quiet() {
	a.t.Helper()
	select {
	case <-a.Calls():
		a.t.Errorf("the phone of %s has rung", a.login)
	default:
	}
}

// picksUp waits for the ringing, answers and says the agents' tone.
func (a *agent) picksUp() *phone.Call {
	a.t.Helper()
	c := a.rings()
	if err := c.Answer(); err != nil {
		a.t.Fatalf("%s can't answer: %v", a.login, err)
	}
	c.Say(media.Tone(time.Second, 0.3, agentTone), true)
	return c
}

// answersAll lets phones answer whatever rings, until the test ends; what they answer
// comes out of the channel.
func answersAll(t *testing.T, agents []*agent) <-chan *phone.Call {
	t.Helper()
	talks := make(chan *phone.Call, 1024)
	for _, a := range agents {
		calls := a.Calls()
		go func() { // ends when the phone is closed
			for c := range calls {
				if c.Answer() == nil {
					c.Say(media.Tone(time.Second, 0.3, agentTone), true)
					talks <- c
				}
			}
		}()
	}
	return talks
}

// whose finds the agent whose phone rings first.
func (tm *team) whose() (*agent, *phone.Call) {
	tm.t.Helper()
	type rung struct {
		a *agent
		c *phone.Call
	}
	found := make(chan rung)
	stop := make(chan struct{})
	defer close(stop)
	for _, a := range tm.agents {
		if a.Phone == nil {
			continue
		}
		go func() {
			select {
			case <-stop:
				return
			default:
			}
			select {
			case c := <-a.Calls():
				select {
				case found <- rung{a, c}:
				case <-stop:
					c.Reject(486, "Busy Here")
				}
			case <-stop:
			}
		}()
	}
	select {
	case r := <-found:
		return r.a, r.c
	case <-time.After(patience):
		tm.t.Fatalf("no phone of the team rings; calls: %s", tm.boss.story())
		return nil, nil
	}
}

// newNumber is a client's number that was never used on this server.
func (s *server) newNumber() string { return fmt.Sprintf("+99890%07d", 1000000+s.number.Add(1)) }

// dials calls the team from a number as the carrier writes it.
func (tm *team) dials(from string, headers ...string) *phone.Call {
	tm.t.Helper()
	return tm.s.dials(tm.t, from, tm.number, headers...)
}

func (s *server) dials(t *testing.T, from, to string, headers ...string) *phone.Call {
	t.Helper()
	p, err := phone.New(t.Context(), phone.Config{Server: s.sip, Local: callersAt, User: from, Codec: media.PCMA, Log: silentLog})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	extra := map[string]string{}
	for i := 0; i+1 < len(headers); i += 2 {
		extra[headers[i]] = headers[i+1]
	}
	c, err := p.Call(to, extra)
	if err != nil {
		t.Fatal(err)
	}
	c.Say(media.Tone(time.Second, 0.3, callerTone), true)
	return c
}

// talk is a caller and an agent who hear each other.
type talk struct {
	caller, agent *phone.Call
	who           *agent
	from          string
	id            string
}

// talks lets a number call, lets whoever is rung answer, and proves that they hear
// each other.
func (tm *team) talks(from string) talk {
	tm.t.Helper()
	caller := tm.dials(from)
	a, c := tm.whose()
	if err := c.Answer(); err != nil {
		tm.t.Fatal(err)
	}
	c.Say(media.Tone(time.Second, 0.3, agentTone), true)
	up(tm.t, caller)
	k := talk{caller, c, a, from, c.Header("X-Callcard-Call")}
	k.hearEachOther(tm.t)
	return k
}

func (k talk) hearEachOther(t *testing.T) {
	t.Helper()
	hear(t, k.agent, callerTone)
	hear(t, k.caller, agentTone)
}

// end hangs up and waits until the agent is free again.
func (k talk) end(t *testing.T) {
	t.Helper()
	k.caller.Hangup()
	over(t, k.agent, "remote hangup")
	k.who.team.boss.agentIs(t, k.who.login, "available")
}

func hear(t *testing.T, c *phone.Call, hertz float64) {
	t.Helper()
	if err := c.Hear(within(t, patience), hertz); err != nil {
		t.Fatal(err)
	}
}

func up(t *testing.T, c *phone.Call) {
	t.Helper()
	select {
	case <-c.Up():
	case <-c.Done():
		t.Fatalf("the call was not answered: %s", c.Why())
	case <-time.After(patience):
		t.Fatal("the call was not answered in time")
	}
}

// over waits for the end of a leg and checks how it ended.
func over(t *testing.T, c *phone.Call, why string) {
	t.Helper()
	select {
	case <-c.Done():
		if c.Why() != why {
			t.Fatalf("the leg ended by %q, want %q", c.Why(), why)
		}
	case <-time.After(patience):
		t.Fatalf("the leg did not end; want %q", why)
	}
}

// listens lets real time pass on the line: it returns when the caller has said his
// tone for so long.
func (k talk) listens(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-k.caller.Say(media.Tone(d, 0.3, callerTone), false):
	case <-k.caller.Done():
		t.Fatalf("the talk ended too early: %s", k.caller.Why())
	case <-time.After(d + patience):
		t.Fatal("the caller's voice stands still")
	}
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), d, errPatience)
	t.Cleanup(cancel)
	return ctx
}

// contacts are the cards of a number.
func (s *server) contacts(t *testing.T, number string) []contact {
	t.Helper()
	return list[contact](t, s.as("boss"), "/contacts?phone="+strings.ReplaceAll(number, "+", "%2B"))
}

func (s *server) calls(t *testing.T, number string) []call {
	t.Helper()
	return list[call](t, s.as("boss"), "/calls?phone="+strings.ReplaceAll(number, "+", "%2B"))
}

func (s *server) tasks(t *testing.T, number, more string) []task {
	t.Helper()
	return list[task](t, s.as("boss"), "/tasks?kind=callback&phone="+strings.ReplaceAll(number, "+", "%2B")+more)
}

var put, post = http.MethodPut, http.MethodPost
