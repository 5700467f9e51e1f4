package crm

import (
	"encoding/json"
	"fmt"
	"time"
)

// Fact is one thing that happened to a call. It is appended once to the local
// journal, and that append is the commit: whatever shows, stores or reacts does so
// from the same fact. (CallID, Seq) names it for ever; Seq counts from 1 without
// gaps and is the order, At is only for people (clocks jump).
type Fact struct {
	CallID ID        `json:"call"`
	Seq    int       `json:"seq"`
	At     time.Time `json:"at"`
	Data   FactData  `json:"data"`
}

// Kind is the name of the fact on the wire and in the database.
func (f Fact) Kind() FactKind { return f.Data.FactKind() }

// FactKind names a kind of fact.
type FactKind string

// FactData is what a kind of fact tells; one struct a kind, in facts_of_a_call.go.
type FactData interface{ FactKind() FactKind }

type wireFact struct {
	CallID ID              `json:"call"`
	Seq    int             `json:"seq"`
	At     time.Time       `json:"at"`
	Kind   FactKind        `json:"kind"`
	Data   json.RawMessage `json:"data"`
}

// MarshalJSON writes {"call","seq","at","kind","data"}.
func (f Fact) MarshalJSON() ([]byte, error) {
	data, err := json.Marshal(f.Data)
	if err != nil {
		return nil, fmt.Errorf("encode fact %s: %w", f.Kind(), err)
	}
	return json.Marshal(wireFact{f.CallID, f.Seq, f.At, f.Kind(), data})
}

// UnmarshalJSON reads what MarshalJSON wrote. A kind that this version does not
// know is an error: an older program must not guess at a newer journal.
func (f *Fact) UnmarshalJSON(b []byte) error {
	var w wireFact
	if err := json.Unmarshal(b, &w); err != nil {
		return fmt.Errorf("decode fact: %w", err)
	}
	data, err := DecodeFactData(w.Kind, w.Data)
	if err != nil {
		return err
	}
	*f = Fact{CallID: w.CallID, Seq: w.Seq, At: w.At, Data: data}
	return nil
}

// DecodeFactData reads the data of a fact of the given kind.
func DecodeFactData(kind FactKind, data []byte) (FactData, error) {
	decode, ok := factKinds[kind]
	if !ok {
		return nil, fmt.Errorf("unknown kind of fact %q", kind)
	}
	d, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("decode fact %s: %w", kind, err)
	}
	return d, nil
}

func decodeAs[T FactData](b []byte) (FactData, error) {
	var d T
	err := json.Unmarshal(b, &d)
	return d, err
}
