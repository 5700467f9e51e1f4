package main

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/telephony/phone"
)

// desk holds the telephones by the names that the tests gave them.
type desk struct {
	out *printer
	log *slog.Logger

	mu     sync.Mutex
	phones map[string]*phone.Phone
	calls  map[string]*phone.Call // by "phone/1", "phone/2" …
	count  map[string]int

	wg sync.WaitGroup
}

func newDesk(out *printer, log *slog.Logger) *desk {
	return &desk{out: out, log: log, phones: map[string]*phone.Phone{}, calls: map[string]*phone.Call{}, count: map[string]int{}}
}

// open plugs a telephone in, and registers it if that is asked for.
func (d *desk) open(ctx context.Context, c command) (answer, error) {
	local, err := c.local()
	if err != nil {
		return answer{}, err
	}
	if _, err := d.phone(c.Phone); err == nil {
		return answer{}, fmt.Errorf("there is a telephone %q already", c.Phone)
	}
	p, err := phone.New(ctx, phone.Config{
		Server: c.Server, Local: local, Port: c.Port, User: c.User, Display: c.Display,
		AuthUser: c.AuthUser, Password: c.Password, Codec: media.PCMA, Log: d.log,
	})
	if err != nil {
		return answer{}, err
	}
	d.mu.Lock()
	d.phones[c.Phone] = p
	d.mu.Unlock()
	d.wg.Go(func() {
		for k := range p.Calls() { // ends when the telephone is closed
			d.rings(c.Phone, k)
		}
	})
	if c.Register {
		err = p.Register(ctx)
	}
	return answer{Address: p.Addr().String()}, err
}

func (d *desk) rings(name string, k *phone.Call) {
	d.mu.Lock()
	id := d.name(name, k)
	d.mu.Unlock()
	d.out.print(event{Event: "rings", At: millis(k.At()), Phone: name, Call: id, Number: k.Number(), Callcard: k.Header("X-Callcard-Call")})
	d.wg.Go(func() { d.report(name, id, k) })
}

// follow tells what becomes of a call that was dialled here.
func (d *desk) follow(name string, k *phone.Call) (id string) {
	d.mu.Lock()
	id = d.name(name, k)
	d.mu.Unlock()
	d.wg.Go(func() { d.report(name, id, k) })
	return id
}

// name gives a call its name; d.mu is held.
func (d *desk) name(phone string, k *phone.Call) string {
	d.count[phone]++
	id := phone + "/" + strconv.Itoa(d.count[phone])
	d.calls[id] = k
	return id
}

// report prints what happens to a call until it is over.
func (d *desk) report(name, id string, k *phone.Call) {
	tell := func(what, why string) {
		d.out.print(event{Event: what, At: millis(time.Now()), Phone: name, Call: id, Why: why})
	}
	progress, up := k.Progress(), k.Up()
	for {
		select {
		case <-progress:
			progress = nil
			tell("progress", "")
		case <-up:
			up = nil
			tell("up", "")
		case direction := <-k.Changes():
			tell("direction", direction)
		case key := <-k.Pressed():
			tell("key", string(key))
		case <-k.Done():
			tell("over", k.Why())
			return
		}
	}
}

func (d *desk) phone(name string) (*phone.Phone, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p := d.phones[name]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("there is no telephone %q", name)
}

func (d *desk) call(id string) (*phone.Call, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if k := d.calls[id]; k != nil {
		return k, nil
	}
	return nil, fmt.Errorf("there is no call %q", id)
}

func (d *desk) forget(name string) {
	d.mu.Lock()
	delete(d.phones, name)
	d.mu.Unlock()
}

// close hangs up everything and waits until all is told.
func (d *desk) close() {
	d.mu.Lock()
	phones := make([]*phone.Phone, 0, len(d.phones))
	for _, p := range d.phones {
		phones = append(phones, p)
	}
	d.mu.Unlock()
	var closing sync.WaitGroup
	for _, p := range phones {
		closing.Go(p.Close)
	}
	closing.Wait()
	d.wg.Wait()
}
