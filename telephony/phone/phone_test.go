package phone

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony/media"
)

var (
	errPatience = errors.New("the test ran out of patience")
	here        = netip.MustParseAddr("127.0.0.1")
)

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), d, errPatience)
	t.Cleanup(cancel)
	return ctx
}

func await[T any](t *testing.T, ch <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-ch:
	case <-time.After(10 * time.Second):
		t.Fatalf("waited in vain for %s", what)
	}
	return v
}

// two telephones that know each other.
func two(t *testing.T, law media.Codec) (a, b *Phone) {
	t.Helper()
	open := func(user, server string) *Phone {
		p, err := New(t.Context(), Config{Server: server, Local: here, User: user, Display: "Test " + user, Codec: law, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	b = open("102", "127.0.0.1:9") // it never speaks first
	t.Cleanup(b.Close)
	a = open("101", b.Addr().String())
	t.Cleanup(a.Close)
	return a, b
}

// talk connects the two.
func talk(t *testing.T, a, b *Phone) (at, bt *Call) {
	t.Helper()
	at, err := a.Call("102", map[string]string{"X-Test": "yes"})
	if err != nil {
		t.Fatal(err)
	}
	bt = await(t, b.Calls(), "the ringing")
	await(t, at.Progress(), "the sign of ringing")
	if bt.Number() != "101" || bt.Header("x-test") != "yes" || bt.Extension() != "102" {
		t.Fatalf("the called one sees %q, %q, %q", bt.Number(), bt.Header("x-test"), bt.Extension())
	}
	if err := bt.Answer(); err != nil {
		t.Fatal(err)
	}
	await(t, at.Up(), "the answer")
	return at, bt
}

func TestTwoTelephonesHearEachOther(t *testing.T) {
	for _, law := range []media.Codec{media.PCMU, media.PCMA} {
		t.Run(law.String(), func(t *testing.T) {
			a, b := two(t, law)
			at, bt := talk(t, a, b)
			at.Say(media.Tone(time.Second, 0.3, 1000), true)
			bt.Say(media.Tone(time.Second, 0.3, 440), true)
			ctx := within(t, 10*time.Second)
			for _, err := range []error{bt.Hear(ctx, 1000), at.Hear(ctx, 440), at.HearElse(ctx, 1000)} {
				if err != nil {
					t.Error(err)
				}
			}
			if bt.Hear(within(t, time.Second), 440) == nil {
				t.Error("it hears a tone that nobody plays")
			}
			at.Say(nil, false)
			if err := bt.HearSilence(ctx); err != nil {
				t.Error(err)
			}
			bt.Hangup()
			await(t, at.Done(), "the end")
			if at.Why() != "remote hangup" || bt.Why() != "hangup" {
				t.Errorf("ended by %q and %q", at.Why(), bt.Why())
			}
		})
	}
}

func TestKeysArePressedAndHeardOnce(t *testing.T) {
	a, b := two(t, media.PCMA)
	at, bt := talk(t, a, b)
	at.Press("15x9#")
	bt.Press("7")
	for _, want := range []byte("159#") {
		if got := await(t, bt.Pressed(), "a key"); got != want {
			t.Fatalf("heard key %q, want %q", got, want)
		}
	}
	if got := await(t, at.Pressed(), "a key"); got != '7' {
		t.Fatalf("heard key %q, want 7", got)
	}
}

func TestHoldAndBack(t *testing.T) {
	a, b := two(t, media.PCMA)
	at, bt := talk(t, a, b)
	for _, side := range []struct{ holder, held *Call }{{at, bt}, {bt, at}} {
		if err := side.holder.SetHold(within(t, 5*time.Second), true); err != nil {
			t.Fatal(err)
		}
		if got := await(t, side.held.Changes(), "the hold"); got != "sendonly" {
			t.Errorf("asked for %q", got)
		}
		if err := side.holder.SetHold(within(t, 5*time.Second), false); err != nil {
			t.Fatal(err)
		}
		if got := await(t, side.held.Changes(), "the resume"); got != "sendrecv" {
			t.Errorf("asked for %q", got)
		}
	}
	at.Say(media.Tone(time.Second, 0.3, 1000), true)
	if err := bt.Hear(within(t, 5*time.Second), 1000); err != nil {
		t.Error(err)
	}
}

func TestRefusedAndCancelledCalls(t *testing.T) {
	a, b := two(t, media.PCMA)
	refused, err := a.Call("102", nil)
	if err != nil {
		t.Fatal(err)
	}
	await(t, b.Calls(), "the ringing").Reject(603, "Decline")
	await(t, refused.Done(), "the refusal")
	if refused.Why() != "603 Decline" {
		t.Errorf("refused as %q", refused.Why())
	}
	given, err := a.Call("102", nil)
	if err != nil {
		t.Fatal(err)
	}
	rings := await(t, b.Calls(), "the ringing")
	await(t, given.Progress(), "the sign of ringing")
	given.Hangup()
	await(t, rings.Done(), "the cancel")
	if rings.Why() != "cancelled" || rings.Answer() == nil {
		t.Errorf("cancelled as %q, or it can still be answered", rings.Why())
	}
}

func TestMutedTelephoneSendsNothing(t *testing.T) {
	a, b := two(t, media.PCMA)
	at, bt := talk(t, a, b)
	at.Say(media.Tone(time.Second, 0.3, 1000), true)
	if err := bt.Hear(within(t, 5*time.Second), 1000); err != nil {
		t.Fatal(err)
	}
	at.Mute()
	// The other direction is the clock: while 10 packets come, at most one is late.
	before, mark := bt.Received(), at.Received()
	for at.Received() < mark+10 {
		if err := at.HearSilence(within(t, 5*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if got := bt.Received() - before; got > 1 {
		t.Errorf("%d packets came from a muted telephone", got)
	}
	at.Unmute()
	if err := bt.Hear(within(t, 5*time.Second), 1000); err != nil {
		t.Error(err)
	}
}

// A telephone that closes in the middle of a talk or of ringing says so first.
func TestClosingTellsTheOtherSide(t *testing.T) {
	_, b := two(t, media.PCMA)
	for _, answered := range []bool{true, false} {
		a, err := New(t.Context(), Config{Server: b.Addr().String(), Local: here, User: "101", Codec: media.PCMA, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Call("102", nil); err != nil {
			t.Fatal(err)
		}
		bt := await(t, b.Calls(), "the ringing")
		want := "cancelled"
		if answered {
			if err := bt.Answer(); err != nil {
				t.Fatal(err)
			}
			want = "remote hangup"
		}
		a.Close()
		await(t, bt.Done(), "the last words")
		if bt.Why() != want {
			t.Errorf("answered %v: the other side takes it as %q, want %q", answered, bt.Why(), want)
		}
	}
}

func TestCrashedTelephoneSaysNothing(t *testing.T) {
	a, b := two(t, media.PCMA)
	at, bt := talk(t, a, b)
	a.Crash()
	a.Close()
	await(t, at.Done(), "the crash")
	if at.Why() != "crashed" || bt.Why() != "" {
		t.Errorf("ended by %q and %q", at.Why(), bt.Why())
	}
	if _, open := <-a.Calls(); open {
		t.Error("a crashed telephone still rings")
	}
}
