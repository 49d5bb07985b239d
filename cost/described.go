package cost

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Network is the rewritten network as a description. Where possible it is the original description with the same edits, so that
// its name, symbols, blocks and repeats stay. That is checked: it must cost the same as the rewritten trace in every quantity
// but peaks, which depend on the order of the layers; presets stay where that holds for them too. Otherwise it is a plain list
// of layers, and a note says why.
func (w *Swap) Network() (*arch.Network, []string) {
	n, notes, err := w.described()
	if err == nil {
		return n, notes
	}
	flat := rewrite.Flatten(w.Trace, w.member()+"-"+string(w.To), w.source())
	return flat, []string{"written layer by layer, without symbols and repeats: " + err.Error()}
}

// source says what was rewritten, and at which equal cost, if any.
func (w *Swap) source() string {
	text := fmt.Sprintf("%s with its skips as %s", w.member(), w.To)
	if w.Equal != nil {
		text += ", at equal " + w.Equal.Quantity.String()
	}
	return text
}

// member is the name of the network, or of its preset that was asked for.
func (w *Swap) member() string {
	if _, is := w.subject.Network.Preset(w.Name); is {
		return w.Name
	}
	return w.subject.Network.Name
}

// described is the network with the edits made in its steps, or the reason why they cannot be.
func (w *Swap) described() (*arch.Network, []string, error) {
	if w.Equal != nil && w.Equal.Factor != nil && w.Equal.Factor.Cmp(big.NewRat(1, 1)) != 0 {
		return nil, nil, errors.New("all widths are scaled, and each is rounded by itself to what groups and heads divide, which the steps cannot say")
	}
	made, err := w.translation()
	if err != nil {
		return nil, nil, err
	}
	if len(made.Idle) > 0 {
		if all := w.running(); all != nil {
			made = all
		}
	}
	n := made.Network
	n.Symbols = slices.Clone(n.Symbols)
	for k, s := range n.Symbols {
		if v, ok := w.subject.Set[s.Name]; ok {
			n.Symbols[k].Default = arch.Expression{Expr: v}
		}
	}
	notes := translationNotes(made)
	sum, peak := sameCosts(Subject{Name: n.Name, Network: n}, w.Trace, Quantities())
	if sum != nil {
		return nil, nil, sum
	}
	if peak != nil {
		notes = append(notes, "its layers run in the order of the steps: "+peak.Error())
	}
	if err := w.holdsWithMore(n); err != nil {
		return nil, nil, err
	}
	n.Presets = w.presets(n)
	if n.Source != "" {
		n.Source += "; "
	}
	n.Source += w.source()
	return n, notes, nil
}

// sums are the quantities other than peaks, which also depend on the order of the layers.
func sums() []Quantity {
	return slices.DeleteFunc(Quantities(), func(q Quantity) bool { return !q.Closes() })
}

// translation is the network that was rewritten with the edits made in its own steps.
func (w *Swap) translation() (*rewrite.Translation, error) {
	switch {
	case w.recast == nil && w.Equal == nil && w.Original.Runs != nil:
		return w.translate()
	case w.recast == nil:
		return translate(w.subject, w.options)
	case w.To != rewrite.ToAdd:
		return &rewrite.Translation{Network: w.recast}, nil
	}
	so := w.options
	so.Only = nil
	return translate(Subject{Name: w.Name, Network: w.recast, Set: w.subject.Set}, so)
}

// translate rewrites a network and makes the same edits in its steps.
func translate(s Subject, so SwapOptions) (*rewrite.Translation, error) {
	so.runs = true
	w, err := rewritten(s, so)
	if err != nil {
		return nil, err
	}
	return w.translate()
}

// translate makes the edits in the steps of the network, or where that cannot be done, in its steps with the patterns of links
// written out. The runs of the steps must have been kept.
func (w *Swap) translate() (*rewrite.Translation, error) {
	made, failed := w.rewriting.Network()
	if failed == nil {
		return made, nil
	}
	spelled, err := rewrite.Spell(w.Original)
	if err != nil || len(spelled.Counts) == 0 {
		return nil, errors.Join(failed, err)
	}
	so := w.options
	so.Only, so.runs = nil, true
	for _, l := range w.Chosen {
		so.Only = append(so.Only, strconv.Itoa(l.ID)) // numbers follow from the graph, and names do not
	}
	if w, err = rewritten(Subject{Name: w.Name, Network: spelled.Network, Set: w.subject.Set}, so); err != nil {
		return nil, err
	}
	if made, err = w.rewriting.Network(); err != nil {
		return nil, err
	}
	made.Spelled = spelled.Counts
	return made, nil
}

// translationNotes say where a description rests on the numbers at which the network was rewritten.
func translationNotes(t *rewrite.Translation) []string {
	var notes []string
	for _, times := range t.Spelled {
		notes = append(notes, fmt.Sprintf("the repeat of %s iterations is written out one by one: what they read is no pattern of links any more", times))
	}
	for _, times := range t.Idle {
		notes = append(notes, fmt.Sprintf("the repeat of %s iterations does not run often enough here to tell what becomes of others", times))
	}
	for _, name := range t.Bound {
		notes = append(notes, fmt.Sprintf("what is written holds for %s as it is here: with %[1]s left free, the network has no closed form", name))
	}
	for _, times := range t.Split {
		notes = append(notes, fmt.Sprintf("the iterations of the repeat of %s have not changed alike: it is written as several repeats, the longest of which keeps the count", times))
	}
	return notes
}

// maxDeeper bounds how many more iterations are tried for all repeats to run.
const maxDeeper = 6

// running is the translation with each free symbol a little larger, so that all repeats run, and once more if they can: one
// iteration alone does not say what changes from one to the next. It is nil if no such value is found, or if single links were
// asked for, whose numbers would change.
func (w *Swap) running() *rewrite.Translation {
	if len(w.options.Only) > 0 {
		return nil
	}
	for more := int64(1); more <= maxDeeper; more++ {
		if once := w.translated(more); once != nil {
			if again := w.translated(more + 1); again != nil {
				return again
			}
			return once
		}
	}
	return nil
}

// translated is the translation with each free symbol larger by a number; nil if there is none, or if a repeat does not run.
func (w *Swap) translated(more int64) *rewrite.Translation {
	set := map[string]symbolic.Expr{}
	for _, b := range w.Original.Bound {
		if n, whole := b.Value.Int64(); whole && slices.Contains(w.subject.Network.FreeSymbols(), b.Name) {
			set[b.Name] = symbolic.Int(n + more)
		}
	}
	made, err := translate(w.subject.With(set), w.options)
	if err != nil || len(made.Idle) > 0 {
		return nil
	}
	return made
}

// holdsWithMore checks the description at free symbols that are larger by one, against the network rewritten at those values:
// it is an error if they differ, as the iterations that ran then do not say what others become. Symbols that do not change the
// number of links are not checked.
func (w *Swap) holdsWithMore(n *arch.Network) error {
	if len(w.options.Only) > 0 || len(w.Refused) > 0 {
		return nil
	}
	for _, b := range w.Original.Bound {
		v, whole := b.Value.Int64()
		_, kept := n.Symbol(b.Name)
		if !whole || !kept || !slices.Contains(w.subject.Network.FreeSymbols(), b.Name) {
			continue
		}
		set := map[string]symbolic.Expr{b.Name: symbolic.Int(v + 1)}
		there, err := rewritten(w.subject.With(set), w.options)
		if err != nil || len(there.Refused) > 0 || len(there.Changed()) == len(w.Changed()) {
			continue
		}
		if err, _ := sameCosts(Subject{Name: n.Name, Network: n, Set: set}, there.Trace, sums()); err != nil {
			return fmt.Errorf("with %s = %d %w", b.Name, v+1, err)
		}
	}
	return nil
}

// presets are those at which the description costs the same as the network rewritten at them, in all quantities but peaks,
// which take long to compute.
func (w *Swap) presets(n *arch.Network) []arch.Preset {
	return slices.DeleteFunc(slices.Clone(n.Presets), func(p arch.Preset) bool {
		set := map[string]symbolic.Expr{}
		for _, s := range p.Set {
			set[s.Name] = s.Value.Expr
		}
		there, err := rewritten(Subject{Name: w.Name, Network: w.subject.Network, Set: set}, w.options)
		if err == nil {
			err, _ = sameCosts(Subject{Name: n.Name, Network: n, Set: set}, there.Trace, sums())
		}
		return err != nil
	})
}

// sameCosts compares quantities of a network with those of a trace and reports the first sum that differs, or else the first
// peak. Bytes are compared a second time with concats that share one buffer.
func sameCosts(s Subject, as *trace.Trace, in []Quantity) (sum, peak error) {
	resolved, err := s.Resolve(trace.Options{})
	if err != nil {
		var problems *arch.Problems
		if errors.As(err, &problems) && len(problems.List) > 0 {
			err = errors.New(problems.List[0].Message)
		}
		return fmt.Errorf("it would not hold together: %w", err), nil
	}
	bytes := slices.DeleteFunc(slices.Clone(in), func(q Quantity) bool { return q.Unit() != Bytes })
	for _, o := range []Options{{Quantities: in}, {Quantities: bytes, Memory: Memory{Concat: SharedConcat}}} {
		is, err := Of(resolved, o)
		if err != nil {
			return err, nil
		}
		was, err := Of(as, o)
		if err != nil {
			return err, nil
		}
		for _, q := range o.Quantities {
			if !Differs(was.Of(q), is.Of(q)) {
				continue
			}
			differs := fmt.Errorf("its %s would be %s, not %s", q, is.Of(q).Text(), was.Of(q).Text())
			if q.Closes() {
				return differs, nil
			}
			if peak == nil {
				peak = differs
			}
		}
	}
	return nil, peak
}
