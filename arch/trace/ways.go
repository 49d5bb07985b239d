package trace

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// waysOf is the number of sums that an iteration of a repeat reads: the named ones, and the one that its steps begin with.
func waysOf(rep *arch.Repeat) int64 { return int64(len(rep.Ways)) + 1 }

// joining are the arguments of a merge of layers in so many ways.
func joining(kind *arch.Kind, ways int64) arch.Args {
	return values{arch.Ways: symbolic.Int(ways)}.of(kind)
}

// parted cuts the input of an iteration of a repeat into its ways, each as wide as the input of the repeat, and names them in
// the scope of its steps, which begin with the last one. A tensor that is read unmerged stands for all of them.
func (r *resolver) parted(rep *arch.Repeat, read *Value, each arch.Shape, pos arch.Pos, sc *scope) (*Value, []Node, bool) {
	if len(rep.Ways) == 0 {
		return read, nil, true
	}
	if read.Shape.Width.Equal(each.Width) {
		for _, name := range rep.Ways {
			sc.taps[name] = read
		}
		return read, nil, true
	}
	c := &chain{resolver: r, pos: pos, label: sc.label}
	part := func(name string, k int) *Value {
		at := symbolic.Int(int64(k)).Mul(each.Width)
		return c.add(name, "slice", values{"start": at, "count": each.Width}, read)
	}
	for k, name := range rep.Ways {
		sc.taps[name] = part(name, k)
	}
	main := part("main", len(rep.Ways))
	return main, c.nodes, !c.failed
}

// unnamed forgets the names of the ways, which only the iteration itself can read.
func unnamed(rep *arch.Repeat, sc *scope) {
	for _, name := range rep.Ways {
		delete(sc.taps, name)
	}
}
