package cost

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Subject is a network to be priced, under the name it was asked for and with the symbols it was given.
type Subject struct {
	Name    string
	Network *arch.Network
	Set     map[string]symbolic.Expr
	Budget  *symbolic.Budget // the rest of it after reading the network; nil for a new one
	Open    *trace.Trace     // the trace with all symbols free, if reading the network made one; else nil
}

// Resolve resolves the network with the symbols that the subject sets, and otherwise with the options; without a budget there,
// with a copy of the subject's.
func (s Subject) Resolve(o trace.Options) (*trace.Trace, error) {
	o.Set = s.Set
	if o.Budget == nil {
		o.Budget = s.Budget.Copy()
	}
	if s.Open != nil {
		return s.Open.Bind(o)
	}
	return trace.Resolve(s.Network, o)
}

// With is the subject with more symbols set, over its own. Its own settings of symbols from which the new ones are derived by
// default are dropped, as they would have no effect: cifar-resnet56 sets L, but not if n is set.
func (s Subject) With(set map[string]symbolic.Expr) Subject {
	all := maps.Clone(s.Set)
	if all == nil {
		all = map[string]symbolic.Expr{}
	}
	for name := range set {
		for from := range s.Network.Derivation(name) {
			delete(all, from)
		}
	}
	maps.Copy(all, set)
	s.Set = all
	return s
}

// Summary is one subject's costs with all symbols bound.
type Summary struct {
	Name    string
	Trace   *trace.Trace
	Total   *Total
	Formula *Closed // if asked for, of the first cost that can have one; nil if there is none, Reason says why
	Reason  error
}

// Summarize prices a subject in numbers, and finds the closed form behind them where o asks for it.
func Summarize(s Subject, o Options) (*Summary, error) {
	fixed := o.Formula && len(s.Network.Symbols) == 0
	out := &Summary{Name: s.Name}
	closing := Params
	if k := slices.IndexFunc(o.Quantities, Quantity.Closes); k >= 0 {
		closing = o.Quantities[k]
	}
	var wait sync.WaitGroup
	if o.Formula && !fixed {
		wait.Go(func() {
			o := o
			o.Quantities = []Quantity{closing}
			out.Formula, out.Reason = CloseCounted(Subject{Name: s.Name, Network: s.Network, Set: withoutFree(s), Budget: s.Budget, Open: s.Open}, nil, o)
		})
	}
	err := out.price(s, fixed, o)
	wait.Wait()
	if err != nil {
		return nil, err
	}
	if fixed { // the number is also the formula
		out.Formula = &Closed{Name: s.Name, Trace: out.Trace, Total: out.Total}
	}
	if out.Formula != nil {
		if out.Reason = out.Formula.fails(out.Trace.Bound); out.Reason != nil {
			out.Formula = nil
		}
	}
	return out, nil
}

// price fills in the numbers; without symbols, params are always among them.
func (m *Summary) price(s Subject, fixed bool, o Options) error {
	resolved, err := s.Resolve(trace.Options{})
	if err != nil {
		return err
	}
	if fixed && len(o.Quantities) > 0 {
		o.Quantities = append(slices.Clone(o.Quantities), Params)
	}
	m.Trace = resolved
	m.Total, err = Of(resolved, o)
	if err == nil && o.Memory.Checkpoint.on() && len(newSegments(resolved, CheckpointRepeats).ids) == 0 {
		m.Total.note("there are no repeats, and so nothing is checkpointed")
	}
	return err
}

// withoutFree drops the settings of symbols that the network's closed formulas leave free, or derive them from.
func withoutFree(s Subject) map[string]symbolic.Expr {
	set := maps.Clone(s.Set)
	for _, name := range s.Network.FreeSymbols() {
		for from := range s.Network.Derivation(name) {
			delete(set, from)
		}
	}
	return set
}

// Closed is a network's costs as closed formulas.
type Closed struct {
	Name  string
	Trace *trace.Trace // with its free symbols and what is assumed of them
	Total *Total
}

// fails says why the formulas do not hold where symbols have values; nil where they do.
func (c *Closed) fails(values []trace.Binding) error {
	at := symbolic.Bindings{}
	for _, b := range values {
		at[b.Name] = b.Value
	}
	for _, a := range c.Trace.Assumptions {
		if a.Fails(at) {
			return fmt.Errorf("the closed form only holds where %s", a.Text)
		}
	}
	for _, times := range c.Total.Runs {
		if sign, known := times.Substitute(at).Sign(); known && sign <= 0 {
			return fmt.Errorf("the closed form only holds where %s ≥ 1", times.Text())
		}
	}
	return nil
}

// Close finds the closed formulas of a subject in the free symbols it names, or else in those the network names. A symbol that
// the subject sets is bound, even if free names it, and so is one whose default is derived from it.
func Close(s Subject, free []string, o Options) (*Closed, error) {
	return closeWith(s, trace.Options{Free: free}, o)
}

// CloseCounted is Close of a subject in which symbols may count the iterations of repeats with links, which are always written out:
// such symbols are bound to their defaults, and a note says so.
func CloseCounted(s Subject, free []string, o Options) (*Closed, error) {
	return closeWith(s, trace.Options{Free: free, Counted: true}, o)
}

func closeWith(s Subject, how trace.Options, o Options) (*Closed, error) {
	resolved, err := resolveFree(s, how)
	if err != nil {
		return nil, err
	}
	total, err := Of(resolved, o)
	if err != nil {
		return nil, err
	}
	for _, name := range resolved.Counted {
		total.note(name + " is bound to its default: repeats with links are written out")
	}
	return &Closed{Name: s.Name, Trace: resolved, Total: total}, nil
}

// resolveFree resolves a subject with symbols left free; see Close.
func resolveFree(s Subject, how trace.Options) (*trace.Trace, error) {
	if len(how.Free) == 0 {
		for _, name := range s.Network.FreeSymbols() {
			if !derivesFromSet(s, name) {
				how.Free = append(how.Free, name)
			}
		}
	}
	return s.Resolve(how)
}

func derivesFromSet(s Subject, name string) bool {
	for from := range s.Network.Derivation(name) {
		if _, set := s.Set[from]; set {
			return true
		}
	}
	return false
}

// List replaces the summary's layers by those of its trace written out, one for each layer that runs.
func (s *Summary) List(out *trace.Trace, o Options) error {
	o.Layers = true
	total, err := Of(out, o)
	if err != nil {
		return err
	}
	s.Total.Layers = total.Layers
	return nil
}
