package request

import (
	"slices"
	"sync"
)

// recent is a cache of the values of the keys that were asked for last, at most a fixed number of them. It is safe for
// concurrent use; the zero value holds nothing yet.
type recent[K comparable, V any] struct {
	mu    sync.Mutex
	all   map[K]V
	order []K // those that were asked for last come last
}

// most is how many values are held.
const most = 64

// of is the value of a key, computed unless it is in the cache. An error is not kept.
func (k *recent[K, V]) of(key K, work func() (V, error)) (V, error) {
	if v, is := k.held(key); is {
		return v, nil
	}
	v, err := work() // two callers at the same time may both compute it
	if err == nil {
		k.hold(key, v)
	}
	return v, err
}

func (k *recent[K, V]) held(key K) (V, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v, is := k.all[key]
	if is {
		k.moveLast(key)
	}
	return v, is
}

func (k *recent[K, V]) hold(key K, value V) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil {
		k.all = map[K]V{}
	}
	k.all[key] = value
	k.moveLast(key)
	if len(k.order) > most {
		delete(k.all, k.order[0])
		k.order = slices.Delete(k.order, 0, 1)
	}
}

// moveLast marks a key as the one that was asked for last.
func (k *recent[K, V]) moveLast(key K) {
	if at := slices.Index(k.order, key); at >= 0 {
		k.order = slices.Delete(k.order, at, at+1)
	}
	k.order = append(k.order, key)
}
