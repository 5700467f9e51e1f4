package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"sync"

	"github.com/callcard/callcard/crm"
)

// The head of a line is fixed, so that a scan finds the call without decoding:
//
//	0        8 9                 18                                      54
//	xxxxxxxx _ {"call":"         36 characters of the call's id          "…
const (
	crcLen     = 8
	bodyStart  = crcLen + 1
	callPrefix = `{"call":"`
	idStart    = bodyStart + len(callPrefix)
	idLen      = 36
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var linePool = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// encode adds f to b as a line. The JSON is what crm.Fact.UnmarshalJSON reads, with
// "call" first.
func encode(b *bytes.Buffer, f crm.Fact) error {
	if len(f.CallID) != idLen || f.Seq < 1 || f.Data == nil {
		return crm.Errorf(crm.Invalid, "a fact needs a call, a number from 1 and data; this one has call %q and number %d", f.CallID, f.Seq)
	}
	start := b.Len()
	b.WriteString("00000000 ")
	b.WriteString(callPrefix)
	b.WriteString(string(f.CallID))
	b.WriteString(`","seq":`)
	fmt.Fprintf(b, "%d", f.Seq)
	b.WriteString(`,"at":"`)
	b.Write(f.At.UTC().AppendFormat(b.AvailableBuffer(), "2006-01-02T15:04:05.999999999Z07:00"))
	b.WriteString(`","kind":"`)
	b.WriteString(string(f.Kind()))
	b.WriteString(`","data":`)
	if err := json.NewEncoder(b).Encode(f.Data); err != nil {
		return fmt.Errorf("encode fact %s: %w", f.Kind(), err)
	}
	b.Truncate(b.Len() - 1) // the encoder's newline, which belongs behind the brace
	b.WriteString("}\n")
	line := b.Bytes()[start:]
	putHex(line[:crcLen], crc32.Checksum(line[bodyStart:len(line)-1], castagnoli))
	return nil
}

const hexDigits = "0123456789abcdef"

func putHex(dst []byte, v uint32) {
	for i := crcLen - 1; i >= 0; i-- {
		dst[i] = hexDigits[v&15]
		v >>= 4
	}
}

// body checks a line (without its newline) and returns its JSON; ok is false for
// a damaged line.
func body(line []byte) (text []byte, ok bool) {
	if len(line) < idStart+idLen+1 || line[crcLen] != ' ' {
		return nil, false
	}
	var sum [crcLen]byte
	putHex(sum[:], crc32.Checksum(line[bodyStart:], castagnoli))
	if !bytes.Equal(sum[:], line[:crcLen]) || string(line[bodyStart:idStart]) != callPrefix {
		return nil, false
	}
	return line[bodyStart:], true
}

// head is what a scan needs of a line.
type head struct {
	call crm.ID
	seq  int
	kind crm.FactKind
}

// headOf reads the head of a line that body has found good, hence one that encode
// has written: the time before the kind holds no quotes.
func headOf(line []byte) (head, bool) {
	rest, ok := bytes.CutPrefix(line[idStart+idLen:], []byte(`","seq":`))
	number, rest, ok2 := bytes.Cut(rest, []byte(`,"at":"`))
	_, rest, ok3 := bytes.Cut(rest, []byte(`","kind":"`))
	kind, _, ok4 := bytes.Cut(rest, []byte{'"'})
	seq, err := strconv.Atoi(string(number))
	return head{crm.ID(line[idStart : idStart+idLen]), seq, crm.FactKind(kind)}, ok && ok2 && ok3 && ok4 && err == nil
}

var errDamaged = errors.New("its checksum is wrong")

func decode(line []byte) (crm.Fact, error) {
	text, ok := body(line)
	if !ok {
		return crm.Fact{}, errDamaged
	}
	var f crm.Fact
	if err := json.Unmarshal(text, &f); err != nil {
		return crm.Fact{}, err
	}
	return f, nil
}
