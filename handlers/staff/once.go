package staff

import (
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	// onceLifetime is how long a form that has created a meeting is remembered.
	onceLifetime = time.Hour
	maxOnce      = 1000 // more forms than a desk sends in an hour
)

// once makes a form that is sent twice create one meeting: what arrives together waits for the first, and
// what comes later receives the same address. It knows the forms that were sent to this process.
type once struct {
	now     func() time.Time
	flights singleflight.Group

	mu   sync.Mutex
	made map[string]remembered
}

type remembered struct {
	path  string
	until time.Time
}

// creation is what creating a meeting has led to: the path of its visit, and the session to keep.
type creation struct {
	path string
	next Session
}

func newOnce(now func() time.Time) *once { return &once{now: now, made: make(map[string]remembered)} }

// do calls create, unless it has succeeded for this key. Only the path is remembered, never the session.
func (o *once) do(key string, create func() (creation, error)) (creation, error) {
	made, err, _ := o.flights.Do(key, func() (any, error) {
		if path, ok := o.recall(key); ok {
			return creation{path: path}, nil
		}
		made, err := create()
		if err == nil {
			o.remember(key, made.path)
		}
		return made, err
	})
	return made.(creation), err
}

func (o *once) recall(key string) (string, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	found, ok := o.made[key]
	return found.path, ok && o.now().Before(found.until)
}

func (o *once) remember(key, path string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.now()
	for old, one := range o.made {
		if len(o.made) < maxOnce {
			break
		}
		if !now.Before(one.until) {
			delete(o.made, old)
		}
	}
	if len(o.made) < maxOnce {
		o.made[key] = remembered{path, now.Add(onceLifetime)}
	}
}
