package trace

import (
	"errors"
	"math/big"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Options say how a network is resolved. The zero value binds every symbol to its default and keeps repeats as loops.
type Options struct {
	Set  map[string]symbolic.Expr // values for symbols, numbers or expressions
	Free []string                 // symbols to leave free unless set
	// Counted says that free symbols that count the iterations of repeats with links get their defaults, as such repeats are
	// always written out. [Trace].Counted lists them.
	Counted bool
	// Decided says the same of free symbols on which a condition depends, see [Trace].Decided.
	Decided bool
	Unroll  bool // write every repeat out
	Runs    bool // keep the run of each step, see [Trace].Runs
	// Budget is the budget for steps, for tensors read by operations, and for the layers of the written-out network; nil for a
	// new one.
	Budget *symbolic.Budget

	fitting string // settings of open dimensions with which the network fits together, for a hint
}

// Limits of resolving, beside those of its budget. They bound time and memory on any input.
const (
	MaxUnrolledTimes = 1_000_000 // iterations of one repeat that are written out
	MaxNesting       = 100       // blocks, merges and repeats inside one another
)

// Resolve binds the symbols of a network and runs its shape rules. Its error is *Problems.
func Resolve(n *arch.Network, o Options) (*Trace, error) {
	var counted, decided []string
	for {
		t, needs, err := resolve(n, o)
		if err == nil {
			t.Counted, t.Decided = counted, decided
			return t, nil
		}
		var more []string
		if o.Counted {
			counted, more = append(counted, needs.counts...), append(more, needs.counts...)
		}
		if o.Decided {
			decided, more = append(decided, needs.decides...), append(more, needs.decides...)
		}
		if len(more) == 0 {
			if o.fitting = fitting(n, o); o.fitting != "" {
				_, _, err = resolve(n, o) // says so
			}
			return nil, err
		}
		o.Free = slices.DeleteFunc(slices.Clone(o.Free), func(name string) bool { return slices.Contains(more, name) })
	}
}

// needs are free symbols that must be numbers: those that count the iterations of repeats with links, and those in conditions.
type needs struct{ counts, decides []string }

// note adds the free symbols of an expression to a list of them.
func note(names []string, e symbolic.Expr) []string {
	for _, name := range e.Symbols() {
		if !strings.Contains(name, madeUp) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// resolve is Resolve with exactly these free symbols; it also returns those that must be numbers.
func resolve(n *arch.Network, o Options) (*Trace, needs, error) {
	values, problems := bind(n, readNames(n), o)
	if len(problems) > 0 {
		return nil, needs{}, arch.NewProblems(n.File, problems)
	}
	if o.Budget == nil {
		o.Budget = symbolic.NewBudget()
	}
	for apart := map[*arch.Repeat]bool{}; ; {
		r := newResolver(n, o.Budget)
		r.unroll, r.symbols, r.written, r.fitting = o.Unroll, values, apart, o.fitting
		t, err := r.resolve(bound(n, values), o.Runs)
		if r.apart == nil || apart[r.apart] {
			if t != nil {
				t.Budget = o.Budget
			}
			return t, r.needs, err
		}
		apart[r.apart] = true
	}
}

// resolve fills in a trace under the bindings of its symbols.
func (r *resolver) resolve(t *Trace, keep bool) (*Trace, error) {
	n := r.network
	for _, s := range n.Symbols {
		if v, ok := r.symbols[s.Name]; ok && !s.Fraction && !v.IsWhole() { // of others, whose values expressions take for whole
			r.assumeWhole(v)
		}
	}
	r.globals = cloneBindings(r.symbols)
	top := &scope{names: r.globals, borrows: true, taps: make(map[string]*Value, len(n.Steps)), series: map[string]*series{}, outputs: &t.Outputs, keep: keep}
	ok := r.input(t, top)
	if ok {
		top.entered = t.Input
		t.Output, t.Body, ok = r.steps(n.Steps, t.Input, top)
	}
	if ok {
		r.demand(t)
	}
	if keep && ok {
		t.Runs = *top.runs
	}
	if found := r.all(); !ok || len(found) > 0 {
		return nil, arch.NewProblems(n.File, found)
	}
	t.Assumptions = needed(r.assumptions)
	return t, nil
}

// bound is a trace of a network under bindings, still without nodes.
func bound(n *arch.Network, values symbolic.Bindings) *Trace {
	t := &Trace{Network: n}
	for _, s := range n.Symbols {
		v, ok := values[s.Name]
		switch {
		case !ok:
		case v.Equal(s.Expr()):
			t.Free = append(t.Free, s.Name)
		default:
			t.Bound = append(t.Bound, Binding{Name: s.Name, Value: v})
		}
	}
	return t
}

// resolver is the state of one Resolve.
type resolver struct {
	failures
	network     *arch.Network
	symbols     symbolic.Bindings
	globals     symbolic.Bindings // the symbols, which are the first names of every scope
	unroll      bool
	written     map[*arch.Repeat]bool // repeats to be written out
	apart       *arch.Repeat          // a repeat that must be, as others read single iterations of it; if set, nothing else matters
	budget      *symbolic.Budget
	ids, fresh  int // counters of values and of symbols made up while closing loops
	assumptions []Assumption
	needs       needs
	around      Spans              // indices of the loops that are being closed
	loops       map[string]*loop   // the loops of them whose iterations may be written out, by their indices
	mayNotRun   bool               // a repeat may have no closed form only because the first iterations of one around it differ
	first       *Value             // the values of the first attention layer with a value residual; nil before it
	survives    symbolic.Expr      // the share of training steps in which operations run; zero for all
	iteration   Iteration          // of the outermost repeat around; the zero value outside of repeats
	recompute   arch.Recomputation // which operations run again in the backward pass
	training    bool               // inside a head that only runs while training
	shapes      []arch.Shape       // see shapesOf
	told        map[told]arch.Args
	lists       lists
	fitting     string // see [Options]
	at          string // name of the current layer, if it has no place in a text
}

// newResolver spends from a budget, one of its own if that is nil.
func newResolver(n *arch.Network, budget *symbolic.Budget) *resolver {
	if budget == nil {
		budget = symbolic.NewBudget()
	}
	return &resolver{network: n, budget: budget, symbols: symbolic.Bindings{}, told: map[told]arch.Args{}, loops: map[string]*loop{}}
}

// scope is the names that a list of steps can use.
type scope struct {
	names   symbolic.Bindings  // symbols, block parameters and i; and measures, which are set for each expression
	borrows bool               // names is shared with the scope around
	taps    map[string]*Value  // named tensors of this scope
	series  map[string]*series // named tensors inside repeats of this list
	turn    *turn              // of the repeat whose steps these are; nil for other lists
	outer   *scope             // for taps only; nil in the body of a block
	entered *Value             // the input of the block, or of the network
	slots   map[string]slot    // the steps that the block was given, by its parameters
	active  *activation        // the use of the block; nil in the network's own steps
	outputs *[]*Value          // where heads go
	label   string             // path of the operations inside
	named   bool               // the label already names the only step, as in dense[3]
	depth   int
	streams *streams // that the steps run on; nil where they run on one tensor
	keep    bool     // runs are kept
	runs    *runs    // of the steps of this list; nil unless they are kept
	run     *Run     // of the step at hand; nil unless they are kept
}

func (s *scope) tap(name string) *Value {
	entered := s.entered
	for ; s != nil; s = s.outer {
		if v := s.taps[name]; v != nil {
			return v
		}
	}
	if name == arch.InputName {
		return entered
	}
	return nil
}

// inner is a scope one level down that still sees the taps of this one.
func (s *scope) inner(label string) *scope {
	return &scope{
		names: s.names, borrows: true, taps: map[string]*Value{}, series: map[string]*series{}, outer: s,
		entered: s.entered, slots: s.slots, active: s.active,
		outputs: s.outputs, label: label, depth: s.depth + 1, keep: s.keep, streams: s.streams,
	}
}

// bind gives a name a value for the steps of this scope only.
func (s *scope) bind(name string, v symbolic.Expr) {
	if s.borrows {
		s.names, s.borrows = cloneBindings(s.names), false
	}
	s.names[name] = v
}

func cloneBindings(b symbolic.Bindings) symbolic.Bindings {
	out := make(symbolic.Bindings, len(b)+2)
	for k, v := range b {
		out[k] = v
	}
	return out
}

func (r *resolver) value(s arch.Shape, producer *Operation) *Value {
	r.ids++
	return &Value{ID: r.ids, Shape: s, Producer: producer}
}

// input evaluates the declared input shape.
func (r *resolver) input(t *Trace, sc *scope) bool {
	if len(r.network.Input) == 0 || len(r.network.Input) > arch.MaxExtents+1 {
		r.problem(arch.Pos{}, "", "input needs a width and at most %d extents", arch.MaxExtents)
		return false
	}
	least := int64(1)
	if r.network.MayBeEmpty {
		least = 0
	}
	dims := make([]symbolic.Expr, len(r.network.Input))
	for k, e := range r.network.Input {
		v, ok := r.evaluate(e, nil, sc)
		if !ok || !r.whole(e.Pos, "input", v, least) {
			return false
		}
		dims[k] = v
	}
	shape := arch.Shape{Width: dims[0], Extents: dims[1:]}
	if !r.network.Samples.IsZero() {
		v, ok := r.evaluate(r.network.Samples, nil, sc)
		if !ok || !r.whole(r.network.Samples.Pos, "samples", v, least) {
			return false
		}
		shape = shape.WithSamples(v)
	}
	t.Input = r.value(shape, nil)
	return true
}

// evaluate binds the names of an expression; in is the tensor whose width c stands for, nil where there is none.
func (r *resolver) evaluate(e arch.Expression, in *Value, sc *scope) (symbolic.Expr, bool) {
	if _, ok := e.Int64(); ok {
		return e.Expr, true
	}
	if _, ok := e.Rational(); ok {
		return e.Expr, true
	}
	names := e.Symbols()
	if !r.measures(e, names, sc) {
		return symbolic.Expr{}, false
	}
	for _, name := range names {
		if name == arch.IncomingWidth && in != nil {
			sc.names[name] = in.Shape.Width
			continue
		}
		if _, ok := sc.names[name]; !ok {
			r.problem(e.Pos, "", "unknown name %q", name)
			return symbolic.Expr{}, false
		}
	}
	v := e.Substitute(sc.names)
	var large *symbolic.TooLargeError
	if err := v.Err(); err != nil && !errors.As(err, &large) {
		r.problem(e.Pos, "", "%s%s: %v", e.Text(), r.given(e, sc), err)
		return v, false
	}
	r.bends(v)
	return v, true
}

// given writes the values of the names in an expression.
func (r *resolver) given(e arch.Expression, sc *scope) string {
	return given(sc.names, e.Symbols())
}

// whole refuses a value that is known not to be a whole number of at least least.
func (r *resolver) whole(pos arch.Pos, what string, v symbolic.Expr, least int64) bool {
	q, ok := v.Rational()
	if !ok {
		return true
	}
	if !q.IsInt() {
		r.problem(pos, "", "%s is %s, not a whole number", what, v.Text())
		return false
	}
	if q.Num().Cmp(big.NewInt(least)) < 0 {
		r.problem(pos, "", "%s is %s, but must be at least %d", what, v.Text(), least)
		return false
	}
	return true
}
