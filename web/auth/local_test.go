package auth

import (
	"net/http"
	"testing"
)

func TestFromThisMachine(t *testing.T) {
	for _, c := range []struct {
		from, host, header string
		want               bool
	}{
		{"127.0.0.1:4711", "127.0.0.1:8080", "", true},
		{"127.0.0.1:4711", "localhost:8080", "", true},
		{"[::1]:4711", "[::1]:8080", "", true},
		{"[::ffff:127.0.0.1]:4711", "LOCALHOST", "", true},
		{"192.0.2.7:4711", "localhost:8080", "", false},
		{"127.0.0.1:4711", "evil.example:8080", "", false},
		{"127.0.0.1:4711", "192.0.2.7:8080", "", false},
		{"127.0.0.1:4711", "localhost:8080", "X-Forwarded-For", false},
		{"127.0.0.1:4711", "localhost:8080", "Forwarded", false},
		{"", "localhost:8080", "", false},
	} {
		r := &http.Request{RemoteAddr: c.from, Host: c.host, Header: http.Header{}}
		if c.header != "" {
			r.Header.Set(c.header, "127.0.0.1")
		}
		if got := FromThisMachine(r); got != c.want {
			t.Errorf("%+v = %v", c, got)
		}
	}
}
