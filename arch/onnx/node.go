package onnx

import (
	"errors"

	"github.com/skipcost/skipcost/arch/onnx/wire"
)

// A node is a node of the file with its operator, or a layer that several nodes make up.
type node struct {
	*wire.Node
	operator *operator
	fused    bool             // it stands for several of the file
	fits     func(*call) bool // whether it is what they are, if that shows only when shapes are known
	parts    []*node          // those of the file, which are translated if not
}

func (r *repertoire) node(n *wire.Node) *node { return &node{Node: n, operator: r.operator(n)} }

// named is the error of a node, or of one that it stands for.
func named(n *wire.Node, err error) error {
	var known *NodeError
	if errors.As(err, &known) {
		return err
	}
	return &NodeError{Node: n.Label(), Op: n.Op, Err: err}
}
