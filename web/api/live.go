package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/callcard/callcard/realtime"
)

type liveInput struct {
	request
	Since string `query:"since" doc:"epoch:seq of the last envelope one has; what came after it follows, or a snapshot if that is not known any more."`
}

// live makes the request a socket. A token in the query is not looked at: the
// address of a request ends up in logs.
func (a *API) live(ctx context.Context, in *liveInput) (*huma.StreamResponse, error) {
	who := identity(ctx)
	if err := a.Gate.SocketOrigin(in.r, who.ByCookie); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		r, w := humachi.Unwrap(hctx)
		a.Hub.Serve(w, r, realtime.Listener{
			User: string(who.Viewer.User), Session: string(who.Session), Since: realtime.ParsePlace(in.Since),
			Snapshot: func(pin func()) (any, error) { return a.Feed.Snapshot(who.Viewer.User, pin) },
			Confirm:  func() bool { return a.Gate.StillGood(r.Context(), who) },
		})
	}}, nil
}
