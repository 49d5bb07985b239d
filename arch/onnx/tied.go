package onnx

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/onnx/wire"
)

// maxPairs bounds the pairs of matrices that are compared: those with a table first, of which language models have one.
const maxPairs = 1 << 12

// tie lets matrices that are the transpose of an embedding table, or of another matrix, be that one: exporters transpose the weights
// of a linear layer beforehand, which makes a copy of one that is tied.
func (t *translator) tie(nodes []*node) {
	var tables, factors []*wire.Tensor
	add := func(list []*wire.Tensor, w *wire.Tensor) []*wire.Tensor {
		if t.items[w.Name].learned() == nil || len(list) > 0 && list[len(list)-1] == w {
			return list
		}
		return append(list, w)
	}
	for _, n := range nodes {
		for k, name := range n.Inputs {
			w := t.strands.of(name).constant
			switch {
			case w == nil || len(w.Dims) != 2:
			case n.Op == "Gather" && k == 0:
				tables = add(tables, w)
			case slices.Contains(n.operator.factors, k):
				factors = add(factors, w)
			}
		}
	}
	bySize := map[[2]int64][]*wire.Tensor{}
	for _, w := range factors {
		size := [2]int64{w.Dims[0], w.Dims[1]}
		bySize[size] = append(bySize[size], w)
	}
	pairs := 0
	for _, owner := range append(tables, factors...) {
		for _, w := range bySize[[2]int64{owner.Dims[1], owner.Dims[0]}] {
			if t.items[w.Name].weight == t.items[owner.Name].weight {
				continue
			}
			if pairs++; pairs > maxPairs {
				return
			}
			if t.model.Transposed(owner, w) {
				t.items[w.Name].weight = t.items[owner.Name].weight
				t.note(fmt.Sprintf("%s has the values of %s transposed, and counts with it", readable(w.Name), readable(owner.Name)))
			}
		}
	}
}
