package phone

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
)

// message is a SIP message (RFC 3261 section 7), headers in their order.
type message struct {
	method string // of a request
	uri    string
	status int // of a response
	reason string
	names  []string
	values []string
	body   string
}

// compact forms of header names, RFC 3261 section 7.3.3.
var compact = map[string]string{
	"i": "call-id", "m": "contact", "f": "from", "t": "to", "v": "via", "l": "content-length", "c": "content-type", "k": "supported",
}

func parse(datagram string) (*message, error) {
	head, body, _ := strings.Cut(datagram, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	m := &message{body: body}
	first := strings.SplitN(lines[0], " ", 3)
	if len(first) < 3 {
		return nil, fmt.Errorf("no SIP message: %.40q", lines[0])
	}
	if first[0] == "SIP/2.0" {
		code, err := strconv.Atoi(first[1])
		if err != nil {
			return nil, fmt.Errorf("no SIP status: %.40q", lines[0])
		}
		m.status, m.reason = code, first[2]
	} else {
		m.method, m.uri = first[0], first[1]
	}
	for _, line := range lines[1:] {
		if line != "" && (line[0] == ' ' || line[0] == '\t') && len(m.values) > 0 {
			m.values[len(m.values)-1] += " " + strings.TrimSpace(line)
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("no SIP header: %.40q", line)
		}
		m.add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return m, nil
}

func (m *message) add(name, value string) {
	m.names = append(m.names, name)
	m.values = append(m.values, value)
}

func canonical(name string) string {
	name = strings.ToLower(name)
	if long, ok := compact[name]; ok {
		return long
	}
	return name
}

// get returns the first value of a header, "" without one.
func (m *message) get(name string) string {
	if all := m.all(name); len(all) > 0 {
		return all[0]
	}
	return ""
}

func (m *message) all(name string) (values []string) {
	name = strings.ToLower(name)
	for i, n := range m.names {
		if canonical(n) == name {
			values = append(values, m.values[i])
		}
	}
	return values
}

func (m *message) bytes() []byte {
	var b strings.Builder
	if m.method != "" {
		fmt.Fprintf(&b, "%s %s SIP/2.0\r\n", m.method, m.uri)
	} else {
		fmt.Fprintf(&b, "SIP/2.0 %d %s\r\n", m.status, m.reason)
	}
	for i, n := range m.names {
		fmt.Fprintf(&b, "%s: %s\r\n", n, m.values[i])
	}
	if m.body != "" {
		b.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(m.body), m.body)
	return []byte(b.String())
}

// reply begins a response to m with the headers that must be copied (8.2.6.2).
func (m *message) reply(status int, reason, toTag string) *message {
	r := &message{status: status, reason: reason}
	for _, name := range []string{"via", "record-route", "from"} {
		for _, v := range m.all(name) {
			r.add(title[name], v)
		}
	}
	to := m.get("to")
	if toTag != "" && !strings.Contains(to, ";tag=") {
		to += ";tag=" + toTag
	}
	r.add("To", to)
	r.add("Call-ID", m.get("call-id"))
	r.add("CSeq", m.get("cseq"))
	return r
}

var title = map[string]string{"via": "Via", "record-route": "Record-Route", "from": "From"}

// cseq splits "1 INVITE".
func (m *message) cseq() (number int, method string) {
	n, method, _ := strings.Cut(m.get("cseq"), " ")
	number, _ = strconv.Atoi(n) // a broken number matches nothing, which is right
	return number, strings.TrimSpace(method)
}

// address takes the URI out of a name-addr or addr-spec.
func address(v string) string {
	if i := strings.IndexByte(v, '<'); i >= 0 {
		if j := strings.IndexByte(v[i:], '>'); j > 0 {
			return v[i+1 : i+j]
		}
	}
	uri, _, _ := strings.Cut(v, ";")
	return strings.TrimSpace(uri)
}

// userOf is the user part of a SIP URI.
func userOf(uri string) string {
	_, rest, ok := strings.Cut(uri, ":")
	if !ok {
		return ""
	}
	user, _, ok := strings.Cut(rest, "@")
	if !ok {
		return ""
	}
	user, _, _ = strings.Cut(user, ";")
	return user
}

func token() string { return strings.ToLower(rand.Text()[:12]) }
