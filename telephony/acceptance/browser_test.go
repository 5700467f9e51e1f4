//go:build linux

package acceptance

import (
	"net/http"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/telephony/phone"
)

// arriveInPage makes the agent's page his telephone: signed in, with a short-lived
// account, over the WebSocket.
func (a *agent) arriveInPage(t *testing.T) {
	t.Helper()
	me := a.team.s.as(a.login)
	var account struct{ Extension, Password, URL string }
	me.do(t, post, "/me/phone", nil, &account)
	p, err := phone.New(t.Context(), phone.Config{
		Server: "ws://" + a.team.s.http + account.URL, Header: http.Header{"Authorization": {"Bearer " + me.token}}, Local: agentsAt,
		User: account.Extension, Password: account.Password, Codec: media.PCMA, Log: silentLog,
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Phone = p
	t.Cleanup(p.Close)
	if err := p.Register(within(t, patience)); err != nil {
		t.Fatal(err)
	}
}

// pages is a team whose only agent has a page instead of a desk phone.
func (s *server) pages(t *testing.T) (*team, *agent) {
	t.Helper()
	tm := s.absentTeam(t, 1)
	a := tm.agents[0]
	a.arriveInPage(t)
	tm.boss.agentIs(t, a.login, "available")
	return tm, a
}

func TestAnAgentTelephonesInHisPage(t *testing.T) {
	s := shared(t)
	tm, a := s.pages(t)
	boss := s.as("boss")
	for by, hangUp := range map[string]func(talk){
		"caller": func(k talk) { k.caller.Hangup() },
		"agent":  func(k talk) { k.agent.Hangup() },
	} {
		k := tm.talks(s.newNumber())
		hangUp(k)
		for _, c := range []*phone.Call{k.caller, k.agent} {
			<-c.Done()
		}
		if got := boss.history(t, k.id, "ended", ended); got.EndedBy != by || got.EndReason != "completed" {
			t.Errorf("ended by %s as %s, want by %s", got.EndedBy, got.EndReason, by)
		}
		tm.boss.agentIs(t, a.login, "available")
	}
	k := tm.talks(s.newNumber())
	if err := k.agent.SetHold(within(t, patience), true); err != nil {
		t.Error(err)
	}
	if err := k.agent.SetHold(within(t, patience), false); err != nil {
		t.Error(err)
	}
	k.hearEachOther(t)
	forged := append([]byte{0x80, 8}, make([]byte, 180)...)
	k.agent.Browser().SendRaw(forged)
	await(t, "a forged packet to be counted", patience, func() bool {
		return s.metric(`callcard_webrtc_dropped_total{reason="forged"}`) > 0
	})
	k.end(t)
	caller := tm.dials(s.newNumber())
	leg := a.rings()
	caller.Hangup()
	over(t, leg, "cancelled")
	tm.boss.agentIs(t, a.login, "available")
}

// TestADeskPhoneAndAPageRingTogether: whoever picks up first has the call.
func TestADeskPhoneAndAPageRingTogether(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1)
	desk := tm.agents[0]
	page := *desk
	page.arriveInPage(t)
	caller := tm.dials(s.newNumber())
	first, second := desk.rings(), page.rings()
	if err := second.Answer(); err != nil {
		t.Fatal(err)
	}
	up(t, caller)
	over(t, first, "cancelled")
	caller.Hangup()
	over(t, second, "remote hangup")
	tm.boss.agentIs(t, desk.login, "available")
}

// TestSigningOutEndsThePage: at once, and nobody rings there any more.
func TestSigningOutEndsThePage(t *testing.T) {
	s := shared(t)
	tm, a := s.pages(t)
	s.as(a.login).do(t, http.MethodDelete, "/session", nil, nil)
	select {
	case <-a.Gone():
	case <-time.After(patience):
		t.Fatal("the page's socket outlives its session")
	}
	tm.boss.agentIs(t, a.login, "offline")
}
