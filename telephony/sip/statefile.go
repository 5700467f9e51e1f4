package sip

import (
	"encoding/json"
	"errors"
	"os"
)

// What must outlive the process, the registrations and the dialogs, stands in files of
// JSON lines: appended to as things change, and written anew when they have grown.

// encode makes the lines.
func encode[T any](all ...T) (text []byte) {
	for _, one := range all {
		line, err := json.Marshal(one)
		if err != nil { // strings, numbers and lists of strings
			panic(err)
		}
		text = append(append(text, line...), '\n')
	}
	return text
}

// replace puts text in the place of the file at path and leaves it open for more in the
// place of old, which may be nil. A kill leaves the one or the other.
func replace(path string, old *os.File, text []byte) (*os.File, error) {
	next, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return old, err
	}
	if _, err = next.Write(text); err == nil {
		err = os.Rename(next.Name(), path)
	}
	if err != nil {
		return old, errors.Join(err, next.Close())
	}
	if old != nil {
		err = old.Close()
	}
	return next, err
}
