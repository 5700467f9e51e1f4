package users_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/users"
)

func TestLoginTellsWhoSignedIn(t *testing.T) {
	w := newWorld(t)
	token, in, err := w.Login(t.Context(), " Super ", password, "::ffff:192.0.2.7", "Firefox\x00\xff")
	if err != nil {
		t.Fatal(err)
	}
	v := in.Viewer
	if len(token) != 43 || v.User != w.ids["super"] || v.Login != "super" || v.Unit != w.units["North"] || v.Via != "ui" || v.IP != "192.0.2.7" {
		t.Errorf("%q %+v", token, v)
	}
	slices.Sort(v.Subtree)
	below := []crm.ID{w.units["North"], w.units["Far"]}
	slices.Sort(below)
	if !slices.Equal(v.Subtree, below) {
		t.Errorf("subtree: %v", v.Subtree)
	}
	if v.Reach(crm.Recordings, crm.Listen) != crm.Subtree || v.Can(crm.Office, crm.Manage) {
		t.Errorf("grants: %v", v.Grants)
	}
	if in.Name != "The super" || in.Role != "supervisor" || in.Timezone != "Asia/Tashkent" || in.Session == "" {
		t.Errorf("%+v", in)
	}
	var stored int
	if err := w.pool.QueryRow(t.Context(), `select count(*) from session where position($1 in session::text) > 0`, token).Scan(&stored); err != nil || stored != 0 {
		t.Errorf("the token itself is in the database (%v)", err)
	}
	var lines int
	if err := w.pool.QueryRow(t.Context(), `select count(*) from audit where action = 'login' and user_id = $1 and ip = '192.0.2.7'`, v.User).Scan(&lines); err != nil || lines != 1 {
		t.Errorf("%d lines of audit, %v", lines, err)
	}
}

// All failures look alike, and take the time of one hash. The time is compared
// coarsely: a path without a hash takes about a twentieth.
func TestLoginFailuresAreUniform(t *testing.T) {
	w := newWorld(t)
	passwords := users.NewPasswords(1)
	hash, err := passwords.Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	w.exec(t, `update app_user set password_hash = $1 where login <> 'bek'`, hash)
	w.exec(t, `update app_user set blocked_at = now() where login = 'sara'`)
	w.Store = w.store(passwords)
	fastest := func(login, password string) (time.Duration, string) {
		best, text := time.Hour, ""
		for i := range 3 {
			start := time.Now()
			err := w.try(login, password, fmt.Sprintf("192.0.2.%d", i))
			best = min(best, time.Since(start))
			want(t, err, crm.Unauthorized, "")
			text = err.Error()
		}
		return best, text
	}
	reference, sentence := fastest("anna", "wrong password")
	for name, try := range map[string][2]string{
		"unknown":     {"nobody", password},
		"no password": {"bek", ""},
		"blocked":     {"sara", password},
		"odd":         {"an\x00na'--", password},
	} {
		took, text := fastest(try[0], try[1])
		if text != sentence {
			t.Errorf("%s: %q, want %q", name, text, sentence)
		}
		if took < reference/3 || took > reference*3 {
			t.Errorf("%s takes %v, a wrong password %v", name, took, reference)
		}
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	w := newWorld(t)
	retryAfter := func(err error) int {
		t.Helper()
		want(t, err, crm.TooMany, "")
		var e *crm.Error
		if !errors.As(err, &e) {
			return 0
		}
		return e.Detail["retry_after"].(int)
	}
	for range 5 {
		want(t, w.try("anna", "guess", "192.0.2.1"), crm.Unauthorized, "")
	}
	if s := retryAfter(w.try("anna", password, "192.0.2.1")); s != 1 {
		t.Errorf("wait %d s after five failures", s)
	}
	// Others are not hurt: another login from there, the same login from elsewhere.
	if err := errors.Join(w.try("boss", password, "192.0.2.1"), w.try("anna", password, "192.0.2.2")); err != nil {
		t.Error(err)
	}
	for _, wait := range []int{2, 4, 8, 16} {
		w.clock.pass(time.Duration(wait/2) * time.Second)
		want(t, w.try("anna", "guess", "192.0.2.1"), crm.Unauthorized, "")
		if s := retryAfter(w.try("anna", "guess", "192.0.2.1")); s != wait {
			t.Errorf("wait %d s, want %d", s, wait)
		}
	}
	w.clock.pass(16 * time.Second)
	if err := w.try("anna", password, "192.0.2.1"); err != nil {
		t.Errorf("the right password after the wait: %v", err)
	}
	want(t, w.try("anna", "guess", "192.0.2.1"), crm.Unauthorized, "")
}

func TestOneAddressCannotTryManyLogins(t *testing.T) {
	w := newWorld(t)
	for i := range 20 {
		want(t, w.try(fmt.Sprintf("user%d", i), "guess", "2001:db8::1"), crm.Unauthorized, "")
	}
	want(t, w.try("anna", password, "2001:db8::2"), crm.TooMany, "") // the same /64
	if err := w.try("anna", password, "2001:db8:0:1::1"); err != nil {
		t.Error(err)
	}
	w.clock.pass(16 * time.Minute)
	if err := w.try("anna", password, "2001:db8::1"); err != nil {
		t.Errorf("after the failures are forgotten: %v", err)
	}
}

func TestASwarmSlowsALoginButNotItsOwner(t *testing.T) {
	w := newWorld(t)
	w.login(t, "anna") // from 192.0.2.1, which is trusted from now on
	for i := range 50 {
		want(t, w.try("anna", "guess", fmt.Sprintf("198.51.100.%d", i)), crm.Unauthorized, "")
	}
	want(t, w.try("anna", "guess", "198.51.100.99"), crm.TooMany, "")
	if err := w.try("anna", password, "192.0.2.1"); err != nil {
		t.Errorf("the owner from his own address: %v", err)
	}
}

// A thousand guesses at once get no further than the few that run at the same time.
func TestParallelGuessesCountOneByOne(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	codes := map[crm.Code]int{}
	for range 200 {
		wg.Go(func() {
			err := w.try("anna", "guess", "192.0.2.1")
			mu.Lock()
			codes[crm.CodeOf(err)]++
			mu.Unlock()
		})
	}
	wg.Wait()
	if n := codes[crm.Unauthorized]; n < 5 || n > 7 || codes[crm.TooMany] != 200-n {
		t.Errorf("%v", codes)
	}
}

func TestPasswordsAreBounded(t *testing.T) {
	p := users.NewPasswords(1)
	hash, err := p.Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := p.Verify(t.Context(), password, hash); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	if ok, err := p.Verify(t.Context(), "other", hash); ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	if _, err := p.Verify(t.Context(), password, "plain"); err == nil {
		t.Error("a hash that is none is accepted")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	var wg sync.WaitGroup
	var mu sync.Mutex
	codes := map[crm.Code]int{}
	for range 40 {
		wg.Go(func() {
			_, err := p.Verify(gone, password, hash)
			mu.Lock()
			codes[crm.CodeOf(err)]++
			mu.Unlock()
		})
	}
	wg.Wait()
	if codes[crm.Unavailable] == 0 {
		t.Errorf("who has gone still waits in line: %v", codes)
	}
}

func TestWeakPasswords(t *testing.T) {
	for _, weak := range []string{"", "short", "password", "Password1", "PASSWORD123!", "qwerty123", "12345678", "87654321", "aaaaaaaaa", "abababab",
		"пароль123", "abcdefghij", "callcard2026", "bad\xffbytes"} {
		if users.WeakPassword(weak) == nil {
			t.Errorf("%q is accepted", weak)
		}
	}
	for _, fine := range []string{password, "correct horse", "Zx9#kk2!", "мама мыла раму", "o'zbekcha gap"} {
		if err := users.WeakPassword(fine); err != nil {
			t.Errorf("%q: %v", fine, err)
		}
	}
}
