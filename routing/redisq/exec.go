package redisq

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/redis/go-redis/v9"
)

// request is one operation in both languages.
type request struct {
	script string
	op     any
	list   []string
	twin   func(*twin) string
	// then reads the answer while the mirror is locked.
	then func(answer string)
}

// slots is how many scripts run at once. Waiting for a slot does not count as Redis
// being slow, and when Redis hangs those who wait go to the twin without trying.
const slots = 16

// do runs an operation where the truth is. When Redis fails, the twin takes over and
// the operation runs there: what a lost or late script has done in Redis does not
// count any more, because the rebuild replaces it and its incarnation is refused.
// Once begun it ends, whatever becomes of ctx; the error is only that of ctx.
func (d *Desk) do(ctx context.Context, r request) (string, error) {
	select {
	case d.slots <- struct{}{}:
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	defer func() { <-d.slots }()
	for tries := 0; ; tries++ {
		d.gate.Lock()
		if d.local {
			answer := d.runTwin(r)
			d.gate.Unlock()
			return answer, nil
		}
		era := d.era
		d.gate.Unlock()

		got, err := d.redis.run(ctx, r.script, d.incarnation(era), d.floor(), r.op, r.list)
		doubtful := false
		if err != nil && isBroken(err) {
			// The connection broke, perhaps after the script had run. The second
			// run gives the same answer by the token; what else the first has
			// changed is read back.
			doubtful = true
			got, err = d.redis.run(ctx, r.script, d.incarnation(era), d.floor(), r.op, r.list)
		}

		d.gate.Lock()
		switch {
		case d.era != era: // the truth has moved meanwhile: ask again there
		case err == nil && doubtful && !d.readBack(ctx): // the twin works now
		case err == nil:
			d.absorb(r, got)
			d.gate.Unlock()
			return got.answer, nil
		case errors.Is(err, errGone) && tries < 3:
			d.rebuild(ctx)
		default:
			d.goLocal(err)
		}
		d.gate.Unlock()
	}
}

// runTwin and absorb are called with the gate held.
func (d *Desk) runTwin(r request) string {
	d.mirror.mu.Lock()
	defer d.mirror.mu.Unlock()
	answer := r.twin(d.twin())
	if r.then != nil {
		r.then(answer)
	}
	return answer
}

func (d *Desk) absorb(r request, got reply) {
	d.mirror.mu.Lock()
	defer d.mirror.mu.Unlock()
	d.mirror.apply(got.changes)
	if r.then != nil {
		r.then(got.answer)
	}
}

func (d *Desk) twin() *twin {
	return &twin{
		mirror:  d.mirror,
		node:    d.opt.Node,
		ageing:  d.opt.Ageing.Milliseconds(),
		at:      d.opt.Now().UnixMilli(),
		onlyOwn: d.opt.Shared,
	}
}

// apply takes over changes; the mirror is locked.
func (m *mirror) apply(changes []change) {
	for _, c := range changes {
		switch {
		case c.agent != nil:
			m.setAgent(*c.agent)
		case c.call != nil:
			m.setCall(*c.call)
		case c.removed != "":
			m.dropCall(c.removed, c.version)
		}
	}
}

// incarnation fences this node: scripts of an older one are refused.
func (d *Desk) incarnation(era uint64) string {
	return fmt.Sprintf("%s.%d", d.life, era)
}

// floor is the newest version seen; a Redis that is below has been set back.
func (d *Desk) floor() int64 {
	d.mirror.mu.RLock()
	defer d.mirror.mu.RUnlock()
	return d.mirror.seq
}

// isBroken tells a connection that broke at once from a Redis that hangs or refuses.
func isBroken(err error) bool {
	var refused redis.Error
	if errors.As(err, &refused) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return false
	}
	var broken *net.OpError
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &broken)
}
