package office

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"gopkg.in/yaml.v3"

	"github.com/callcard/callcard/crm"
)

// ParseJSON reads the same declaration as Parse from a page: any part of an office file
// as a JSON object, which may have the field base (File.Base) too. JSON is YAML, so both
// go through one reader and a page is told what callcard apply would tell. Errors:
// crm.Invalid when it is no JSON object, Mistakes without lines.
func ParseJSON(text []byte, name string, weak func(password string) error) (File, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var top map[string]any
	err := dec.Decode(&top)
	if err == nil {
		if _, err = dec.Token(); errors.Is(err, io.EOF) {
			err = nil
		} else if err == nil {
			err = errors.New("more than one value")
		}
	}
	if err != nil || top == nil {
		return File{}, &crm.Error{Code: crm.Invalid, Message: "Send the changes as one JSON object.", Err: err}
	}
	base, isText := top["base"].(string)
	if _, given := top["base"]; given && !isText {
		return File{}, crm.InvalidField("base", "The revision is a text.")
	}
	delete(top, "base")
	// Encoded anew it has no escapes that only JSON knows.
	var root yaml.Node
	again, err := json.Marshal(top)
	if err == nil {
		err = yaml.Unmarshal(again, &root)
	}
	if err != nil {
		return File{}, &crm.Error{Code: crm.Invalid, Message: "The changes can't be read.", Err: err}
	}
	r := &reader{file: name, lineless: true}
	f := r.content(root.Content[0], weak)
	f.Name, f.Base, f.Partial = name, base, true
	r.checkTwins(f)
	if err := r.mistakes.orNil(); err != nil {
		return File{}, err
	}
	return f, nil
}
