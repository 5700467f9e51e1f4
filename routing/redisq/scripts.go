package redisq

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/callcard/callcard/routing"
)

//go:embed lua/*.lua
var luaFiles embed.FS

// errGone: Redis does not know this node any more: it was emptied or put back to an
// older state, or other nodes have declared this one dead.
var errGone = errors.New("redis has lost what this node wrote")

// scripts runs the Lua files. Each is preceded by common.lua; guard.lua refuses a
// node that Redis does not know.
type scripts struct {
	opt      Options
	keys     []string
	compiled map[string]*redis.Script
}

func newScripts(o Options) *scripts {
	// One hash tag keeps all keys on one node of a Redis cluster.
	key := func(name string) string { return "{" + o.Prefix + "}:" + name }
	s := &scripts{
		opt: o,
		keys: []string{
			key("seq"), key("agents"), key("free"), key("calls"),
			key("nodes"), key("leases"), key("feed"), key("waiting:"),
		},
		compiled: map[string]*redis.Script{},
	}
	for _, name := range []string{"reserve", "claim", "release", "leave", "setstate", "endwrapup", "occupy", "setdevice", "setqueues", "rematch", "beat"} {
		s.compiled[name] = redis.NewScript(luaText("common", "guard", name))
	}
	for _, name := range []string{"enter", "restore"} {
		s.compiled[name] = redis.NewScript(luaText("common", name))
	}
	return s
}

func luaText(names ...string) string {
	var text strings.Builder
	for _, name := range names {
		b, err := luaFiles.ReadFile("lua/" + name + ".lua")
		if err != nil { // the file is part of the binary
			panic("redisq: " + err.Error())
		}
		text.Write(b)
	}
	return text.String()
}

// reply is what a script has done.
type reply struct {
	answer  string
	changes []change
}

// change is a record written, a call removed, or a node declared dead.
type change struct {
	dead    string
	agent   *agentRecord
	call    *callRecord
	removed routing.CallID
	version int64 // of the removal
}

// run executes a script once. The time it may take is its own, not the caller's: a
// caller who gives up must not leave a change behind that the mirror never hears of.
func (s *scripts) run(ctx context.Context, name, incarnation string, floor int64, op any, list []string) (reply, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opt.Timeout)
	defer cancel()
	body, err := json.Marshal(op)
	if err != nil {
		return reply{}, fmt.Errorf("encode %s: %w", name, err)
	}
	now := s.opt.Now()
	args := make([]any, 0, 8+len(list))
	args = append(args, incarnation, floor, now.UnixMilli(), s.opt.Node,
		now.Add(s.opt.Lease).UnixMilli(), flag(s.opt.Shared), s.opt.Ageing.Milliseconds(), body)
	for _, item := range list {
		args = append(args, item)
	}
	words, err := s.compiled[name].Run(ctx, s.opt.Client, s.keys, args...).StringSlice()
	if err != nil {
		return reply{}, fmt.Errorf("run %s: %w", name, err)
	}
	return readReply(words)
}

// readReply reads "ok", the answer, and then pairs of a kind and a record.
func readReply(words []string) (reply, error) {
	if len(words) == 1 && words[0] == "gone" {
		return reply{}, errGone
	}
	if len(words) < 2 || len(words)%2 != 0 {
		return reply{}, fmt.Errorf("a reply of %d words", len(words))
	}
	r := reply{answer: words[1]}
	var err error
	r.changes, err = readChanges(words[2:])
	return r, err
}

func readChanges(words []string) ([]change, error) {
	changes := make([]change, 0, len(words)/2)
	for i := 0; i+1 < len(words); i += 2 {
		var c change
		var err error
		switch kind, text := words[i], words[i+1]; kind {
		case "a":
			c.agent = &agentRecord{}
			err = json.Unmarshal([]byte(text), c.agent)
		case "c":
			c.call = &callRecord{}
			err = json.Unmarshal([]byte(text), c.call)
		case "d":
			c.dead = text
		case "g":
			version, id, _ := strings.Cut(text, " ")
			c.removed = routing.CallID(id)
			c.version, err = strconv.ParseInt(version, 10, 64)
		default:
			err = fmt.Errorf("unknown kind %q", kind)
		}
		if err != nil {
			return nil, fmt.Errorf("read a change: %w", err)
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// lastFeed is the id of the newest entry of the stream; "0-0" when it is empty.
func (s *scripts) lastFeed(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Timeout)
	defer cancel()
	newest, err := s.opt.Client.XRevRangeN(ctx, s.keys[6], "+", "-", 1).Result()
	if err != nil {
		return "", fmt.Errorf("find the end of the feed: %w", err)
	}
	if len(newest) == 0 {
		return "0-0", nil
	}
	return newest[0].ID, nil
}

// load reads everything, with the version up to which it is complete; errGone when
// Redis does not know this incarnation.
func (s *scripts) load(ctx context.Context, incarnation string) (changes []change, seq int64, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opt.Timeout)
	defer cancel()
	var at, known *redis.StringCmd
	var agents, calls *redis.MapStringStringCmd
	// MULTI: they belong to one moment.
	_, err = s.opt.Client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		at, agents, calls = p.Get(ctx, s.keys[0]), p.HGetAll(ctx, s.keys[1]), p.HGetAll(ctx, s.keys[3])
		known = p.HGet(ctx, s.keys[4], s.opt.Node)
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, 0, fmt.Errorf("load the desk: %w", err)
	}
	if seq, err = at.Int64(); err != nil || known.Val() != incarnation {
		return nil, 0, errGone
	}
	var words []string
	for _, text := range agents.Val() {
		words = append(words, "a", text)
	}
	for _, text := range calls.Val() {
		words = append(words, "c", text)
	}
	changes, err = readChanges(words)
	return changes, seq, err
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return ""
}
