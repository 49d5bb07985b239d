package onnx

import (
	"container/heap"
	"errors"
	"fmt"
	"slices"
	"sort"

	"github.com/skipcost/skipcost/arch/onnx/wire"
)

// sorted lists the nodes that the outputs of a graph need, so that each stands behind those it reads, in the order of the file as
// far as that goes.
func (r *repertoire) sorted(g *wire.Graph) ([]*node, error) {
	makers := make(map[string]int, len(g.Nodes))
	for k, n := range g.Nodes {
		for _, name := range n.Outputs {
			if name == "" {
				continue
			}
			if _, twice := makers[name]; twice {
				return nil, &NodeError{Node: n.Label(), Op: n.Op, Err: fmt.Errorf("its output %q is made twice", name)}
			}
			makers[name] = k
		}
	}
	waiting := make([]int, len(g.Nodes))
	readers := make([][]int, len(g.Nodes))
	order := make([]int, len(g.Nodes))
	ordered := true
	for k, n := range g.Nodes {
		order[k] = k
		for _, name := range n.Reads() {
			if maker, made := makers[name]; made {
				waiting[k]++
				readers[maker] = append(readers[maker], k)
				ordered = ordered && maker < k
			}
		}
	}
	if !ordered {
		order = inOrder(waiting, readers)
	}
	for k, n := range g.Nodes {
		if !ordered && waiting[k] > 0 {
			return nil, &NodeError{Node: n.Label(), Op: n.Op, Err: errors.New("it reads, on some way, what it makes itself")}
		}
	}
	needed := make([]bool, len(g.Nodes))
	for _, out := range g.Outputs {
		if k, made := makers[out.Name]; made {
			needed[k] = true
		}
	}
	return r.onlyNeeded(g.Nodes, order, readers, needed), nil
}

// inOrder lists the nodes by place, each behind those it waits for. Those that wait for themselves are left out.
func inOrder(waiting []int, readers [][]int) []int {
	ready := &firstOf{}
	order := make([]int, 0, len(waiting))
	for k := range waiting {
		if waiting[k] == 0 {
			heap.Push(ready, k)
		}
	}
	for ready.Len() > 0 {
		k := heap.Pop(ready).(int)
		order = append(order, k)
		for _, reader := range readers[k] {
			if waiting[reader]--; waiting[reader] == 0 {
				heap.Push(ready, reader)
			}
		}
	}
	return order
}

// onlyNeeded lists nodes in an order, without those that no output needs: no runtime runs them.
func (r *repertoire) onlyNeeded(nodes []*wire.Node, order []int, readers [][]int, needed []bool) []*node {
	for _, k := range slices.Backward(order) {
		needed[k] = needed[k] || slices.ContainsFunc(readers[k], func(reader int) bool { return needed[reader] })
	}
	out := make([]*node, 0, len(order))
	for _, k := range order {
		if needed[k] {
			out = append(out, r.node(nodes[k]))
		}
	}
	return out
}

// firstOf is a heap of nodes, the first in the file on top.
type firstOf struct{ sort.IntSlice }

// Push is for container/heap.
func (f *firstOf) Push(k any) { f.IntSlice = append(f.IntSlice, k.(int)) }

// Pop is for container/heap.
func (f *firstOf) Pop() any {
	last := len(f.IntSlice) - 1
	k := f.IntSlice[last]
	f.IntSlice = f.IntSlice[:last]
	return k
}

// imageInputs finds the inputs of a graph that some node takes for images.
func imageInputs(nodes []*node, g *wire.Graph) map[string]bool {
	out := map[string]bool{}
	for _, in := range g.Inputs {
		out[in.Name] = false
	}
	for _, n := range nodes {
		if n.operator.width != widthSecond {
			continue
		}
		for _, name := range n.Inputs {
			if _, is := out[name]; is {
				out[name] = true
			}
		}
	}
	return out
}
