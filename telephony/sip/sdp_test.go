package sip

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/callcard/callcard/telephony/media"
)

func sdpLines(lines ...string) []byte {
	return []byte("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n" + strings.Join(lines, "\r\n") + "\r\n")
}

func TestParseSDP(t *testing.T) {
	cases := []struct {
		name      string
		body      []byte
		codecs    []media.Codec
		dtmf      uint8
		remote    string
		rtcp      string
		direction media.Direction
	}{
		{"plain", sdpLines("c=IN IP4 192.0.2.1", "t=0 0", "m=audio 4000 RTP/AVP 8 0 101", "a=rtpmap:101 telephone-event/8000"),
			[]media.Codec{media.PCMA, media.PCMU}, 101, "192.0.2.1:4000", "192.0.2.1:4001", media.SendRecv},
		{"address of the stream", sdpLines("c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 0", "c=IN IP4 192.0.2.9"),
			[]media.Codec{media.PCMU}, 0, "192.0.2.9:4000", "192.0.2.9:4001", media.SendRecv},
		{"other codecs skipped", sdpLines("c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 111 9 18 8 13 96", "a=rtpmap:111 opus/48000/2", "a=rtpmap:96 telephone-event/8000"),
			[]media.Codec{media.PCMA}, 96, "192.0.2.1:4000", "192.0.2.1:4001", media.SendRecv},
		{"events at 48 kHz are not ours", sdpLines("c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8 110 126", "a=rtpmap:110 telephone-event/48000", "a=rtpmap:126 telephone-event/8000"),
			[]media.Codec{media.PCMA}, 126, "192.0.2.1:4000", "192.0.2.1:4001", media.SendRecv},
		{"held", sdpLines("c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8", "a=sendonly"),
			[]media.Codec{media.PCMA}, 0, "192.0.2.1:4000", "192.0.2.1:4001", media.SendOnly},
		{"direction of the session", sdpLines("c=IN IP4 192.0.2.1", "a=inactive", "m=audio 4000 RTP/AVP 8"),
			[]media.Codec{media.PCMA}, 0, "192.0.2.1:4000", "192.0.2.1:4001", media.Inactive},
		{"stream overrides session", sdpLines("c=IN IP4 192.0.2.1", "a=inactive", "m=audio 4000 RTP/AVP 8", "a=sendrecv"),
			[]media.Codec{media.PCMA}, 0, "192.0.2.1:4000", "192.0.2.1:4001", media.SendRecv},
		{"old hold", sdpLines("c=IN IP4 0.0.0.0", "m=audio 4000 RTP/AVP 8"),
			[]media.Codec{media.PCMA}, 0, "0.0.0.0:4000", "0.0.0.0:4001", media.SendOnly},
		{"video before audio", sdpLines("c=IN IP4 192.0.2.1", "m=video 5000 RTP/AVP 31", "c=IN IP4 192.0.2.77", "a=inactive", "m=audio 4000 RTP/AVP 8"),
			[]media.Codec{media.PCMA}, 0, "192.0.2.1:4000", "192.0.2.1:4001", media.SendRecv},
		{"rtcp port", sdpLines("c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8", "a=rtcp:5555 IN IP4 192.0.2.1"),
			[]media.Codec{media.PCMA}, 0, "192.0.2.1:4000", "192.0.2.1:5555", media.SendRecv},
		{"IPv6", sdpLines("c=IN IP6 2001:db8::1", "m=audio 4000 RTP/AVP 8"),
			[]media.Codec{media.PCMA}, 0, "[2001:db8::1]:4000", "[2001:db8::1]:4001", media.SendRecv},
		{"multicast suffix and bare newlines", []byte("v=0\no=- 1 1 IN IP4 1.2.3.4\ns=-\nc=IN IP4 192.0.2.1/127\nm=audio 4000/1 RTP/AVP 8\n"),
			[]media.Codec{media.PCMA}, 0, "192.0.2.1:4000", "192.0.2.1:4001", media.SendRecv},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d, err := parseSDP(c.body, false)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(d.codecs, c.codecs) || d.dtmf != c.dtmf || d.direction != c.direction ||
				d.remote != netip.MustParseAddrPort(c.remote) || d.rtcp != netip.MustParseAddrPort(c.rtcp) {
				t.Errorf("got %+v", d)
			}
		})
	}
}

func TestRefusedSDP(t *testing.T) {
	cases := []struct {
		name string
		body []byte
		want error
	}{
		{"empty", nil, errBrokenSDP},
		{"no version", []byte("o=- 1 1 IN IP4 1.2.3.4\r\nm=audio 4000 RTP/AVP 8\r\n"), errBrokenSDP},
		{"text", []byte("hello world\r\n"), errBrokenSDP},
		{"no address", sdpLines("m=audio 4000 RTP/AVP 8"), errBrokenSDP},
		{"port out of range", sdpLines("c=IN IP4 192.0.2.1", "m=audio 70000 RTP/AVP 8"), errBrokenSDP},
		{"no audio", sdpLines("c=IN IP4 192.0.2.1", "m=video 4000 RTP/AVP 31"), errNoAudio},
		{"audio switched off", sdpLines("c=IN IP4 192.0.2.1", "m=audio 0 RTP/AVP 8"), errNoAudio},
		{"encrypted audio", sdpLines("c=IN IP4 192.0.2.1", "m=audio 4000 RTP/SAVP 8"), errNoAudio},
		{"no codec", sdpLines("c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 18 9"), errNoCodec},
		{"number taken by another codec", sdpLines("c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8", "a=rtpmap:8 G729/8000"), errNoCodec},
		{"too many streams", sdpLines("c=IN IP4 192.0.2.1", strings.Repeat("m=video 1 RTP/AVP 31\r\n", 17)+"m=audio 4000 RTP/AVP 8"), errBrokenSDP},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := parseSDP(c.body, false); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestAnswerMirrorsOffer(t *testing.T) {
	d, err := parseSDP(sdpLines("c=IN IP4 192.0.2.1", "m=video 5000 RTP/AVP 31 34", "m=audio 4000 RTP/AVP 0 8 96",
		"a=rtpmap:96 telephone-event/8000", "a=sendonly", "m=audio 4002 RTP/AVP 8"), false)
	if err != nil {
		t.Fatal(err)
	}
	s := localSession{id: 7, addr: netip.MustParseAddrPort("198.51.100.1:30000")}
	got := string(s.answer(d, media.PCMU, d.answerDirection()))
	want := "v=0\r\no=- 7 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n" +
		"m=video 0 RTP/AVP 31 34\r\n" +
		"m=audio 30000 RTP/AVP 0 96\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-15\r\na=ptime:20\r\na=recvonly\r\n" +
		"m=audio 0 RTP/AVP 8\r\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if again := string(s.answer(d, media.PCMU, d.answerDirection())); again != want {
		t.Errorf("the version grew although nothing has changed:\n%s", again)
	}
	if next := string(s.answer(d, media.PCMA, media.SendRecv)); !strings.Contains(next, "o=- 7 2 IN IP4") {
		t.Errorf("the version did not grow:\n%s", next)
	}
}
