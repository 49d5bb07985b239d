package trace

import (
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// failures collects the problems of a network while it is resolved.
type failures struct {
	list []arch.Problem
	// gaveUp is the problem of a spent budget, after which nothing runs. It is not in the list because trials take back the
	// problems that they found.
	gaveUp *arch.Problem
	uses   []use // of the blocks whose steps are run, the outermost first
}

// use is one use of a block.
type use struct {
	block string
	pos   arch.Pos
}

// maxFailures ends a resolution that fails over and over: paths that use blocks of paths multiply.
const maxFailures = 10 * arch.MaxProblems

// full reports whether enough problems were found.
func (f *failures) full() bool { return len(f.list) >= maxFailures }

// all lists the problems to report.
func (f *failures) all() []arch.Problem {
	if f.gaveUp == nil {
		return f.list
	}
	return append(f.list[:len(f.list):len(f.list)], *f.gaveUp)
}

// take removes and returns the last problem: steps behind a failed one may still work.
func (f *failures) take() arch.Problem {
	if len(f.list) == 0 {
		return *f.gaveUp // nothing else fails without a problem
	}
	last := f.list[len(f.list)-1]
	f.list = nil
	return last
}

// maxChain is how many nested uses of blocks a problem names.
const maxChain = 4

// chain says which blocks the steps stand in, the innermost first: "in block unit, used at 12:5".
func (f *failures) chain() string {
	var parts []string
	for k := len(f.uses) - 1; k >= 0; k-- {
		if len(parts) == maxChain {
			parts = append(parts, fmt.Sprintf("and %d more", k+1))
			break
		}
		u := f.uses[k]
		part := "in block " + u.block
		if u.pos != (arch.Pos{}) {
			part += fmt.Sprintf(", used at %d:%d", u.pos.Line, u.pos.Column)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

func (r *resolver) problem(pos arch.Pos, hint, format string, args ...any) {
	r.list = append(r.list, r.described(pos, hint, format, args...))
}

func (r *resolver) described(pos arch.Pos, hint, format string, args ...any) arch.Problem {
	message := fmt.Sprintf(format, args...)
	if pos == (arch.Pos{}) && r.at != "" {
		message = r.at + ": " + message
	}
	if hint == "" {
		hint = r.openHint()
	}
	return arch.Problem{Pos: pos, Message: message, Within: r.chain(), Hint: hint}
}

// unnamed reports a name that no tensor in sight has; more is added to the hint on where names can be read.
func (r *resolver) unnamed(pos arch.Pos, name, more string) {
	r.problem(pos, "a name can be read after the step that carries it"+more, "nothing is named %q here", name)
}

// hold counts an operation; it reports false, with a problem, once there are more than a trace may have.
func (r *resolver) hold(pos arch.Pos) bool {
	ok := r.budget.Spend(symbolic.Layers, 1)
	if !ok {
		r.giveUp(pos, symbolic.Layers, "made")
	}
	return ok
}

// spend takes steps from the budget; it reports false, the first time with a problem, once the budget is spent.
func (r *resolver) spend(pos arch.Pos, steps int) bool {
	ok := r.budget.Spend(symbolic.Steps, steps)
	if !ok {
		r.giveUp(pos, symbolic.Steps, "run")
	}
	return ok && !r.full()
}

// giveUp reports the kind of work that ran out first.
func (r *resolver) giveUp(pos arch.Pos, w symbolic.Work, done string) {
	if r.gaveUp == nil {
		p := r.described(pos, "", "the network expands to too many %s: %s are %s or tried", w, r.budget.Beyond(w), done)
		r.gaveUp = &p
	}
}
