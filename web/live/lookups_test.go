package live

import (
	"context"
	"sync/atomic"
	"testing"
)

// More cards than are looked up at once wait for each other.
func TestLookupsWaitForEachOther(t *testing.T) {
	var l lookups
	l.begin(t.Context())
	var done atomic.Int32
	release, asked := make(chan struct{}), 10*lookupsAtOnce
	for range asked {
		l.do(func(context.Context) {
			<-release
			done.Add(1)
		})
	}
	close(release)
	l.wg.Wait()
	l.end()
	if n := int(done.Load()); n != asked {
		t.Errorf("%d of %d were looked up", n, asked)
	}
}
