package sip

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
)

// legState is how far a leg has come. It only grows.
//
//	caller:  trying -> ringing -> answered (200 sent) -> up (ACK) -> gone
//	agent:   trying -> ringing -> up (200, ACK sent)             -> gone
type legState int

const (
	legTrying legState = iota
	legRinging
	legAnswered
	legUp
	legGone
)

// leg is one party of a call: his dialog, his session and his media.
type leg struct {
	id    telephony.LegID
	line  *line
	state legState

	dialog *dialog // nil until there is one
	in     *incoming
	out    *outgoing

	endpoint              // ours in use; until a device answers, that of one of them
	opened   []*media.Leg // all that are open
	remote   *description // what was agreed last
	codec    media.Codec
	bridged  bool   // it hears others, or they it
	trunk    string // name of the one that it takes a place of, beside the call's own
	used     bool   // audio may have flowed: there is a quality to report

	heldByPeer, heldByUs bool

	socket  atomic.Pointer[socket]      // of a browser's leg: where its page is
	goodbye atomic.Pointer[sip.Request] // a BYE of it that may not have been handled yet

	leaving  bool            // our BYE is not answered yet
	last     telephony.Event // how it ended, until that is told
	farewell *time.Timer     // bounds the wait for the answer

	offering reoffer
	session  session
	allows   map[sip.RequestMethod]bool // what the peer's Allow says
}

func (lg *leg) held() bool { return lg.heldByPeer || lg.heldByUs }

// agree applies what both sides have settled on. d is the peer's description, codec
// the one in use.
func (lg *leg) agree(d *description, codec media.Codec) error {
	params := media.Params{
		Codec: codec, DTMF: d.dtmf, Remote: d.remote, RemoteRTCP: d.rtcp, Direction: d.answerDirection(),
	}
	if lg.dialog.natted {
		params.Peer = hostOf(lg.dialog.source)
	}
	if err := lg.endpoint.update(params, d.web); err != nil {
		return fmt.Errorf("apply session of %s: %w", lg.id, err)
	}
	lg.remote, lg.codec, lg.used = d, codec, true
	if held := d.held(); held != lg.heldByPeer {
		lg.setHold(&lg.heldByPeer, held)
		if held {
			lg.line.tell(telephony.LegHeld{Leg: lg.id})
		} else {
			lg.line.tell(telephony.LegResumed{Leg: lg.id})
		}
	}
	return nil
}

// setHold changes one of the two reasons for hold; the bridge knows only their sum.
func (lg *leg) setHold(reason *bool, on bool) {
	before := lg.held()
	*reason = on
	bridge := lg.line.bridge
	if lg.held() == before || bridge == nil || !lg.bridged {
		return
	}
	if lg.held() {
		bridge.Hold(lg.media)
	} else {
		bridge.Resume(lg.media)
	}
}

// mediaLost: no packet for longer than RTPTimeout; or the browser is gone, which shows
// during a hold too. Its page may live on and is told.
func (lg *leg) mediaLost() {
	switch {
	case lg.state < legAnswered || lg.state == legGone:
	case lg.web():
		lg.bye(telephony.DeviceLost)
		lg.end(telephony.Remote, telephony.DeviceLost, 0)
	case !lg.heldByPeer:
		lg.bye(telephony.MediaLost)
		lg.end(telephony.Local, telephony.MediaLost, 0)
	}
}

// hangup ends the leg in whatever state it is.
func (lg *leg) hangup(cause telephony.Cause) {
	if cause == "" {
		cause = telephony.Normal
	}
	switch {
	case lg.state == legGone:
	case lg.state >= legAnswered:
		lg.bye(cause)
		lg.end(telephony.Local, cause, 0)
	case lg.in != nil:
		lg.refuse(cause, 0)
	case lg.out == nil: // nobody has been dialled yet
		lg.end(telephony.Local, cause, 0)
	default:
		lg.cancel(cause)
	}
}

// bye sends a BYE. A caller whose ACK has not come gets it all the same: RFC 3261 15
// asks to wait for the ACK, but the retransmissions of the 200 stop here and he has
// nothing else to hear from us.
func (lg *leg) bye(cause telephony.Cause) {
	lg.leaving = true
	lg.line.transact(lg.id, byeRequest(lg.dialog, cause), func(*sip.Response, error) { lg.left() })
}

func byeRequest(d *dialog, cause telephony.Cause) *sip.Request {
	req := d.next(sip.BYE)
	if reason := reasonOf(cause); reason != "" {
		req.AppendHeader(sip.NewHeader("Reason", reason))
	}
	return req
}

// end reports the end of a leg that was established, or of the caller's leg, and
// gives back what it held.
func (lg *leg) end(by telephony.Side, cause telephony.Cause, code int) {
	if lg.state == legGone {
		return
	}
	lg.part(telephony.LegEnded{Leg: lg.id, By: by, Cause: cause, Code: code})
}

// part lets go of a leg and reports e. While our BYE or CANCEL is on its way that is
// reported when the peer has answered, or has had the time to: before that his phone
// may still count itself as busy.
func (lg *leg) part(e telephony.Event) {
	lg.release()
	lg.last = e
	if lg.leaving {
		lg.line.leaving = append(lg.line.leaving, lg)
		lg.farewell = time.AfterFunc(lg.line.calls.timing.linger, lg.line.callback(lg.tellLast))
	} else {
		lg.tellLast()
	}
	lg.line.settle()
}

// left: the peer has heard of the end.
func (lg *leg) left() {
	lg.leaving = false
	lg.tellLast()
}

// tellLast reports the end once.
func (lg *leg) tellLast() {
	if lg.last == nil {
		return
	}
	lg.line.tell(lg.last)
	lg.last = nil
	if lg.farewell != nil {
		lg.farewell.Stop()
	}
}

// release stops everything that a leg keeps going.
func (lg *leg) release() {
	l := lg.line
	lg.state = legGone
	lg.offering.stop()
	lg.session.stop()
	if lg.in != nil {
		lg.in.stop(l)
	}
	l.calls.remove(lg)
	l.calls.freeTrunkOf(lg)
	if l.connected == lg {
		l.connected = nil
		l.bridge.Disconnect()
	}
	if lg == l.caller {
		l.stopRecord()
	}
	lg.closeMedia(nil)
}

// commonCodec is the first codec of an offer that we have, which is any that the
// parser kept.
func commonCodec(d *description) media.Codec { return d.codecs[0] }

// codecsFrom lists our codecs, the preferred first.
func codecsFrom(first media.Codec) []media.Codec {
	if first == media.PCMU {
		return []media.Codec{media.PCMU, media.PCMA}
	}
	return []media.Codec{media.PCMA, media.PCMU}
}

var errAnswered = errors.New("is answered already")
