package api

import (
	"context"
	"net/netip"
	"time"

	"github.com/gorilla/websocket"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/web/auth"
)

// Softphone is the edge where a page becomes a telephone.
type Softphone interface {
	// Ticket makes a SIP password for an extension. It is good until expires, and only
	// in sockets of the session.
	Ticket(extension string, session crm.ID) (password string, expires time.Time)
	// Realm is what the password is to be hashed with.
	Realm() string
	// Serve carries SIP over a socket until either side ends it, and closes it.
	Serve(socket *websocket.Conn, line PhoneLine)
}

// PhoneLine is who speaks SIP over a socket.
type PhoneLine struct {
	Extension string // nobody else is he believed to be
	Session   crm.ID
	Remote    netip.AddrPort // where the browser is
	Holds     func() bool    // whether the socket may stay; asked again and again
}

// ICEServer is a STUN or TURN server that browsers are told of (RFC 7064, RFC 7065).
type ICEServer struct {
	URLs       []string `json:"urls" doc:"stun:…, turn:… or turns:…"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// PhoneAccount is what the page needs to be a telephone.
type PhoneAccount struct {
	Extension  string      `json:"extension" doc:"User of the SIP address, and of the digest."`
	Realm      string      `json:"realm"`
	Password   string      `json:"password" doc:"Good for a few minutes, and in sockets of this session only; it is stored nowhere. Ask for a new one before expires_at, and after the server has restarted."`
	ExpiresAt  time.Time   `json:"expires_at"`
	URL        string      `json:"url" doc:"Of the socket, on this server: SIP over WebSocket, subprotocol sip."`
	ICEServers []ICEServer `json:"ice_servers" doc:"Usually none: the server itself can be reached."`
	Display    string      `json:"display" doc:"The user's name."`
}

type phoneOutput struct{ Body PhoneAccount }

// myPhone lends the page a SIP account for a while.
func (a *API) myPhone(ctx context.Context, _ *struct{}) (*phoneOutput, error) {
	who := identity(ctx)
	u, err := a.phoneOwner(who)
	if err != nil {
		return nil, err
	}
	account := PhoneAccount{Extension: u.Extension, Realm: a.Softphone.Realm(), URL: "/sip", ICEServers: a.ICEServers, Display: u.Name}
	if account.ICEServers == nil {
		account.ICEServers = []ICEServer{}
	}
	account.Password, account.ExpiresAt = a.Softphone.Ticket(u.Extension, who.Session)
	return &phoneOutput{account}, nil
}

// phoneOwner is whose telephone the page of an identity may be.
func (a *API) phoneOwner(who auth.Identity) (office.User, error) {
	if who.Session == "" {
		return office.User{}, crm.Errorf(crm.Forbidden, "Sign in with the password to telephone; an API token can't.")
	}
	u, ok := a.Office().UserByID(who.Viewer.User)
	if !ok || u.Blocked || u.Extension == "" {
		return office.User{}, crm.Errorf(crm.NotFound, "You have no extension. An administrator can give you one.")
	}
	return u, nil
}

// Line tells whose telephone the page of an identity is, at the address that it comes
// from.
func (a *API) Line(who auth.Identity, remote netip.AddrPort) (PhoneLine, error) {
	u, err := a.phoneOwner(who)
	if err != nil {
		return PhoneLine{}, err
	}
	return PhoneLine{Extension: u.Extension, Session: who.Session, Remote: remote, Holds: func() bool {
		now, err := a.phoneOwner(who)
		return err == nil && now.Extension == u.Extension && a.Gate.StillGood(context.Background(), who)
	}}, nil
}
