package onnx

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/onnx/wire"
)

// maxPairs bounds the pairs of a table and a matrix that are compared; language models have one table, and a matrix of its size.
const maxPairs = 1 << 12

// tie lets matrices that are the transpose of an embedding table be that table: exporters transpose the weights of a linear layer
// beforehand, which makes a copy of one that is tied.
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
	pairs := 0
	for _, table := range tables {
		for _, w := range factors {
			if table.Dims[0] != w.Dims[1] || table.Dims[1] != w.Dims[0] {
				continue
			}
			if pairs++; pairs > maxPairs {
				return
			}
			if t.model.Transposed(table, w) {
				t.items[w.Name].weight = t.items[table.Name].weight
				t.note(fmt.Sprintf("%s has the values of %s transposed, and counts with it", readable(w.Name), readable(table.Name)))
			}
		}
	}
}
