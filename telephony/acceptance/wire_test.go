//go:build linux

package acceptance

import (
	"bytes"
	"errors"
	"net"
	"regexp"
	"sync"
	"syscall"
	"testing"
)

// wire listens on the loopback interface as a network analyser does. It tells the
// order of packets of different sockets, which two readers in this process could not:
// they wake up in any order. It needs the rights of root.
type wire struct {
	mu      sync.Mutex
	changed chan struct{}
	seen    []string // "card <call>", "invite <call>", in the order of the packets
}

var (
	cardOnWire   = regexp.MustCompile(`"type":"call\.offered".*?"call":\{"id":"([0-9a-f-]{36})"`)
	inviteOnWire = regexp.MustCompile(`(?s)INVITE sip:.*?X-Callcard-Call: ([0-9a-f-]{36})`)
)

func listenOnWire(t *testing.T) *wire {
	t.Helper()
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		t.Fatal(err)
	}
	const everything = syscall.ETH_P_ALL<<8 | syscall.ETH_P_ALL>>8 // in network order
	fd, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, everything)
	if err != nil {
		t.Fatalf("listen on the wire (root is needed): %v", err)
	}
	err = errors.Join(
		syscall.Bind(fd, &syscall.SockaddrLinklayer{Protocol: everything, Ifindex: lo.Index}),
		syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &syscall.Timeval{Usec: 100_000}),
		syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4<<20),
	)
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{changed: make(chan struct{})}
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		defer syscall.Close(fd)
		buf := make([]byte, 1<<16)
		for {
			select {
			case <-stop:
				return
			default:
			}
			if n, _, err := syscall.Recvfrom(fd, buf, 0); err == nil {
				w.take(buf[:n])
			}
		}
	}()
	t.Cleanup(func() {
		close(stop)
		<-done
	})
	return w
}

func (w *wire) take(frame []byte) {
	what := ""
	switch {
	case bytes.Contains(frame, []byte("call.offered")):
		if m := cardOnWire.FindSubmatch(frame); m != nil {
			what = "card " + string(m[1])
		}
	case bytes.Contains(frame, []byte("INVITE sip:")):
		if m := inviteOnWire.FindSubmatch(frame); m != nil {
			what = "invite " + string(m[1])
		}
	}
	if what == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, what)
	close(w.changed)
	w.changed = make(chan struct{})
}

// place is where something was first seen, -1 if it was not.
func (w *wire) place(what string) int {
	for i, s := range w.seen {
		if s == what {
			return i
		}
	}
	return -1
}

// cardFirst reports whether the card of a call was on the wire before its INVITE.
func (w *wire) cardFirst(t *testing.T, call string) bool {
	t.Helper()
	for ctx := within(t, patience); ; {
		w.mu.Lock()
		card, invite, changed := w.place("card "+call), w.place("invite "+call), w.changed
		w.mu.Unlock()
		if card >= 0 && invite >= 0 {
			return card < invite
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("card (place %d) and INVITE (place %d) of the call were not both on the wire", card, invite)
		}
	}
}
