package api

import (
	"context"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/notifications"
	"github.com/callcard/callcard/web/live"
)

// NotificationPage is a page of one's bell.
type NotificationPage struct {
	Page[live.Notification]
	Unread int `json:"unread" doc:"Of all, not only of this page."`
}

type listNotificationsInput struct {
	Unread bool   `query:"unread" doc:"Only those that have not been read."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After  string `query:"after"`
}

type notificationsOutput struct{ Body NotificationPage }

func (a *API) myNotifications(ctx context.Context, in *listNotificationsInput) (*notificationsOutput, error) {
	p, err := a.Notifications.List(ctx, viewer(ctx), notifications.Filter{Unread: in.Unread, Limit: in.Limit, After: crm.ID(in.After)})
	if err != nil {
		return nil, err
	}
	return &notificationsOutput{NotificationPage{Page: list(p.Items, string(p.Next), live.NewNotification).Body, Unread: p.Unread}}, nil
}

type readNotificationsInput struct {
	Body struct {
		UpTo string   `json:"up_to,omitempty" format:"uuid" doc:"This one and all older ones."`
		IDs  []crm.ID `json:"ids,omitempty" maxItems:"200" doc:"Or these."`
	}
}

type readNotificationsOutput struct{ Body live.NotificationsRead }

func (a *API) readNotifications(ctx context.Context, in *readNotificationsInput) (*readNotificationsOutput, error) {
	v := viewer(ctx)
	for _, id := range in.Body.IDs {
		if _, err := crm.ParseID(string(id)); err != nil {
			return nil, crm.InvalidField("ids", "%q is not an id.", id)
		}
	}
	done := live.NotificationsRead{UpTo: crm.ID(in.Body.UpTo), IDs: in.Body.IDs}
	if done.UpTo != "" {
		if err := a.Notifications.ReadUpTo(ctx, v, done.UpTo); err != nil {
			return nil, err
		}
	}
	if len(done.IDs) > 0 {
		if err := a.Notifications.Read(ctx, v, done.IDs); err != nil {
			return nil, err
		}
	}
	var err error
	if done.Unread, err = a.Notifications.Unread(ctx, v.User); err != nil {
		return nil, err
	}
	a.Feed.NotificationsWereRead(v.User, done)
	return &readNotificationsOutput{done}, nil
}
