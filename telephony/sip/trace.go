package sip

import (
	"io"
	"strings"
	"sync"
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
}

// add notes a message that was received or that is about to be sent.
func (t *ladder) add(now time.Time, leg telephony.LegID, msg sip.Message, sent bool, peer string) {
	if len(t.messages) >= maxLadder {
		return
	}
	if t.messages == nil {
		t.messages = make([]telephony.Message, 0, 16)
	}
	text := render(msg)
	head, _, _ := strings.Cut(text, "\r\n")
	t.messages = append(t.messages, telephony.Message{At: now, Leg: leg, Sent: sent, Peer: peer, Head: head, Text: text})
}

// render writes a message without the headers that could be replayed or attacked
// off-line, which are the answers to challenges of a digest, and no longer than
// maxMessage.
func render(msg sip.Message) string {
	w := pages.Get().(*page)
	defer pages.Put(w)
	w.text = w.text[:0]
	if m, ok := msg.(interface{ StartLineWrite(io.StringWriter) }); ok {
		m.StartLineWrite(w)
	}
	w.write("\r\n")
	if m, ok := msg.(interface{ Headers() []sip.Header }); ok {
		for _, h := range m.Headers() {
			switch sip.HeaderToLower(h.Name()) {
			case "authorization", "proxy-authorization":
				continue
			}
			h.StringWrite(w)
			w.write("\r\n")
		}
	}
	w.write("\r\n")
	w.write(string(msg.Body()))
	if len(w.text) >= maxMessage {
		return strings.ToValidUTF8(string(w.text), "")
	}
	return string(w.text)
}

// page collects the text of one message; what does not fit is left out.
type page struct{ text []byte }

var pages = sync.Pool{New: func() any { return &page{text: make([]byte, 0, maxMessage)} }}

// WriteString implements io.StringWriter.
func (p *page) WriteString(s string) (int, error) {
	p.write(s)
	return len(s), nil
}

func (p *page) write(s string) {
	p.text = append(p.text, s[:min(len(s), maxMessage-len(p.text))]...)
}
