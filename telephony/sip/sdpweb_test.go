package sip

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/callcard/callcard/telephony/media"
)

// FuzzSDP: what can be read of a telephone or of a browser can be answered, and the
// answer can be read, with as many streams.
func FuzzSDP(f *testing.F) {
	f.Add(sdpLines("c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8 0 101", "a=rtpmap:101 telephone-event/8000"), false)
	f.Add([]byte("v=0\r\nm=audio 1 RTP/AVP 8\r\na=rtpmap:8\r\nc=IN IP4 \r\n"), false)
	f.Add(browserOffer, true)
	f.Add(sdpLines("a=setup:active", "a=ice-ufrag:abcd", "a=ice-pwd:x", "a=fingerprint:SHA-256 00", "m=audio 9 UDP/TLS/RTP/SAVP 0", "a=rtcp-mux"), true)
	f.Fuzz(func(t *testing.T, body []byte, web bool) {
		d, err := parseSDP(body, web)
		if err != nil {
			return
		}
		s := localSession{id: 1, addr: netip.MustParseAddrPort("198.51.100.1:30000")}
		if web {
			s.web = &webSession{local: webLocal}
			s.web.follow(d.web)
		}
		for _, text := range [][]byte{s.answer(d, commonCodec(d), d.answerDirection()), s.reoffer(d, s.codecs(media.PCMU), media.SendRecv)} {
			back, err := parseSDP(text, web)
			if err != nil {
				t.Fatalf("our description cannot be read: %v\n%s", err, text)
			}
			if len(back.streams) != len(d.streams) || back.audio != d.audio || back.streams[d.audio].mid != d.streams[d.audio].mid {
				t.Errorf("of the offer\n%s\nwe made\n%s", body, text)
			}
		}
	})
}

var webLocal = media.WebLocal{
	Ufrag: "OURS", Pwd: "OURPASSWORD0123456789AB", Fingerprint: strings.Repeat("AB:", 31) + "CD", SSRC: 77,
	Candidates: []netip.AddrPort{netip.MustParseAddrPort("198.51.100.1:8443"), netip.MustParseAddrPort("[2001:db8::1]:8443")},
}

// browserOffer is what a browser offers anew: its sound, and a camera.
var browserOffer = sdpLines("t=0 0", "a=group:BUNDLE 0 1", "a=extmap-allow-mixed", "a=msid-semantic: WMS",
	"m=audio 9 UDP/TLS/RTP/SAVPF 111 8 110 126", "c=IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 0.0.0.0", "a=ice-ufrag:QlQY", "a=ice-pwd:fjr4Jh3a5Yw0Vh8mC2J2yBzR",
	"a=ice-options:trickle", "a=fingerprint:sha-512 00:11", "a=fingerprint:sha-256 "+strings.Repeat("0A:", 31)+"FF", "a=setup:actpass", "a=mid:0",
	"a=sendrecv", "a=rtcp-mux", "a=rtcp-rsize", "a=rtpmap:111 opus/48000/2", "a=rtpmap:8 PCMA/8000", "a=rtpmap:110 telephone-event/48000",
	"a=rtpmap:126 telephone-event/8000", "m=video 9 UDP/TLS/RTP/SAVPF 96", "c=IN IP4 0.0.0.0", "a=mid:1", "a=setup:active", "a=inactive", "a=rtpmap:96 VP8/90000")

// changed is the browser's offer with other text in places.
func changed(oldNew ...string) []byte {
	return []byte(strings.NewReplacer(oldNew...).Replace(string(browserOffer)))
}

func TestBrowserSDP(t *testing.T) {
	d, err := parseSDP(browserOffer, true)
	if err != nil {
		t.Fatal(err)
	}
	// Port 9 and 0.0.0.0 mean no hold: the candidates say where.
	if d.held() || d.direction != media.SendRecv || !slices.Equal(d.codecs, []media.Codec{media.PCMA}) || d.dtmf != 126 || d.audio != 0 {
		t.Errorf("%+v", d)
	}
	if want := (webDescription{ufrag: "QlQY", fingerprint: strings.Repeat("0A:", 31) + "FF", setup: "actpass", bundled: true}); *d.web != want {
		t.Errorf("%+v", *d.web)
	}
	for name, body := range map[string][]byte{
		"in the clear":          changed("UDP/TLS/RTP/SAVPF 111", "RTP/AVP 111"),
		"keys in the SDP":       changed("UDP/TLS/RTP/SAVPF 111", "RTP/SAVPF 111"),
		"switched off":          changed("audio 9", "audio 0"),
		"no ICE":                changed("a=ice-ufrag:QlQY", "a=x"),
		"no ICE password":       changed("a=ice-pwd", "a=x"),
		"no SHA-256":            changed("sha-256", "sha-1"),
		"no role":               changed("a=setup:actpass", "a=x"),
		"a role that we ignore": changed("a=setup:actpass", "a=setup:holdconn"),
		"RTCP beside":           changed("a=rtcp-mux", "a=x"),
	} {
		if _, err := parseSDP(body, true); !errors.Is(err, errNoAudio) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if d, err := parseSDP(changed("a=sendrecv", "a=sendonly"), true); err != nil || !d.held() {
		t.Errorf("a hold: %v", err)
	}
	if _, err := parseSDP(browserOffer, false); !errors.Is(err, errNoAudio) {
		t.Errorf("a desk phone that encrypts: %v", err)
	}
}

func TestSDPForBrowser(t *testing.T) {
	s := localSession{id: 7, addr: webLocal.Candidates[0], web: &webSession{local: webLocal}}
	stream := func(setup string) string {
		return "a=ice-ufrag:OURS\r\na=ice-pwd:OURPASSWORD0123456789AB\r\na=fingerprint:sha-256 " + webLocal.Fingerprint + "\r\n" +
			"a=setup:" + setup + "\r\na=rtcp-mux\r\na=msid:callcard audio0\r\na=ssrc:77 cname:callcard\r\n" +
			"a=candidate:1 1 udp 2130706431 198.51.100.1 8443 typ host\r\na=candidate:2 1 udp 2130706175 2001:db8::1 8443 typ host\r\na=end-of-candidates\r\n"
	}
	want := "v=0\r\no=- 7 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\na=ice-lite\r\na=group:BUNDLE 0\r\n" +
		"m=audio 8443 UDP/TLS/RTP/SAVPF 8 101\r\na=mid:0\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n" +
		"a=ptime:20\r\na=sendrecv\r\n" + stream("actpass")
	if got := string(s.offer(media.PCMA, media.SendRecv)); got != want {
		t.Errorf("offer\n%s\nwant\n%s", got, want)
	}
	d, err := parseSDP(browserOffer, true)
	if err != nil {
		t.Fatal(err)
	}
	want = "v=0\r\no=- 7 2 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\na=ice-lite\r\na=group:BUNDLE 0\r\n" +
		"m=audio 8443 UDP/TLS/RTP/SAVPF 8 126\r\na=mid:0\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:126 telephone-event/8000\r\na=fmtp:126 0-15\r\n" +
		"a=ptime:20\r\na=sendrecv\r\n" + stream("passive") + "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n"
	if got := string(s.answer(d, media.PCMA, media.SendRecv)); got != want {
		t.Errorf("answer\n%s\nwant\n%s", got, want)
	}
	// Who waits for our handshake keeps that role when he asks anew.
	for _, step := range []struct{ setup, ours string }{{"passive", "active"}, {"actpass", "active"}, {"active", "passive"}} {
		d.web.setup = step.setup
		s.web.follow(d.web)
		if got := string(s.answer(d, media.PCMA, media.SendRecv)); !strings.Contains(got, "a=setup:"+step.ours+"\r\n") {
			t.Errorf("to %s we answer\n%s", step.setup, got)
		}
	}
}
