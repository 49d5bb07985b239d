package rewrite

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/trace"
)

// slowOrigin walks back from the latest of several tensors until one is left.
func slowOrigin(inputs []*trace.Value) *trace.Value {
	front := map[*trace.Value]bool{}
	for _, v := range inputs {
		front[v] = true
	}
	for len(front) > 1 {
		var latest *trace.Value
		for v := range front {
			if latest == nil || v.ID > latest.ID {
				latest = v
			}
		}
		if latest.Producer == nil || len(latest.Producer.Inputs) == 0 {
			return nil
		}
		delete(front, latest)
		for _, v := range latest.Producer.Inputs {
			front[v] = true
		}
	}
	for v := range front {
		return v
	}
	return nil
}

// TestOriginsAgainstWalkingBack compares the origins of all tensors of random graphs, most of whose operations read what was
// made last.
func TestOriginsAgainstWalkingBack(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	shared := 0
	for range 300 {
		values := []*trace.Value{{ID: 1}}
		o := newOrigins(values[0])
		for id := 2; id < 60; id++ {
			op := &trace.Operation{}
			for range random.IntN(4) {
				near := max(0, len(values)-1-random.IntN(1+random.IntN(12)))
				op.Inputs = append(op.Inputs, values[near])
			}
			if random.IntN(10) > 0 && len(op.Inputs) == 0 {
				op.Inputs = values[len(values)-1:]
			}
			v := &trace.Value{ID: id, Producer: op}
			o.add(v, op.Inputs)
			values = append(values, v)
			if len(op.Inputs) == 0 {
				continue
			}
			want := slowOrigin(op.Inputs)
			if !assert.Same(t, want, o[v].parent.value) {
				return
			}
			if want != nil {
				shared++
			}
		}
	}
	assert.Greater(t, shared, 1000, "not all of them are apart")
}

// TestOriginsFarUp: a merge at the end of a long chain finds what it shares with the beginning in few steps.
func TestOriginsFarUp(t *testing.T) {
	first := &trace.Value{ID: 1}
	o := newOrigins(first)
	last := first
	for id := 2; id < 200_000; id++ {
		v := &trace.Value{ID: id, Producer: &trace.Operation{Inputs: []*trace.Value{last}}}
		o.add(v, v.Producer.Inputs)
		last = v
	}
	for range 200_000 {
		assert.Same(t, first, o.common([]*trace.Value{last, first}).value)
	}
}
