package trace

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Run is one run of a step of a network, or of an iteration of a repeat: it connects the description with the trace.
type Run struct {
	Step *arch.Step
	In   *Value // the input of the step
	Out  *Value // the input of the next step: the output of this one, or the input of a head
	// Within is the runs of the steps inside, list by list: the only list of a block or a head, the paths of a merge, the
	// iterations of a repeat. For a repeat that is kept as a loop the last list stands for all further iterations.
	Within [][]*Run
	Index  string // of that loop; empty where all iterations are written out
	Holds  bool   // whether the condition of an if holds; its only list is the one that ran
	// Measured is the tensors whose width or extents expressions of the step use, by the names of these measures.
	Measured map[string]*Value
}

// runs is the runs of a list of steps.
type runs []*Run

// record begins a list; nil unless runs are kept.
func (s *scope) record(steps int) *runs {
	if !s.keep {
		return nil
	}
	s.runs = new(runs)
	*s.runs = make(runs, 0, steps)
	return s.runs
}

// begin enters a step.
func (r *runs) begin(step *arch.Step, in *Value) *Run {
	if r == nil {
		return nil
	}
	*r = append(*r, &Run{Step: step, In: in})
	return (*r)[len(*r)-1]
}

// end sets the output of the step that was entered last.
func (r *runs) end(out *Value) {
	if r != nil {
		(*r)[len(*r)-1].Out = out
	}
}

// enclose puts lists inside a run.
func (r *Run) enclose(lists ...*runs) {
	if r == nil {
		return
	}
	for _, list := range lists {
		r.Within = append(r.Within, *list)
	}
}

// close adds a list inside that stands for all iterations of a loop.
func (r *Run) close(index string, list *runs) {
	if r == nil {
		return
	}
	r.enclose(list)
	r.Index = index
}

// choose notes whether the condition of an if holds.
func (r *Run) choose(holds bool) {
	if r != nil {
		r.Holds = holds
	}
}

// read notes that an expression measures a tensor.
func (r *Run) read(m symbolic.Measure, v *Value) {
	if r == nil || m.Axis > 0 {
		return
	}
	if r.Measured == nil {
		r.Measured = map[string]*Value{}
	}
	r.Measured[m.Name()] = v
}

// enclosed is how many lists are inside a run.
func (r *Run) enclosed() int {
	if r == nil {
		return 0
	}
	return len(r.Within)
}

// reopen removes the lists inside behind a number of them.
func (r *Run) reopen(enclosed int) {
	if r != nil {
		r.Within, r.Index = r.Within[:enclosed], ""
	}
}
