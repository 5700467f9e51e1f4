//go:build linux

package acceptance

import (
	"fmt"
	"log/slog"
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
