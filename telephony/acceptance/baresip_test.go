//go:build linux

package acceptance

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony/media"
)

// baresip binds its RTP to every address, so its packets come from the one nearest to
// us: anywhere else than on 127.0.0.1 it would describe one address and send from
// another, which our media rightly distrusts for a second.
const baresipConfig = `
sip_listen		127.0.0.1:%s
net_interface		127.0.0.1
call_max_calls		4
audio_player		aufile,%s/heard.wav
audio_source		aufile,%s/says.wav
audio_alert		aufile,%s/alert.wav
audio_channels		1
ausrc_srate		8000
auplay_srate		8000
rtp_ports		16000-16100
module_path		/usr/lib/baresip/modules
module			g711.so
module			aufile.so
module			sndfile.so
module_tmp		account.so
module_app		menu.so
snd_path		%s
`

// A desk phone of another make answers an agent's call: baresip.
func TestBaresipIsAnAgentsPhone(t *testing.T) {
	s := shared(t)
	tm := s.absentTeam(t, 1)
	a := tm.agents[0]
	dir := t.TempDir()
	_, port, err := net.SplitHostPort(freePort(t))
	if err != nil {
		t.Fatal(err)
	}
	account := fmt.Sprintf("<sip:%s@%s;transport=udp>;auth_user=%s;auth_pass=%s;answermode=auto;audio_codecs=PCMA/8000/1;regint=120\n",
		a.extension, s.sip, a.extension, a.sipPassword)
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, "config"), fmt.Appendf(nil, baresipConfig, port, dir, dir, dir, dir), 0o600),
		os.WriteFile(filepath.Join(dir, "accounts"), []byte(account), 0o600),
		os.WriteFile(filepath.Join(dir, "contacts"), nil, 0o600),
		writeWAV(filepath.Join(dir, "says.wav"), media.Tone(20*time.Second, 0.3, agentTone)),
	)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	cmd, out := exec.CommandContext(ctx, "baresip", "-4", "-f", dir), &logbook{}
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = out, out, boundToUs()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel(errPatience)
		_ = cmd.Wait() // it is killed
		if t.Failed() {
			t.Logf("baresip says:\n%s", out.tail(40))
		}
	})
	tm.boss.agentIs(t, a.login, "available")
	from := s.newNumber()
	caller := tm.dials(from)
	up(t, caller)
	hear(t, caller, agentTone)
	select {
	case <-caller.Say(media.Tone(2*time.Second, 0.3, callerTone), false):
	case <-time.After(patience):
		t.Fatal("the caller's voice stands still")
	}
	caller.Hangup()
	c := s.as("boss").history(t, tm.boss.callFrom(t, from, "ended", ended).ID, "recorded", recorded)
	heard := s.as("boss").recordingOf(t, c.ID)
	heard.holdsBothSides(t)
	heard.lasts(t, time.Duration(c.TalkMS)*time.Millisecond, 200*time.Millisecond)
	baresipHeard(t, dir)
}

// baresipHeard checks what baresip itself has recorded of what it heard.
func baresipHeard(t *testing.T, dir string) {
	t.Helper()
	var file string
	await(t, "baresip's own recording", patience, func() bool {
		found, _ := filepath.Glob(filepath.Join(dir, "dump-*-dec.wav")) // the pattern is right
		if len(found) > 0 {
			file = found[0]
		}
		return len(found) > 0
	})
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	pcm, _, _, err := media.ReadWAV(f)
	if err != nil {
		t.Fatalf("read %s: %v", strings.TrimPrefix(file, dir), err)
	}
	x := make([]float64, len(pcm))
	for i, v := range pcm {
		x[i] = float64(v) / 32768
	}
	if got := share(x, callerTone); got < 0.7 {
		t.Errorf("baresip heard the caller's tone only in %.2f of %v", got, time.Duration(len(pcm))*time.Second/8000)
	}
}

// writeWAV writes samples as 16 bit linear, 8 kHz, one channel.
func writeWAV(path string, pcm []int16) error {
	le := func(v uint32, n int) []byte { return []byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)}[:n] }
	b := append([]byte("RIFF"), le(uint32(36+2*len(pcm)), 4)...)
	b = append(append(b, "WAVEfmt "...), le(16, 4)...)
	for _, v := range [][]byte{le(1, 2), le(1, 2), le(media.SampleRate, 4), le(2*media.SampleRate, 4), le(2, 2), le(16, 2)} {
		b = append(b, v...)
	}
	b = append(append(b, "data"...), le(uint32(2*len(pcm)), 4)...)
	for _, v := range pcm {
		b = append(b, le(uint32(uint16(v)), 2)...)
	}
	return os.WriteFile(path, b, 0o600)
}
