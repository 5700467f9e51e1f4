package api

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
)

type recordingInput struct {
	ByID
	request
	Download bool `query:"download" doc:"Save it as a file instead of playing it."`
}

// getRecording plays the file. http.ServeContent takes care of Range, so a player
// can seek.
func (a *API) getRecording(ctx context.Context, in *recordingInput) (*huma.StreamResponse, error) {
	id, err := in.id("call")
	if err != nil {
		return nil, err
	}
	rec, err := a.listenTo(ctx, id, in)
	if err != nil {
		return nil, err
	}
	file, err := a.openRecording(rec)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		defer file.Close()
		r, w := humachi.Unwrap(hctx)
		h := w.Header()
		h.Set("Content-Type", "audio/wav")
		if rec.SHA256 != "" {
			h.Set("ETag", `"`+rec.SHA256+`"`)
		}
		if in.Download {
			h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="call-%s.wav"`, id))
		}
		http.ServeContent(w, r, "", rec.StartedAt, file)
	}}, nil
}

// listenTo finds the recording and writes into the audit that it is listened to. A
// player asks for one file in many ranges: they are one listening.
func (a *API) listenTo(ctx context.Context, call crm.ID, in *recordingInput) (calls.Recording, error) {
	v := viewer(ctx)
	if in.Download {
		return a.Calls.RecordListen(ctx, v, call, "download")
	}
	if in.r.Header.Get("Range") != "" && a.listens.going(v.User, call) {
		return a.Calls.Recording(ctx, v, call)
	}
	rec, err := a.Calls.RecordListen(ctx, v, call, "listen")
	if err == nil {
		a.listens.began(v.User, call)
	}
	return rec, err
}

// openRecording opens the file, which must lie within the recordings folder.
func (a *API) openRecording(rec calls.Recording) (*os.File, error) {
	file, err := os.OpenInRoot(a.Recordings, filepath.FromSlash(rec.Path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &crm.Error{Code: crm.NotFound, Message: "The file of this recording is gone.", Err: err}
	}
	if err != nil {
		return nil, fmt.Errorf("open recording %s: %w", rec.ID, err)
	}
	return file, nil
}

// Peaks is the waveform of a recording.
type Peaks struct {
	DurationMS int64          `json:"duration_ms"`
	Channels   [][][2]float32 `json:"channels" doc:"For each channel (client, agent) the lowest and highest sample, -1..1, of equal stretches of time."`
}

type peaksInput struct {
	ByID
	Buckets int `query:"buckets" minimum:"1" maximum:"5000" default:"800"`
}

type peaksOutput struct{ Body Peaks }

func (a *API) getPeaks(ctx context.Context, in *peaksInput) (*peaksOutput, error) {
	id, err := in.id("call")
	if err != nil {
		return nil, err
	}
	rec, err := a.Calls.Recording(ctx, viewer(ctx), id)
	if err != nil {
		return nil, err
	}
	file, err := a.openRecording(rec) // refuses a path that leads out of the folder
	if err != nil {
		return nil, err
	}
	file.Close()
	channels, err := a.Peaks(filepath.Join(a.Recordings, filepath.FromSlash(rec.Path)), in.Buckets)
	if err != nil {
		return nil, fmt.Errorf("read the waveform of recording %s: %w", rec.ID, err)
	}
	return &peaksOutput{Peaks{DurationMS: rec.DurationMS, Channels: channels}}, nil
}

// listens remembers who listens to what, so that the ranges of one listening are
// one line of the audit.
type listens struct {
	now func() time.Time
	mu  sync.Mutex
	at  map[listening]time.Time
}

type listening struct{ user, call crm.ID }

// listeningTime is how long the ranges after the first belong to it.
const listeningTime = 10 * time.Minute

func newListens(now func() time.Time) *listens {
	return &listens{now: now, at: map[listening]time.Time{}}
}

func (l *listens) going(user, call crm.ID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now().Sub(l.at[listening{user, call}]) < listeningTime
}

func (l *listens) began(user, call crm.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	for k, at := range l.at {
		if now.Sub(at) >= listeningTime {
			delete(l.at, k)
		}
	}
	l.at[listening{user, call}] = now
}
