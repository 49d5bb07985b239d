package onnx

// rule translates a node of one operator.
type rule func(c *call) ([]*item, error)

// operator is the rule for a node; nil for operators that are not known.
func operator(n *node) rule {
	switch n.domain {
	case "", "ai.onnx":
	case "com.microsoft", "org.pytorch.aten":
		if r, ok := contributed()[n.op]; ok {
			return r
		}
		return nil
	default:
		return nil
	}
	for _, table := range []func() map[string]rule{productOperators, normOperators, elementOperators, poolOperators, movingOperators, quantizedOperators} {
		if r, ok := table()[n.op]; ok {
			return r
		}
	}
	return nil
}
