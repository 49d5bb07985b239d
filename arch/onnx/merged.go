package onnx

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch"
)

// A learner is a layer that learns something.
type learner struct {
	name   string
	node   *node
	small  bool   // it is a norm, a scale or a bias
	main   bool   // it has a matrix or more
	shares string // the layer whose scale or bias it has, or whose matrix; empty if it has its own
}

// learns remembers a layer, and for which layers its weights counted before.
func (c *call) learns(kind *arch.Kind, name string, weights []*item, before []string) {
	if len(weights) == 0 || weights[0].learned() == nil {
		return
	}
	row := weights[0].isRow() // others that rescale are positions and masks
	l := learner{name: name, node: c.node, small: kind.Rescales && row, main: !kind.Rescales && !row}
	for k, by := range before {
		if by != "" && by != elsewhere && by != name && (k == 0 || l.small && l.shares == "" && weights[k].learned() != nil) {
			l.shares = by
		}
	}
	if l.small || l.main {
		c.learners = append(c.learners, l)
	}
}

// isRow reports whether a tensor extends along one axis only.
func (it *item) isRow() bool {
	axes := 0
	for _, d := range it.dims {
		if !isInt(d, 1) {
			axes++
		}
	}
	return axes < 2
}

// noteMerged says how many norms and biases count with those of other layers, where the exporter and not the network is the
// likely reason: freshly made scales are all 1 and biases 0.
func (t *translator) noteMerged() {
	switch n := t.merged(); {
	case n == 1:
		t.note("1 layer shares its scale or bias with another layer, and it counts once; exporters merge tensors that are equal, as those of an untrained network are")
	case n > 1:
		t.note(fmt.Sprintf("%d layers share their scales or biases with other layers, and these count once; exporters merge tensors that are equal, as those of an untrained network are", n))
	}
}

// merged counts the layers that only share a scale or bias. Where a network uses a module twice, the matrices beside it are
// shared too: the one before it, or the one behind.
func (t *translator) merged() int {
	if !slices.ContainsFunc(t.learners, func(l learner) bool { return l.small && l.shares != "" }) {
		return 0 // as nearly always
	}
	behind := make([]*learner, len(t.learners)) // the next one with a matrix
	places := make(map[string]int, len(t.learners))
	var next *learner
	for k := len(t.learners) - 1; k >= 0; k-- {
		behind[k] = next
		l := &t.learners[k]
		places[l.name] = k
		if l.main {
			next = l
		}
	}
	count := 0
	before := &learner{}
	for k := range t.learners {
		l := &t.learners[k]
		if l.main {
			before = l
			continue
		}
		if l.shares == "" || before.shares != "" {
			continue
		}
		place, known := places[l.shares]
		if !known || t.learners[place].node != l.node && !matches(behind[k], behind[place]) {
			count++
		}
	}
	return count
}

// matches reports whether a layer has the matrix of another one.
func matches(l, owner *learner) bool { return l != nil && owner != nil && l.shares == owner.name }
