package media

import (
	"sync"
	"time"
)

// pulse calls tick at a steady pace, from one goroutine, while there is work; the
// goroutine ends when tick reports that none is left.
type pulse struct {
	every time.Duration
	tick  func() (more bool)
	life  *lifetime

	mu      sync.Mutex
	running bool
	woken   bool
}

// wake says that there is work. After the end of the lifetime it does nothing.
func (p *pulse) wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.woken = true
	if !p.running {
		p.running = p.life.run(p.loop)
	}
}

func (p *pulse) loop() {
	ticker := time.NewTicker(p.every)
	defer ticker.Stop()
	for {
		select {
		case <-p.life.done:
			return
		case <-ticker.C:
		}
		p.mu.Lock()
		p.woken = false
		p.mu.Unlock()
		if more := p.tick(); more {
			continue
		}
		p.mu.Lock()
		if !p.woken {
			p.running = false
			p.mu.Unlock()
			return
		}
		p.mu.Unlock()
	}
}

// lifetime owns the goroutines of an engine.
type lifetime struct {
	done chan struct{}

	mu    sync.Mutex
	ended bool
	wg    sync.WaitGroup
}

func newLifetime() *lifetime { return &lifetime{done: make(chan struct{})} }

// run starts f in a goroutine that end waits for; false once the end has come.
func (l *lifetime) run(f func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		return false
	}
	l.wg.Go(f)
	return true
}

// end closes done and waits for all goroutines.
func (l *lifetime) end() {
	l.mu.Lock()
	first := !l.ended
	l.ended = true
	l.mu.Unlock()
	if first {
		close(l.done)
	}
	l.wg.Wait()
}
