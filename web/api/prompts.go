package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/callcard/callcard/crm"
)

// MaxPrompt is how large a sound file may be, in bytes: a minute in the best quality
// that is taken.
const MaxPrompt = 5 << 20

// Prompts keeps the sounds that callers hear.
type Prompts interface {
	List() []Sound
	// Open returns the WAV file; crm.NotFound when there is no such sound.
	Open(name string) (wav []byte, err error)
	// Put replaces a sound, Reset brings the built-in one back; both are audited. Errors:
	// crm.NotFound; crm.Invalid when it is no sound that can be played; crm.Conflict when
	// the server was started with a folder of its own for them.
	Put(ctx context.Context, v crm.Viewer, name string, wav []byte) error
	Reset(ctx context.Context, v crm.Viewer, name string) error
}

// Sound is a sound of the library.
type Sound struct {
	Name   string
	Length time.Duration
	Custom bool
	Fixed  bool
}

// Prompt is what a caller may hear.
type Prompt struct {
	Name    string  `json:"name"`
	About   string  `json:"about,omitempty" doc:"When it is heard; missing for one that is not built in."`
	Seconds float64 `json:"seconds"`
	Custom  bool    `json:"custom" doc:"It replaces the built-in sound."`
	Fixed   bool    `json:"fixed" doc:"It can't be changed here: the server takes its sounds from a folder (CALLCARD_PROMPTS)."`
	URL     string  `json:"url"`
}

var aboutPrompts = map[string]string{
	"music":    "While the caller waits in the queue, and on hold.",
	"ringback": "While a manager's phone rings.",
	"hold":     "For the other side of a talk that is on hold.",
	"busy":     "When nobody can take the call.",
}

func wirePrompt(s Sound) Prompt {
	return Prompt{Name: s.Name, About: aboutPrompts[s.Name], Seconds: s.Length.Seconds(), Custom: s.Custom, Fixed: s.Fixed,
		URL: "/api/v1/office/prompts/" + s.Name + "/audio"}
}

func (a *API) listPrompts(ctx context.Context, _ *struct{}) (*listOutput[Prompt], error) {
	if err := mayPrompts(ctx, crm.Read); err != nil {
		return nil, err
	}
	return list(a.Prompts.List(), "", wirePrompt), nil
}

// mayPrompts: sounds belong to no office. Who reads the settings hears them; they are
// changed by who manages everything.
func mayPrompts(ctx context.Context, action crm.Action) error {
	if err := mayOffice(ctx, action); err != nil {
		return err
	}
	if action == crm.Manage && viewer(ctx).Reach(crm.Office, crm.Manage) != crm.All {
		return crm.Errorf(crm.Forbidden, "The sounds are those of all offices: who manages them all may change them.")
	}
	return nil
}

// PromptName is the path of one sound.
type PromptName struct {
	Name string `path:"name" maxLength:"64"`
}

type putPromptInput struct {
	PromptName
	RawBody []byte `contentType:"audio/wav"`
}

type promptOutput struct{ Body Prompt }

func (a *API) putPrompt(ctx context.Context, in *putPromptInput) (*promptOutput, error) {
	if err := mayPrompts(ctx, crm.Manage); err != nil {
		return nil, err
	}
	if err := a.Prompts.Put(ctx, viewer(ctx), in.Name, in.RawBody); err != nil {
		return nil, err
	}
	return a.prompt(in.Name)
}

func (a *API) resetPrompt(ctx context.Context, in *PromptName) (*promptOutput, error) {
	if err := mayPrompts(ctx, crm.Manage); err != nil {
		return nil, err
	}
	if err := a.Prompts.Reset(ctx, viewer(ctx), in.Name); err != nil {
		return nil, err
	}
	return a.prompt(in.Name)
}

func (a *API) prompt(name string) (*promptOutput, error) {
	for _, s := range a.Prompts.List() {
		if s.Name == name {
			return &promptOutput{wirePrompt(s)}, nil
		}
	}
	return nil, crm.Errorf(crm.NotFound, "There is no such sound.")
}

func (a *API) getPromptAudio(ctx context.Context, in *PromptName) (*huma.StreamResponse, error) {
	if err := mayPrompts(ctx, crm.Read); err != nil {
		return nil, err
	}
	wav, err := a.Prompts.Open(in.Name)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		r, w := humachi.Unwrap(hctx)
		sum := sha256.Sum256(wav)
		w.Header().Set("Content-Type", "audio/wav")
		w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(wav))
	}}, nil
}
