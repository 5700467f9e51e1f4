package sip

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

var fuzzTime = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// FuzzRefusal: whatever the library parses, validation decides, and what it lets
// through has everything that the handlers use without asking.
func FuzzRefusal(f *testing.F) {
	for _, h := range hostile {
		f.Add(strings.NewReplacer("\n", "\r\n", "VIA", "Via: SIP/2.0/UDP h;branch=z9hG4bK1", "CALL", "c").Replace(h.message))
	}
	s := &Server{allow: sip.NewHeader("Allow", allowed)}
	f.Fuzz(func(t *testing.T, message string) {
		msg, err := sip.ParseMessage([]byte(message))
		req, ok := msg.(*sip.Request)
		if err != nil || !ok {
			return
		}
		if code, reason, _ := s.refusal(req); code != 0 {
			if code < 400 || code > 599 || reason == "" {
				t.Fatalf("refused with %d %q", code, reason)
			}
			return
		}
		if req.Via() == nil || req.From() == nil || req.To() == nil || req.CallID() == nil || req.CSeq() == nil ||
			req.CSeq().MethodName != req.Method || req.Method == sip.INVITE && req.Contact() == nil {
			t.Fatalf("let through:\n%s", message)
		}
		_ = dispatchable(req)
		_ = scans(req)
	})
}

// dispatchable reads what dispatch and the registrar read.
func dispatchable(req *sip.Request) bool {
	_, code, _, _ := readRegister(req, fuzzTime)
	return code == 0 && req.To().Params.Has("tag")
}

// FuzzDigest: the parser of credentials takes anything, and what it takes it reads
// again from its own writing.
func FuzzDigest(f *testing.F) {
	f.Add(`Digest username="101", realm="callcard", nonce="n", uri="sip:x", response="0", algorithm=MD5, qop=auth, nc=00000001, cnonce="c"`)
	f.Add(`Digest a="\"\\", b=c,,d=`)
	f.Add(`digest`)
	f.Fuzz(func(t *testing.T, value string) {
		params, ok := parseDigest(value)
		if !ok {
			return
		}
		var b strings.Builder
		b.WriteString("Digest ")
		for name, text := range params {
			b.WriteString(name + `="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `", `)
		}
		again, ok := parseDigest(b.String())
		if !ok || len(again) != len(params) {
			t.Fatalf("%q became %q", value, b.String())
		}
		for name, text := range params {
			if again[name] != text {
				t.Fatalf("%s is %q, was %q", name, again[name], text)
			}
		}
		_ = params.response("ha1", "REGISTER")
		_, _ = nonceCount(params)
	})
}

// FuzzBadRequest: an answer to something unparseable is one message that has no
// lines of its own invention.
func FuzzBadRequest(f *testing.F) {
	for _, h := range hostile {
		f.Add([]byte(strings.NewReplacer("\n", "\r\n", "VIA", "Via: SIP/2.0/UDP h;branch=z9hG4bK1", "CALL", "c").Replace(h.message)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = isKeepAlive(data)
		answer := badRequest(data)
		if answer == nil {
			return
		}
		if !bytes.HasPrefix(answer, []byte("SIP/2.0 400 Bad Request\r\n")) || !bytes.HasSuffix(answer, []byte("\r\nContent-Length: 0\r\n\r\n")) ||
			bytes.Count(answer, []byte("\r\n\r\n")) != 1 || len(answer) > len(data)+64 {
			t.Fatalf("%q", answer)
		}
		spoilMethod(data)
	})
}
