package realtime

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Envelope is what travels, as a reader of a socket sees it.
type Envelope struct {
	Epoch string          `json:"epoch"`
	Seq   uint64          `json:"seq"`
	Type  string          `json:"type"`
	At    time.Time       `json:"at"`
	Data  json.RawMessage `json:"data"`
}

// Snapshot is the type of the envelope that replaces what is no longer known.
const Snapshot = "snapshot"

// Event is what is published: an envelope without its place in a stream.
type Event struct {
	Type string
	At   time.Time
	Data any // encoded as JSON, once
}

// message is the part of an envelope that all its receivers share: everything
// after seq, encoded.
type message struct{ tail []byte }

func encode(e Event) (*message, error) {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return nil, fmt.Errorf("encode live event %s: %w", e.Type, err)
	}
	tail := make([]byte, 0, len(data)+len(e.Type)+64)
	tail = append(tail, `,"type":`...)
	tail = strconv.AppendQuote(tail, e.Type)
	tail = append(tail, `,"at":"`...)
	tail = e.At.UTC().AppendFormat(tail, time.RFC3339Nano)
	tail = append(tail, `","data":`...)
	tail = append(tail, data...)
	return &message{append(tail, '}')}, nil
}

func appendHead(b []byte, epoch string, seq uint64) []byte {
	b = append(b, `{"epoch":"`...)
	b = append(b, epoch...)
	b = append(b, `","seq":`...)
	return strconv.AppendUint(b, seq, 10)
}

// Place is a point in a stream: the last envelope that a listener has seen.
type Place struct {
	Epoch string
	Seq   uint64
}

// ParsePlace reads "epoch:seq". What can't be read is the zero Place, which no
// stream knows, so its listener gets a snapshot.
func ParsePlace(s string) Place {
	epoch, seq, ok := strings.Cut(s, ":")
	n, err := strconv.ParseUint(seq, 10, 64)
	if !ok || err != nil {
		return Place{}
	}
	return Place{epoch, n}
}
