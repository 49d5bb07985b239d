package rewrite

import (
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Link is one operand of a merge that is not its trunk: a path beside the layers of the trunk. Merges are add, mean and concat,
// and multiply, whose links are gates. A concat that lists the operands of an earlier one and more is that concat joined with
// the new ones, so that both forms of a DenseNet have the same links.
//
// The trunk is the operand behind the most weight layers. Of equals it is the one with more weight layers on its shortest way
// from what they share, then the one with more macs, then the later. An operand that an add has to broadcast and that shares
// nothing with the others is none.
//
// The origin of a link is, of the tensors behind its operand that the trunk descends from and that a gradient can reach, the
// one with the fewest weight layers on its shortest way to the operand; of equals the latest behind which the trunk has
// something to skip: a tensor that gates both sides, as T in T·H + (1 − T)·x, is no origin.
type Link struct {
	ID        int // from 1: the skips first, then the others; see number
	Merge     *trace.Operation
	Operands  []int        // operands of the merge that the link stands for: one, or those that an earlier concat joined
	Tensor    *trace.Value // the operand, or that earlier concat
	Trunk     []int        // the operands of the merge that are the trunk, likewise
	Main      *trace.Value // the tensor of the trunk
	Origin    *trace.Value // nil if it has none
	Class     Class
	Projected bool // weight layers stand on every way from the origin; else the link is an identity
	Span      int  // weight layers on the longest way from the origin to the merge along the trunk; 0 without an origin
	// Held is the tensor that the link holds longest, and Waits the operations that run while it holds one: those between
	// origin and merge that are not on its own way.
	Held  *trace.Value
	Waits int
}

// Class says what a link does.
type Class string

// The classes. A skip jumps over something: a weight layer, a pooling or a product of activations on the trunk. If it is
// projected it must be the shorter way: in an add or mean it has fewer weight layers than the trunk; in a concat the links of
// the merge have different origins, or the trunk passes extents that the link does not; and an identity of an add must be the shorter
// way if all its ways pass a product of activations. A conditioning comes from elsewhere:
// it has no origin, is broadcast, or its origin is given to the network and read by no weight layer. A gate multiplies.
// Everything else is a branch.
const (
	Skip         Class = "skip"
	Branch       Class = "branch"
	Gate         Class = "gate"
	Conditioning Class = "conditioning"
)

// Classes lists them in the order documentation shows them.
func Classes() []Class { return []Class{Skip, Branch, Gate, Conditioning} }

// Plural names many links of a class.
func (c Class) Plural() string {
	switch c {
	case Conditioning:
		return string(c)
	case Branch:
		return string(c) + "es"
	}
	return string(c) + "s"
}

// Shortcut is "identity" or "projected" for a skip, and empty for every other link.
func (l *Link) Shortcut() string {
	switch {
	case l.Class != Skip:
		return ""
	case l.Projected:
		return "projected"
	}
	return "identity"
}

// MACs is the multiply-accumulates of an operation, by which trunks of equal depth are told apart.
type MACs func(*trace.Operation) symbolic.Expr

// newFinder prepares to find the links of a trace.
//
// Tensors are numbered in execution order, so that a tensor's number is higher than those of all it is made of. Each search
// goes back from a merge in that order and stops where it has found its tensor, mostly at the beginning of a block: the time
// is linear in the layers that are jumped over, and memory linear in the trace.
func newFinder(t *trace.Trace, macs MACs) *finder {
	f := &finder{lineage: newLineage(t), macs: macs}
	f.behind = newAncestry(f.lineage)
	f.walks = newWalks(len(f.inputs))
	return f
}

// all finds the links of every merge, the skips first and each class in the order of their numbers.
func (f *finder) all() []Link {
	var merges []int32
	most := 0
	for k, op := range f.ops {
		if operands := len(f.inputs[k+1]); op.Kind.Links && operands > 1 {
			merges = append(merges, int32(k+1))
			most += operands - 1
		}
	}
	links := make([]Link, 0, most)
	for _, made := range merges {
		links = f.merge(links, made)
	}
	f.number(links)
	return links
}

// finder finds the links of one trace.
type finder struct {
	*lineage
	macs   MACs
	behind *ancestry // of the current trunk
	walks  *walks
	beside []found // the links of the current merge
}

// found is a link by the numbers of its tensors; origin is -1 if there is none.
type found struct {
	operand, trunk, origin int32
	Link
}

// merge adds the links of the merge that makes a tensor. A merge of weights alone, behind no input of the network, has none.
func (f *finder) merge(links []Link, made int32) []Link {
	op := f.ops[made-1]
	trunk := f.trunk(made)
	main := f.inputs[made][trunk]
	if f.depth[main] < 0 {
		return links
	}
	f.behind.start(main)
	all := f.beside[:0]
	for k, operand := range f.inputs[made] {
		if k == trunk {
			continue
		}
		l := found{operand: operand, trunk: main, origin: -1}
		l.Merge, l.Operands, l.Trunk = op, f.listed[made].operands(k), f.listed[made].operands(trunk)
		l.Tensor, l.Main = f.tensor(operand), f.tensor(main)
		o, ok := f.siteOrigin(op, operand)
		if !ok {
			o, ok = f.origin(operand, main)
		}
		if ok {
			l.origin, l.Origin = o.tensor, f.tensor(o.tensor)
			l.Projected, l.Span = o.weights > 0, int(f.behind.longest[o.tensor])
		}
		all = append(all, l)
	}
	for k := range all {
		f.classify(&all[k], all)
		f.hold(&all[k], made)
		links = append(links, all[k].Link)
	}
	f.beside = all
	return links
}

// classify says what a link does; all are those of its merge.
func (f *finder) classify(l *found, all []found) {
	switch {
	case l.Merge.Kind.Gates:
		l.Class = Gate
	case l.origin < 0 || f.broadcast(l.operand) && !l.Merge.Kind.Joins || f.given(l.origin) && !f.read[l.origin]:
		l.Class = Conditioning
	case !f.jumps(l.origin) || l.Projected && !f.shorter(l, all) || !l.Projected && f.mixes(l):
		l.Class = Branch
	default:
		l.Class = Skip
	}
}

// mixes reports whether every way of an identity link passes a product of activations, and the trunk of its add no more of these and of
// weight layers than the link: what attention makes of a tensor lies beside another layer that reads it, and does not jump over it.
func (f *finder) mixes(l *found) bool {
	if l.Merge.Kind.Joins || l.origin == l.operand {
		return false
	}
	least, most := f.layers(l.origin, l.operand)
	_, trunk := f.layers(l.origin, l.trunk)
	return least > 0 && most >= trunk
}

// shorter reports whether a projected link is the shorter way. Layers of an add are counted on the longest ways.
func (f *finder) shorter(l *found, all []found) bool {
	if !l.Merge.Kind.Joins {
		return f.longest(l.origin, l.operand) < l.Span
	}
	for _, other := range all {
		if other.origin >= 0 && other.origin != l.origin {
			return true
		}
	}
	passed := f.extents(l.origin, l.operand)
	for extents := range f.extents(l.origin, l.trunk) {
		if !passed[extents] {
			return true
		}
	}
	return false
}

// number gives the links their numbers: the order in which a depth-first search back from the network's output, operands in
// order, leaves their merges. It follows from the graph alone, so that a file with the same graph, whatever its names and the
// order in which it lists its operations, has the same numbers.
func (f *finder) number(links []Link) {
	at := f.postorder()
	slices.SortStableFunc(links, func(a, b Link) int {
		if (a.Class == Skip) != (b.Class == Skip) {
			if a.Class == Skip {
				return -1
			}
			return 1
		}
		return int(at[f.at[a.Merge.Output]] - at[f.at[b.Merge.Output]])
	})
	for k := range links {
		links[k].ID = k + 1
	}
}
