package rewrite

import (
	"slices"

	"github.com/skipcost/skipcost/arch/trace"
)

// wiring lists the operations that depend on a tensor, by the numbers of tensors; an operation has the number of its output.
type wiring struct {
	readers [][]int32 // the operations that read a tensor
	listers [][]int32 // the concats that list the operands of the concat again which makes a tensor
	follow  [][]int32 // the operations whose width follows that of a tensor, or of what is made of it; see leads
	uses    []int32   // how often a tensor is read, as an output of the network too
	dead    bool      // some operation makes a tensor that nothing reads
	leads   map[*trace.Operation][]lead
	lent    map[*trace.Operation]bool // others use its weights, or it uses those of others
}

// lead is the tensor that an operation takes its width from, because of a link.
type lead struct {
	link   int // its number
	tensor *trace.Value
}

func newWiring(f *finder, links []Link) *wiring {
	n := len(f.inputs)
	w := &wiring{
		readers: make([][]int32, n), listers: make([][]int32, n), follow: make([][]int32, n), uses: make([]int32, n),
		leads: map[*trace.Operation][]lead{}, lent: map[*trace.Operation]bool{},
	}
	for k, op := range f.ops {
		made := int32(k + 1)
		for i, in := range op.Inputs {
			w.uses[f.at[in]]++
			if !slices.Contains(op.Inputs[:i], in) {
				w.readers[f.at[in]] = append(w.readers[f.at[in]], made)
			}
		}
		if again, earlier := f.again(op); len(again) > 0 {
			w.listers[f.at[earlier]] = append(w.listers[f.at[earlier]], made)
		}
		if op.Training {
			w.uses[made]++
		}
		if op.Shared() {
			w.lent[op], w.lent[op.Owner] = true, true
		}
	}
	for _, v := range append([]*trace.Value{f.trace.Output}, f.trace.Outputs...) {
		w.uses[f.at[v]]++
	}
	w.dead = slices.Contains(w.uses[1:], 0)
	for k := range links {
		w.leadBy(f, &links[k])
	}
	return w
}

// leadBy notes the operations whose width follows a link.
func (w *wiring) leadBy(f *finder, l *Link) {
	for _, last := range l.followers() {
		w.leads[last] = append(w.leads[last], lead{l.ID, l.Tensor})
		at := f.at[last.Output]
		if from := keptFrom(l.Tensor, func(v *trace.Value) bool { return f.at[v] < at }, map[*trace.Value]bool{}); from != nil {
			w.follow[f.at[from]] = append(w.follow[f.at[from]], at)
		}
	}
}
