package main

import (
	"encoding/json"
	"io"
	"sync"
	"time"
)

// answer is the line that a command brings back. At is when it was carried out; for
// dial, when the INVITE was made.
type answer struct {
	ID      int64   `json:"id"`
	At      float64 `json:"at"`
	Call    string  `json:"call,omitempty"`    // dial: the name of the call
	Address string  `json:"address,omitempty"` // open: host:port of the telephone itself
	Error   string  `json:"error,omitempty"`
}

// event is something that happened to a call:
//
//	rings      an INVITE came, At is when
//	progress   the other side rings
//	up         the call is answered, on either side
//	direction  the other side puts on hold or takes back; Why is sendonly, sendrecv …
//	key        the other side pressed a key, Why
//	over       the call has ended, Why tells how
type event struct {
	Event    string  `json:"event"`
	At       float64 `json:"at"`
	Phone    string  `json:"phone"`
	Call     string  `json:"call"`
	Number   string  `json:"number,omitempty"`   // rings: who calls
	Callcard string  `json:"callcard,omitempty"` // rings: the server's id of the call
	Why      string  `json:"why,omitempty"`
}

// millis is a time as the page's Date.now() and performance.timeOrigin count it.
func millis(t time.Time) float64 { return float64(t.UnixNano()/1000) / 1000 }

// printer writes lines, one at a time.
type printer struct {
	mu  sync.Mutex
	out *json.Encoder
}

func newPrinter(w io.Writer) *printer { return &printer{out: json.NewEncoder(w)} }

// print writes a line. When nobody reads any more, stdin ends too, and that ends us.
func (p *printer) print(line any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.out.Encode(line)
}
