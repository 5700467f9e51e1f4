package main

import (
	"bufio"
	"encoding/json"
	"io"
	"log/slog"
	"testing"
)

// line is an answer or an event.
type line struct {
	event
	ID      int64  `json:"id"`
	Address string `json:"address"`
	Error   string `json:"error"`
}

// table is the program with a test at its stdin and stdout.
type table struct {
	t    *testing.T
	in   *json.Encoder
	out  *bufio.Scanner
	n    int64
	kept []line // read while something else was waited for
}

// asks sends a command and waits for its answer.
func (tb *table) asks(c command) line {
	tb.t.Helper()
	tb.n++
	c.ID = tb.n
	if err := tb.in.Encode(c); err != nil {
		tb.t.Fatal(err)
	}
	return tb.until("the answer to "+c.Do, func(l line) bool { return l.ID == c.ID })
}

// did is asks for a command that must succeed.
func (tb *table) did(c command) line {
	tb.t.Helper()
	l := tb.asks(c)
	if l.Error != "" {
		tb.t.Fatalf("%s: %s", c.Do, l.Error)
	}
	return l
}

// sees waits for an event of a telephone.
func (tb *table) sees(name, phone string) line {
	tb.t.Helper()
	return tb.until(name+" at "+phone, func(l line) bool { return l.Event == name && l.Phone == phone })
}

func (tb *table) until(what string, is func(line) bool) line {
	tb.t.Helper()
	for i, l := range tb.kept {
		if is(l) {
			tb.kept = append(tb.kept[:i], tb.kept[i+1:]...)
			return l
		}
	}
	for tb.out.Scan() {
		var l line
		if err := json.Unmarshal(tb.out.Bytes(), &l); err != nil {
			tb.t.Fatal(err)
		}
		if is(l) {
			return l
		}
		tb.kept = append(tb.kept, l)
	}
	tb.t.Fatalf("the program ended without %s", what)
	return line{}
}

// Two telephones of which one is the other's server: a call from end to end, with
// sounds, and the order of its times.
func TestACallByLines(t *testing.T) {
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(t.Context(), inR, outW, slog.New(slog.DiscardHandler))
		outW.Close()
		ended <- err
	}()
	tb := &table{t: t, in: json.NewEncoder(inW), out: bufio.NewScanner(outR)}

	b := tb.did(command{Do: "open", Phone: "b", Server: "127.0.0.1:9", Local: "127.0.0.1", User: "102"})
	tb.did(command{Do: "open", Phone: "a", Server: b.Address, Local: "127.0.0.1", User: "101"})
	dialled := tb.did(command{Do: "dial", Phone: "a", To: "102", Hertz: 1000})
	rings := tb.sees("rings", "b")
	if dialled.Call != "a/1" || rings.Call != "b/1" || rings.Number != "101" || rings.At < dialled.At {
		t.Errorf("dialled %+v, rings %+v", dialled, rings)
	}
	tb.did(command{Do: "answer", Call: "b/1", Hertz: 440})
	if up := tb.sees("up", "a"); up.At < rings.At {
		t.Errorf("answered at %f, rang at %f", up.At, rings.At)
	}
	tb.did(command{Do: "hear", Call: "a/1", Hertz: 440})
	tb.did(command{Do: "hear", Call: "b/1", Hertz: 1000})
	tb.did(command{Do: "hangup", Call: "a/1"})
	if over := tb.sees("over", "b"); over.Why != "remote hangup" {
		t.Errorf("ended by %q", over.Why)
	}
	if l := tb.asks(command{Do: "answer", Call: "c/1"}); l.Error == "" {
		t.Error("a call that is not there was answered")
	}
	inW.Close()
	for tb.out.Scan() { // until everything is told
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
