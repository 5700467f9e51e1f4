package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"github.com/callcard/callcard/realtime"
	"github.com/callcard/callcard/web/live"
)

// document is the configuration of huma: OpenAPI 3.1 at /api/v1/openapi.json, no
// page of huma's own (it loads from a CDN), no links to schemas in answers.
func document(version string) huma.Config {
	c := huma.DefaultConfig("Callcard", version)
	c.CreateHooks = nil
	c.DocsPath, c.SchemasPath = "", ""
	c.Info.Description = "Contact center and CRM. Errors are RFC 9457 problem documents with a stable code."
	c.Servers = []*huma.Server{{URL: "/api/v1"}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"cookie": {Type: "apiKey", In: "cookie", Name: "callcard_session", Description: "Set by POST /session."},
		"bearer": {Type: "http", Scheme: "bearer", Description: "The token of a session or an API token."},
	}
	c.Security = []map[string][]string{{"cookie": {}}, {"bearer": {}}}
	return c
}

// describe adds what is no JSON route: the live events as one discriminated union,
// and the close codes of the socket.
func describe(doc *huma.OpenAPI) {
	schemas := doc.Components.Schemas
	union := &huma.Schema{
		Description:   "An envelope of the live socket. seq counts the user's envelopes from 1 within epoch.",
		Discriminator: &huma.Discriminator{PropertyName: "type", Mapping: map[string]string{}},
	}
	for _, kind := range live.Catalogue() {
		name := "LiveEvent" + camel(kind.Type)
		schemas.Map()[name] = &huma.Schema{
			Type: huma.TypeObject, Description: kind.Doc, Required: []string{"epoch", "seq", "type", "at", "data"},
			Properties: map[string]*huma.Schema{
				"epoch": {Type: huma.TypeString},
				"seq":   {Type: huma.TypeInteger, Format: "int64"},
				"type":  {Type: huma.TypeString, Enum: []any{kind.Type}},
				"at":    {Type: huma.TypeString, Format: "date-time"},
				"data":  schemas.Schema(reflect.TypeOf(kind.Data), true, ""),
			},
		}
		ref := "#/components/schemas/" + name
		union.OneOf = append(union.OneOf, &huma.Schema{Ref: ref})
		union.Discriminator.Mapping[kind.Type] = ref
	}
	schemas.Map()["LiveEvent"] = union
	op := doc.Paths["/live"].Get
	op.Description = "Upgrades to a WebSocket that brings LiveEvent envelopes. The only thing to send is {\"type\":\"ping\"}, answered by {\"type\":\"pong\"}."
	op.Extensions = map[string]any{"x-close-codes": realtime.CloseCodes(), "x-event": "#/components/schemas/LiveEvent"}
}

// camel makes CallOffered of call.offered.
func camel(kind string) string {
	var b strings.Builder
	for _, word := range strings.Split(kind, ".") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// OpenAPI is the document as it is committed: indented, with a line feed at its end.
func OpenAPI(version string) ([]byte, error) {
	a := Mount(chi.NewRouter(), Config{Version: version})
	b, err := json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode the OpenAPI document: %w", err)
	}
	return append(b, '\n'), nil
}

// NotFound and WrongMethod answer what no route takes.
func (a *API) NotFound(w http.ResponseWriter, r *http.Request) {
	WriteProblem(w, r, a.Log, humaProblem(http.StatusNotFound, "There is nothing at this address."))
}

// WrongMethod answers a method that the address does not know.
func (a *API) WrongMethod(w http.ResponseWriter, r *http.Request) {
	WriteProblem(w, r, a.Log, humaProblem(http.StatusMethodNotAllowed, "This address does not take the method "+r.Method+"."))
}
