package onnx

import (
	"maps"
	"sync"
)

// rule translates a node of one operator.
type rule func(c *call) ([]*item, error)

// operators are the rules of the standard, contributed those of a common extension, foldings what computes shapes, and fusions
// what is one layer again. They are built once and never changed.
var (
	operators = sync.OnceValue(func() map[string]rule {
		all := map[string]rule{}
		for _, table := range []map[string]rule{productOperators(), normOperators(), elementOperators(), poolOperators(), movingOperators(), quantizedOperators(), attentionOperators(), indexOperators()} {
			maps.Copy(all, table)
		}
		return all
	})
	contributed = sync.OnceValue(contributedOperators)
	foldings    = sync.OnceValue(foldingOperators)
	fusions     = sync.OnceValue(allFusions)
)

// isStandard reports whether a node's operator is one of the standard.
func (n *node) isStandard() bool { return n.domain == "" || n.domain == "ai.onnx" }

// operator is the rule for a node; nil for operators that are not known.
func operator(n *node) rule {
	switch {
	case n.fused != nil:
		return n.fused
	case n.isStandard():
		return operators()[n.op]
	case n.domain == "com.microsoft":
		return contributed()[n.op]
	}
	return nil
}
