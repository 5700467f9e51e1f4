package crm

import (
	"errors"
	"fmt"
)

// Code classifies an error for machines. The set is closed: web/api maps each to
// one HTTP status.
type Code string

const (
	Invalid      Code = "invalid"      // the input breaks a rule; Field says where
	Unauthorized Code = "unauthorized" // nobody is signed in
	Forbidden    Code = "forbidden"    // signed in, and the object is known to the user, but not this action
	NotFound     Code = "not_found"    // there is no such object, or the user may not know of it
	Conflict     Code = "conflict"     // someone else was faster: version, uniqueness, state
	TooMany      Code = "too_many"     // slow down; RetryAfter says how long
	Unavailable  Code = "unavailable"  // a part we depend on is away; try again later
	Internal     Code = "internal"     // our fault

	// Why a call can't be placed.
	DiallingDenied Code = "dialling_denied" // the rules do not allow it; Detail["why"] is a DialWhy
	NoDevice       Code = "no_device"       // no telephone of his can ring
	Busy           Code = "busy"            // he has another call
)

// Error is an error of the domain. Message is a whole sentence for people that
// says what to do; Err is for the log only and never leaves the server.
type Error struct {
	Code    Code
	Message string
	Field   string         // the offending field in dotted form, if one is to blame
	Detail  map[string]any // machine-readable extras, e.g. what changed on a Conflict
	Err     error
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error whose Message is the formatted sentence, so write it fit to be
// shown. An error that is for the log only goes into Err, in a literal.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// InvalidField is Errorf(Invalid, …) that names the offending field.
func InvalidField(field, format string, args ...any) *Error {
	e := Errorf(Invalid, format, args...)
	e.Field = field
	return e
}

// CodeOf is the code of the first Error in err's chain, Internal for a foreign
// error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}
