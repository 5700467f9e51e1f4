package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/callcard/callcard/web/api"
)

var errHelp = errors.New("help was asked for")

// config is everything the server can be told from outside. A flag --x-y is the same
// as the environment's CALLCARD_X_Y; the flag wins.
type config struct {
	Demo         bool // the office lives by itself
	HTTP         string
	SIP          string
	SIPTLS       string
	TLSCert      string
	TLSKey       string
	RTPMin       int
	RTPMax       int
	WebRTC       int // 0 = any port that is free
	Advertise    netip.Addr
	MediaPublic  []netip.Addr // for browsers, in the order of preference
	Data         string
	Prompts      string
	ICEServers   []api.ICEServer
	DatabaseURL  string
	RedisURL     string
	PublicOrigin string
	Proxies      []netip.Prefix
	Node         string
	MaxCalls     int
	Drain        time.Duration
	RTPTimeout   time.Duration
	LogLevel     slog.Level
	Profile      string
}

// setting is one row of the configuration.
type setting struct {
	name, def, meaning string
	read               func(*config, string) error
}

func settings(defaultHTTP string) []setting {
	return []setting{
		{"http", defaultHTTP, "address of the page, the API and the live socket", func(c *config, v string) error { return address(&c.HTTP, v) }},
		{"sip", ":5060", "address of SIP over UDP and TCP", func(c *config, v string) error { return sipAddress(&c.SIP, v) }},
		{"sip-tls", "", "address of SIP over TLS; needs tls-cert and tls-key", readTLS},
		{"tls-cert", "", "certificate file (PEM) of SIP over TLS", func(c *config, v string) error { c.TLSCert = v; return nil }},
		{"tls-key", "", "key file (PEM) of SIP over TLS", func(c *config, v string) error { c.TLSKey = v; return nil }},
		{"rtp", "20000-39999", "ports for media", readPorts},
		{"webrtc", "", "UDP port for the sound of all browsers, 0 for any that is free; default: the last one of rtp", readWebRTC},
		{"advertise", "", "address written into SDP and Contact; default: the address of the default route", readAdvertise},
		{"media-public-ip", "", "addresses under which browsers reach the webrtc port, with commas between; default: the one of advertise", readMediaPublic},
		{"ice-servers", "", "STUN and TURN servers for browsers in networks that let nothing else through, with commas between, e.g. turns:user:password@turn.example.com:443?transport=tcp", readICEServers},
		{"data", "./callcard-data", "folder of the private PostgreSQL and Redis, recordings, journal", readData},
		{"prompts", "", "folder of WAV files that replace the built-in sounds", readPrompts},
		{"origin", "", "address of the page as browsers see it, if a proxy stands before us, e.g. https://crm.example.com", readOrigin},
		{"proxies", "", "networks of the proxies before us whose X-Forwarded-* headers are believed, e.g. 127.0.0.0/8", readProxies},
		{"node", "", "name of this server among others; default: the host's name", readNode},
		{"max-calls", "1000", "calls at a time; more are refused with 503", func(c *config, v string) error { return positive(&c.MaxCalls, v) }},
		{"drain", "10m", "how long talks may go on after SIGTERM", func(c *config, v string) error { return duration(&c.Drain, v) }},
		{"rtp-timeout", "30s", "a talk without media for so long is ended", func(c *config, v string) error { return duration(&c.RTPTimeout, v) }},
		{"profile", "", "address of Go's profiler (net/http/pprof); keep it to this machine, e.g. 127.0.0.1:6060", func(c *config, v string) error { return optionalAddress(&c.Profile, v) }},
		{"log", "info", "debug, info, warn or error", readLevel},
	}
}

// readConfig takes flags, then the environment, then defaults. more may add flags of
// the subcommand.
func readConfig(name, defaultHTTP string, args []string, out io.Writer, more func(*flag.FlagSet)) (config, error) {
	var c config
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	rows := settings(defaultHTTP)
	values := make([]*string, len(rows))
	for i, row := range rows {
		values[i] = fs.String(row.name, row.def, row.meaning)
	}
	if more != nil {
		more(fs)
	}
	if err := parseFlags(fs, args, out); err != nil {
		return c, err
	}
	if fs.NArg() > 0 {
		return c, usagef("there is nothing to do with %q; callcard %s --help tells the flags", fs.Arg(0), name)
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for i, row := range rows {
		value, from := *values[i], "--"+row.name
		if variable := "CALLCARD_" + strings.ToUpper(strings.ReplaceAll(row.name, "-", "_")); !given[row.name] && os.Getenv(variable) != "" {
			value, from = os.Getenv(variable), variable
		}
		if err := row.read(&c, value); err != nil {
			return c, usagef("%s=%q is wrong: %w", from, value, err)
		}
	}
	if err := c.completeMedia(); err != nil {
		return c, err
	}
	c.DatabaseURL, c.RedisURL = os.Getenv("DATABASE_URL"), os.Getenv("REDIS_URL")
	if c.SIPTLS != "" && (c.TLSCert == "" || c.TLSKey == "") {
		return c, usagef("--sip-tls needs --tls-cert and --tls-key")
	}
	return c, nil
}

// parseFlags parses and, for --help, prints what the flags mean.
func parseFlags(fs *flag.FlagSet, args []string, out io.Writer) error {
	err := fs.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(out, "Usage: callcard %s [flags]\n\n", fs.Name())
		fs.SetOutput(out)
		fs.PrintDefaults()
		return errHelp
	}
	if err != nil {
		return usagef("%w; callcard %s --help tells the flags", err, fs.Name())
	}
	return nil
}

func address(to *string, v string) error {
	_, port, err := net.SplitHostPort(v)
	if err != nil {
		return fmt.Errorf("give host:port or :port")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("the port must be a number up to 65535")
	}
	*to = v
	return nil
}

// sipAddress wants a port that can be told to telephones: one number for UDP and TCP.
func sipAddress(to *string, v string) error {
	if strings.HasSuffix(v, ":0") {
		return fmt.Errorf("give a port above 0")
	}
	return address(to, v)
}

func readTLS(c *config, v string) error {
	if v == "" {
		return nil
	}
	return sipAddress(&c.SIPTLS, v)
}

func optionalAddress(to *string, v string) error {
	if v == "" {
		return nil
	}
	return address(to, v)
}

func readPorts(c *config, v string) error {
	low, high, ok := strings.Cut(v, "-")
	var err1, err2 error
	c.RTPMin, err1 = strconv.Atoi(low)
	c.RTPMax, err2 = strconv.Atoi(high)
	if !ok || err1 != nil || err2 != nil || c.RTPMin < 1024 || c.RTPMax > 65535 || c.RTPMax-c.RTPMin < 100 {
		return fmt.Errorf("give a range of at least 100 ports above 1023, such as 20000-39999")
	}
	return nil
}

// ofRTP stands for the last port of the RTP range until that is known.
const ofRTP = -1

func readWebRTC(c *config, v string) error {
	if v == "" {
		c.WebRTC = ofRTP
		return nil
	}
	n, err := strconv.ParseUint(v, 10, 16)
	if err != nil || n > 0 && n < 1024 {
		return fmt.Errorf("give a UDP port above 1023, or 0")
	}
	c.WebRTC = int(n)
	return nil
}

func readMediaPublic(c *config, v string) error {
	for _, text := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }) {
		a, err := netip.ParseAddr(text)
		if err != nil || a.IsUnspecified() || a.Zone() != "" {
			return fmt.Errorf("give IP addresses that browsers can reach, with commas between")
		}
		c.MediaPublic = append(c.MediaPublic, a.Unmap())
	}
	return nil
}

// completeMedia settles what one setting says for another.
func (c *config) completeMedia() error {
	switch {
	case c.WebRTC == ofRTP:
		c.WebRTC = c.RTPMax
		c.RTPMax--
	case c.WebRTC >= c.RTPMin && c.WebRTC <= c.RTPMax:
		return usagef("--webrtc=%d is one of the ports of --rtp: choose one beside them", c.WebRTC)
	}
	if len(c.MediaPublic) == 0 {
		c.MediaPublic = []netip.Addr{c.Advertise}
	}
	return nil
}

func readAdvertise(c *config, v string) error {
	if v == "" {
		c.Advertise = routeAddress()
		return nil
	}
	a, err := netip.ParseAddr(v)
	if err != nil || a.IsUnspecified() {
		return fmt.Errorf("give an IP address that others can reach")
	}
	c.Advertise = a
	return nil
}

func readProxies(c *config, v string) error {
	for _, text := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return fmt.Errorf("give networks such as 10.0.0.0/8, with commas between")
		}
		c.Proxies = append(c.Proxies, p.Masked())
	}
	return nil
}

// routeAddress is the address the host would use towards the Internet; no packet is
// sent to find it.
func routeAddress() netip.Addr {
	conn, err := net.Dial("udp4", "192.0.2.1:9") // TEST-NET-1, RFC 5737
	if err != nil {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
}

// readICEServers reads URIs of RFC 7064 and RFC 7065. What these leave out, user and
// password, stands before an @.
func readICEServers(c *config, v string) error {
	for _, text := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }) {
		scheme, rest, _ := strings.Cut(text, ":")
		account, host, hasAccount := rest, rest, false
		if at := strings.LastIndexByte(rest, '@'); at >= 0 {
			account, host, hasAccount = rest[:at], rest[at+1:], true
		}
		user, password, whole := strings.Cut(account, ":")
		turn := scheme == "turn" || scheme == "turns"
		switch {
		case !turn && scheme != "stun" && scheme != "stuns", host == "", strings.HasPrefix(host, "/"):
			return fmt.Errorf("give addresses such as stun:stun.example.com:3478 or turn:user:password@turn.example.com")
		case turn && (!hasAccount || !whole || user == "" || password == ""):
			return fmt.Errorf("a TURN server needs user and password: %s:user:password@%s", scheme, host)
		case !turn && hasAccount:
			return fmt.Errorf("a STUN server takes no user")
		}
		s := api.ICEServer{URLs: []string{scheme + ":" + host}}
		if turn {
			s.Username, s.Credential = user, password
		}
		c.ICEServers = append(c.ICEServers, s)
	}
	return nil
}

func readData(c *config, v string) (err error) {
	if v == "" {
		return fmt.Errorf("give a folder")
	}
	c.Data, err = filepath.Abs(v)
	return err
}

func readPrompts(c *config, v string) error {
	if info, err := os.Stat(v); v != "" && (err != nil || !info.IsDir()) {
		return fmt.Errorf("give a folder that is there")
	}
	c.Prompts = v
	return nil
}

func readOrigin(c *config, v string) error {
	u, err := url.Parse(v)
	if v != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || v != u.Scheme+"://"+u.Host) {
		return fmt.Errorf("give scheme and host, such as https://crm.example.com")
	}
	c.PublicOrigin = v
	return nil
}

func readLevel(c *config, v string) error {
	if err := c.LogLevel.UnmarshalText([]byte(v)); err != nil {
		return fmt.Errorf("give debug, info, warn or error")
	}
	return nil
}

func readNode(c *config, v string) error {
	c.Node = v
	if v != "" {
		return nil
	}
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "callcard"
	}
	c.Node = host
	return nil
}

func positive(to *int, v string) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		return fmt.Errorf("give a number above 0")
	}
	*to = n
	return nil
}

func duration(to *time.Duration, v string) error {
	d, err := time.ParseDuration(v)
	if err != nil || d < 0 {
		return fmt.Errorf("give a duration such as 30s or 10m")
	}
	*to = d
	return nil
}
