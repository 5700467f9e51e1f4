package contacts

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/callcard/callcard/crm"
)

const (
	defaultLimit = 50
	maxLimit     = 200
)

// cursor is the place of the last row of a page in its order. Outside it is opaque
// text, so that the order may change without anybody's program breaking.
type cursor struct {
	Sort Sort      `json:"s,omitempty"`
	Name string    `json:"n,omitempty"`
	At   time.Time `json:"t,omitzero"`
	ID   crm.ID    `json:"i"`
}

func (c cursor) String() string {
	b, _ := json.Marshal(c) // strings and a time in year range: cannot fail
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor reads what String wrote; "" is the beginning.
func parseCursor(s string, order Sort) (*cursor, error) {
	if s == "" {
		return nil, nil
	}
	invalid := crm.InvalidField("cursor", "This page address is damaged; start from the first page.")
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, invalid
	}
	var c cursor
	if err := json.Unmarshal(b, &c); err != nil || c.Sort != order {
		return nil, invalid
	}
	if _, err := crm.ParseID(string(c.ID)); err != nil || checkLine("cursor", c.Name, 1000) != nil || c.At.Year() < 0 || c.At.Year() > 9999 {
		return nil, invalid
	}
	return &c, nil
}

// pageSize puts the wish of the caller within bounds; 0 is the default.
func pageSize(limit int) (int, error) {
	switch {
	case limit == 0:
		return defaultLimit, nil
	case limit < 0 || limit > maxLimit:
		return 0, crm.InvalidField("limit", "A page has 1 to %d rows.", maxLimit)
	}
	return limit, nil
}
