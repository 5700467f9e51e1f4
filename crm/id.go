package crm

import (
	"time"

	"github.com/google/uuid"
)

// ID is a UUIDv7 in its canonical text form (RFC 9562 section 5.7). Ids are made
// in Go, so that a row has its name before the database has seen it. The zero
// value means "none".
type ID string

// NewID makes an id that sorts by the time of its making.
func NewID() ID { return ID(uuid.Must(uuid.NewV7()).String()) }

// ParseID accepts only the canonical form, so that an id from outside can be
// compared and stored as it is.
func ParseID(s string) (ID, error) {
	u, err := uuid.Parse(s)
	if err != nil || u.String() != s {
		return "", Errorf(Invalid, "%q is not an id", s)
	}
	return ID(s), nil
}

// Time is the millisecond the id was made in; zero for an id that is no UUIDv7.
func (id ID) Time() time.Time {
	u, err := uuid.Parse(string(id))
	if err != nil || u.Version() != 7 {
		return time.Time{}
	}
	sec, nsec := u.Time().UnixTime()
	return time.Unix(sec, nsec).UTC()
}
