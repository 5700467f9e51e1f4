package phone

import "sync"

// lastWords counts the requests that end a call and are still under way; Close waits
// for them. Unlike a WaitGroup it may count a new one while somebody waits: a call that
// was cancelled can be answered in the same moment and needs its BYE.
type lastWords struct {
	mu    sync.Mutex
	count int
	none  chan struct{} // closed when count falls to 0; nil: nobody has asked
}

func (w *lastWords) begin() {
	w.mu.Lock()
	w.count++
	w.mu.Unlock()
}

func (w *lastWords) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.count--; w.count == 0 && w.none != nil {
		close(w.none)
		w.none = nil
	}
}

// wait returns once nothing is under way.
func (w *lastWords) wait() {
	w.mu.Lock()
	if w.count == 0 {
		w.mu.Unlock()
		return
	}
	if w.none == nil {
		w.none = make(chan struct{})
	}
	none := w.none
	w.mu.Unlock()
	<-none
}
