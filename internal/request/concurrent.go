package request

import (
	"runtime"
	"sync"
)

// each applies f to all items, as many at the same time as there are cores, and returns the results in the order of the items,
// or the error of the first item that has one.
func each[T, U any](items []T, f func(T) (U, error)) ([]U, error) {
	if len(items) == 1 {
		one, err := f(items[0])
		return []U{one}, err
	}
	out, errs := make([]U, len(items)), make([]error, len(items))
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for k, item := range items {
		free <- struct{}{}
		wg.Go(func() {
			defer func() { <-free }()
			out[k], errs[k] = f(item)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
