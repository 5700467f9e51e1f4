package sip

import (
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
)

const (
	// maxLadder and maxMessage bound what a call keeps of its messages, so that a peer
	// cannot fill the memory by talking much within a dialog.
	maxLadder  = 80
	maxMessage = 4 << 10
)

// ladder is the list of a call's messages. They are rendered when they pass, because
// the parsed form that a reference would keep alive is five times their text.
type ladder struct {
	messages []telephony.Message
	dropped  int
}

// add notes a message that was received or that is about to be sent.
func (t *ladder) add(now time.Time, leg telephony.LegID, msg sip.Message, sent bool, peer string) {
	if len(t.messages) >= maxLadder {
		t.dropped++
		return
	}
	text := withoutCredentials(msg.String())
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "")
	}
	head, _, _ := strings.Cut(text, "\r\n")
	t.messages = append(t.messages, telephony.Message{At: now, Leg: leg, Sent: sent, Peer: peer, Head: head, Text: text})
}

// withoutCredentials removes the headers that could be replayed or attacked
// off-line: answers to challenges of a digest.
func withoutCredentials(text string) string {
	if !strings.Contains(text, "uthorization:") && !strings.Contains(strings.ToLower(text), "authorization:") {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	body := false
	for line := range strings.Lines(text) {
		if !body {
			name, _, ok := strings.Cut(line, ":")
			if ok {
				switch strings.ToLower(strings.TrimSpace(name)) {
				case "authorization", "proxy-authorization":
					continue
				}
			}
			body = strings.TrimRight(line, "\r\n") == ""
		}
		b.WriteString(line)
	}
	return b.String()
}
