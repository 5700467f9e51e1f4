package web_test

import (
	"strings"
	"testing"

	"github.com/callcard/callcard/web/api"
)

func TestPrompts(t *testing.T) {
	w := newWorld(t)
	large := "RIFF" + strings.Repeat("x", 4<<20)
	w.do("PUT", "/api/v1/office/prompts/music", "admin", large, "Content-Type: audio/wav").must(200)
	part := w.do("GET", "/api/v1/office/prompts/music/audio", "admin", "", "Range: bytes=0-3").must(206)
	if string(part.body) != "RIFF" || part.Header.Get("Content-Type") != "audio/wav" || part.Header.Get("ETag") == "" {
		t.Errorf("%v %s", part.Header, part.body)
	}
	w.do("PUT", "/api/v1/office/prompts/music", "admin", "RIFF"+strings.Repeat("x", api.MaxPrompt), "Content-Type: audio/wav").must(413)
	w.do("PUT", "/api/v1/office/prompts/music", "admin", "ID3", "Content-Type: audio/wav").must(422)
	w.do("PUT", "/api/v1/office/prompts/no", "admin", "RIFF", "Content-Type: audio/wav").must(404)
	w.do("GET", "/api/v1/office/prompts/..%2fx/audio", "admin", "").must(404)
	w.do("POST", "/api/v1/contacts", "admin", `{"name":"`+strings.Repeat("x", 2<<20)+`"}`).must(413)
}
