package phone

import "testing"

func TestMessagesAreReadInAllTheirForms(t *testing.T) {
	m, err := parse("INVITE sip:102@127.0.0.1 SIP/2.0\r\nv: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKa\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKb\r\n" +
		"f: \"Anna\" <sip:101@127.0.0.1>;tag=1\r\nTo: sip:102@127.0.0.1;x=y\r\nCSeq: 7 INVITE\r\nSubject: one\r\n two\r\n\r\nbody")
	if err != nil {
		t.Fatal(err)
	}
	n, method := m.cseq()
	for _, c := range []struct{ what, got, want string }{
		{"method", m.method, "INVITE"}, {"number of the caller", userOf(address(m.get("From"))), "101"},
		{"address without brackets", address(m.get("to")), "sip:102@127.0.0.1"}, {"folded header", m.get("subject"), "one two"},
		{"body", m.body, "body"}, {"method of CSeq", method, "INVITE"}, {"branch", branchOf(m), "z9hG4bKa"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
	if n != 7 || len(m.all("via")) != 2 {
		t.Errorf("CSeq %d, %d Vias", n, len(m.all("via")))
	}
	r := m.reply(180, "Ringing", "tag2")
	again, err := parse(string(r.bytes()))
	if err != nil || again.status != 180 || again.get("to") != "sip:102@127.0.0.1;x=y;tag=tag2" || len(again.all("via")) != 2 {
		t.Errorf("the reply is read back as %+v, %v", again, err)
	}
	for _, wrong := range []string{"", "hello", "SIP/2.0 abc OK", "INVITE x SIP/2.0\r\nno colon"} {
		if _, err := parse(wrong); err == nil {
			t.Errorf("%q was read as a message", wrong)
		}
	}
}

func TestSessionDescriptions(t *testing.T) {
	s, err := parseSDP("v=0\r\nc=IN IP4 192.0.2.7\r\nm=audio 4000 RTP/AVP 18 0 96\r\na=rtpmap:96 telephone-event/8000\r\na=sendonly\r\n")
	if err != nil || s.remote.String() != "192.0.2.7:4000" || s.codec.PayloadType() != 0 || s.keys != 96 || s.direction != "sendonly" {
		t.Errorf("read as %+v, %v", s, err)
	}
	for _, wrong := range []string{"", "c=IN IP4 192.0.2.7\r\n", "c=IN IP4 x\r\nm=audio 4000 RTP/AVP 0\r\n", "c=IN IP4 192.0.2.7\r\nm=audio 4000 RTP/AVP 18\r\n"} {
		if _, err := parseSDP(wrong); err == nil {
			t.Errorf("%q was read as a session", wrong)
		}
	}
}
