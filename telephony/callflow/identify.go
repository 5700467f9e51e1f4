package callflow

import (
	"errors"
	"sync/atomic"
	"time"
)

// restAfterTimeout is how long nobody is asked after an answer was too late: callers
// should not each wait for a database that is known to be away.
const restAfterTimeout = time.Second

var errOffline = errors.New("the database did not name the caller in time")

// rest remembers that the database was too slow a moment ago.
type rest struct{ until atomic.Int64 } // unix nanoseconds

func (r *rest) resting() bool { return time.Now().UnixNano() < r.until.Load() }

func (r *rest) begin() { r.until.Store(time.Now().Add(restAfterTimeout).UnixNano()) }
