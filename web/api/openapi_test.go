package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/callcard/callcard/web/live"
)

var update = flag.Bool("update", false, "write openapi.json anew")

// version stands in the committed document; a release does not change it.
const version = "1"

func TestOpenAPIIsCommitted(t *testing.T) {
	is, err := OpenAPI(version)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("openapi.json", is, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	was, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(is, was) {
		t.Error("openapi.json is old: go test ./web/api -run TestOpenAPI -update, then look at the difference")
	}
}

func TestOpenAPINamesEveryLiveEvent(t *testing.T) {
	b, err := OpenAPI(version)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				OneOf         []map[string]string `json:"oneOf"`
				Discriminator struct{ Mapping map[string]string }
			}
		}
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	union := doc.Components.Schemas["LiveEvent"]
	if len(union.OneOf) != len(live.Catalogue()) {
		t.Errorf("the union has %d members", len(union.OneOf))
	}
	for _, kind := range live.Catalogue() {
		ref := union.Discriminator.Mapping[kind.Type]
		if _, ok := doc.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")]; !ok {
			t.Errorf("%s leads to %q", kind.Type, ref)
		}
	}
	if bytes.Contains(b, []byte(`"null"`)) {
		t.Error("a list may be null: huma's settings are lost")
	}
}
