package rewrite

import (
	"github.com/skipcost/skipcost/arch/trace"
)

// origins finds for tensors the latest one that all ways back from several of them pass: the nearest common ancestor in the
// tree in which the parent of a tensor is the origin of what it is made of. Sources, which are made of nothing, stand below
// the root, which is no tensor.
//
// References: [cooper2001] Cooper, Harvey & Kennedy, A Simple, Fast Dominance Algorithm, Figure 3; the jumps to ancestors are
// those of [myers1983] Myers, An applicative random-access stack.
type origins map[*trace.Value]*ancestor

// ancestor is a tensor in the tree. Its jump leads to an ancestor so far up that any of them is found in few steps.
type ancestor struct {
	value        *trace.Value
	parent, jump *ancestor
	depth        int
}

func newOrigins(input *trace.Value) origins {
	root := &ancestor{}
	root.parent, root.jump = root, root
	o := origins{nil: root}
	o.add(input, nil)
	return o
}

// add enters what an operation makes of tensors that are there already.
func (o origins) add(v *trace.Value, inputs []*trace.Value) {
	parent := o[nil]
	if len(inputs) > 0 {
		parent = o.common(inputs)
	}
	a := &ancestor{value: v, parent: parent, jump: parent, depth: parent.depth + 1}
	if up := parent.jump; parent.depth-up.depth == up.depth-up.jump.depth {
		a.jump = up.jump
	}
	o[v] = a
}

// common is the origin of several tensors; the root if they share none.
func (o origins) common(values []*trace.Value) *ancestor {
	a := o[values[0]]
	for _, v := range values[1:] {
		a = meeting(a, o[v])
	}
	return a
}

// meeting is the nearest common ancestor of two.
func meeting(a, b *ancestor) *ancestor {
	if a.depth < b.depth {
		a, b = b, a
	}
	for a.depth > b.depth {
		if a.jump.depth >= b.depth {
			a = a.jump
		} else {
			a = a.parent
		}
	}
	for a != b {
		if a.jump != b.jump {
			a, b = a.jump, b.jump
		} else {
			a, b = a.parent, b.parent
		}
	}
	return a
}
