package main

import (
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/web/api"
)

func TestFlagBeforeEnvironmentBeforeDefault(t *testing.T) {
	bare(t)
	read := func(args ...string) config {
		t.Helper()
		c, err := readConfig("serve", ":8080", args, io.Discard, nil)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := read()
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if c.HTTP != ":8080" || c.SIP != ":5060" || c.SIPTLS != "" || c.RTPMin != 20000 || c.RTPMax != 39998 || c.WebRTC != 39999 ||
		c.Data != filepath.Join(wd, "callcard-data") || c.Drain != 10*time.Minute || c.LogLevel != slog.LevelInfo ||
		!c.Advertise.IsValid() || !slices.Equal(c.MediaPublic, []netip.Addr{c.Advertise}) || c.Node == "" || c.DatabaseURL != "" || c.RedisURL != "" {
		t.Errorf("the defaults are %+v", c)
	}
	t.Setenv("CALLCARD_HTTP", ":8081")
	t.Setenv("CALLCARD_SIP_TLS", ":5061")
	t.Setenv("CALLCARD_TLS_CERT", "c.pem")
	t.Setenv("CALLCARD_TLS_KEY", "k.pem")
	t.Setenv("CALLCARD_RTP", "30000-31000")
	t.Setenv("CALLCARD_RTP_TIMEOUT", "5s")
	t.Setenv("DATABASE_URL", "postgres://there/db")
	t.Setenv("REDIS_URL", "redis://there")
	c = read()
	if c.HTTP != ":8081" || c.SIPTLS != ":5061" || c.TLSKey != "k.pem" || c.RTPMin != 30000 || c.RTPTimeout != 5*time.Second ||
		c.DatabaseURL != "postgres://there/db" || c.RedisURL != "redis://there" {
		t.Errorf("the environment gives %+v", c)
	}
	c = read("--http", ":8082", "-rtp=40000-41000", "--sip-tls=")
	if c.HTTP != ":8082" || c.RTPMax != 40999 || c.WebRTC != 41000 || c.SIPTLS != "" {
		t.Errorf("flags give %+v", c)
	}
	c = read("--webrtc=8443", "--media-public-ip=203.0.113.5, 2001:db8::1")
	if c.WebRTC != 8443 || c.RTPMax != 31000 || !slices.Equal(c.MediaPublic, []netip.Addr{netip.MustParseAddr("203.0.113.5"), netip.MustParseAddr("2001:db8::1")}) {
		t.Errorf("the media of browsers: %+v", c)
	}
	if c = read("--http", ":8080"); c.HTTP != ":8080" {
		t.Errorf("a flag that names the default gives %s", c.HTTP)
	}
}

func TestWrongValuesNameTheirFlagOrVariable(t *testing.T) {
	bare(t)
	for name, values := range map[string][]string{
		"http":            {"8080", "localhost", ":70000", ":http", "", "1:2:3"},
		"sip":             {"5060", ":-1", ":0", ""},
		"sip-tls":         {"5061", ":0"},
		"rtp":             {"", "20000", "20000-", "39999-20000", "20000-20050", "100-5000", "60000-70000", "a-b"},
		"advertise":       {"example.org", "0.0.0.0", "1.2.3"},
		"webrtc":          {"80", "-1", "70000", "8443/udp"},
		"media-public-ip": {"example.org", "203.0.113.5,0.0.0.0"},
		"data":            {""},
		"prompts":         {"/there/is/no/such/folder", "config_test.go"},
		"origin":          {"crm.example.com", "https://crm.example.com/", "ftp://crm.example.com", "https://"},
		"max-calls":       {"0", "-3", "many", ""},
		"drain":           {"10", "-1s", "soon"},
		"rtp-timeout":     {"30", "-1s"},
		"profile":         {"6060"},
		"log":             {"loud", ""},
	} {
		for _, v := range values {
			code, out, errOut := inside(t.Context(), "serve", "--"+name+"="+v)
			if code != exitUsage || out != "" || strings.Count(errOut, "\n") != 1 || !strings.HasPrefix(errOut, "callcard serve: --"+name+"=") || !strings.Contains(errOut, "give ") && !strings.Contains(errOut, "the port") {
				t.Errorf("--%s=%q: code %d, %s%s", name, v, code, out, errOut)
			}
			if v == "" {
				continue
			}
			variable := "CALLCARD_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
			t.Setenv(variable, v)
			if code, _, errOut := inside(t.Context(), "migrate"); code != exitUsage || !strings.HasPrefix(errOut, "callcard migrate: "+variable+"=") {
				t.Errorf("%s=%q: code %d, %s", variable, v, code, errOut)
			}
			t.Setenv(variable, "")
		}
	}
}

func TestBrowsersHaveAPortOfTheirOwn(t *testing.T) {
	bare(t)
	code, _, errOut := inside(t.Context(), "serve", "--webrtc=30000")
	if code != exitUsage || errOut != "callcard serve: --webrtc=30000 is one of the ports of --rtp: choose one beside them\n" {
		t.Errorf("code %d, %s", code, errOut)
	}
}

func TestTLSNeedsBothFiles(t *testing.T) {
	bare(t)
	for _, args := range [][]string{{"--sip-tls=:5061"}, {"--sip-tls=:5061", "--tls-cert=c.pem"}, {"--sip-tls=:5061", "--tls-key=k.pem"}} {
		if code, _, errOut := inside(t.Context(), append([]string{"serve"}, args...)...); code != exitUsage || errOut != "callcard serve: --sip-tls needs --tls-cert and --tls-key\n" {
			t.Errorf("%v: code %d, %s", args, code, errOut)
		}
	}
}

func TestHelpTellsEveryFlagAndItsDefault(t *testing.T) {
	bare(t)
	code, out, errOut := inside(t.Context(), "demo", "--help")
	if code != exitDone || errOut != "" {
		t.Fatalf("code %d, %s", code, errOut)
	}
	for _, row := range settings("127.0.0.1:8080") {
		if !strings.Contains(out, "  -"+row.name+" ") || !strings.Contains(out, row.meaning) || row.def != "" && !strings.Contains(out, `(default "`+row.def+`")`) {
			t.Errorf("--%s is not explained with its default:\n%s", row.name, out)
		}
	}
}

func TestICEServersCarryTheirAccount(t *testing.T) {
	var c config
	if err := readICEServers(&c, "stun:stun.example.com:3478, turns:anna:se:cr@et@turn.example.com:443?transport=tcp"); err != nil {
		t.Fatal(err)
	}
	want := []api.ICEServer{{URLs: []string{"stun:stun.example.com:3478"}},
		{URLs: []string{"turns:turn.example.com:443?transport=tcp"}, Username: "anna", Credential: "se:cr@et"}}
	if !reflect.DeepEqual(c.ICEServers, want) {
		t.Errorf("%+v", c.ICEServers)
	}
	for _, wrong := range []string{"turn.example.com", "http://x", "turn:turn.example.com", "turn:user@turn.example.com", "stun:", "stun:u:p@stun.example.com"} {
		if err := readICEServers(&c, wrong); err == nil {
			t.Errorf("%q is accepted", wrong)
		}
	}
}
