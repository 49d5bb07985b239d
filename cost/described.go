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

// Network is the rewritten network as a description. It is the one that was rewritten, with the same edits, so that its name,
// symbols, blocks and repeats stay, if that costs what the rewritten network does in every quantity but peaks, for which the order of the
// layers may be another one; its presets stay where that holds for them too. Else it is a plain list of layers, and a note says why.
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

// described is the network with the edits told of it, or why they cannot be.
func (w *Swap) described() (*arch.Network, []string, error) {
	if w.Equal != nil && w.Equal.Factor != nil && w.Equal.Factor.Cmp(big.NewRat(1, 1)) != 0 {
		return nil, nil, errors.New("all widths are scaled, and each is rounded by itself to what groups and heads divide, which the steps cannot say")
	}
	told, err := w.told()
	if err != nil {
		return nil, nil, err
	}
	if len(told.Idle) > 0 {
		if all := w.running(); all != nil {
			told = all
		}
	}
	n := told.Network
	n.Symbols = slices.Clone(n.Symbols)
	for k, s := range n.Symbols {
		if v, ok := w.subject.Set[s.Name]; ok {
			n.Symbols[k].Default = arch.Expression{Expr: v}
		}
	}
	notes := toldNotes(told)
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

// sums are the quantities but for peaks, which depend on the order of the layers too.
func sums() []Quantity {
	return slices.DeleteFunc(Quantities(), func(q Quantity) bool { return !q.Closes() })
}

// told is the network as itself.
func (w *Swap) told() (*rewrite.Told, error) {
	switch {
	case w.recast == nil && w.Equal == nil && w.Original.Runs != nil:
		return w.tell()
	case w.recast == nil:
		return tell(w.subject, w.options)
	case w.To != rewrite.ToAdd:
		return &rewrite.Told{Network: w.recast}, nil
	}
	so := w.options
	so.Only = nil
	return tell(Subject{Name: w.Name, Network: w.recast, Set: w.subject.Set}, so)
}

// tell rewrites a network and tells it.
func tell(s Subject, so SwapOptions) (*rewrite.Told, error) {
	so.runs = true
	w, err := rewritten(s, so)
	if err != nil {
		return nil, err
	}
	return w.tell()
}

// tell is what was rewritten as itself, or where that cannot be, with the patterns of its links written out. The runs of the steps of
// the network must have been kept.
func (w *Swap) tell() (*rewrite.Told, error) {
	told, untold := w.rewriting.Network()
	if untold == nil {
		return told, nil
	}
	spelled, err := rewrite.Spell(w.Original)
	if err != nil || len(spelled.Counts) == 0 {
		return nil, errors.Join(untold, err)
	}
	so := w.options
	so.Only, so.runs = nil, true
	for _, l := range w.Chosen {
		so.Only = append(so.Only, strconv.Itoa(l.ID)) // numbers follow from the graph, and names do not
	}
	if w, err = rewritten(Subject{Name: w.Name, Network: spelled.Network, Set: w.subject.Set}, so); err != nil {
		return nil, err
	}
	if told, err = w.rewriting.Network(); err != nil {
		return nil, err
	}
	told.Spelled = spelled.Counts
	return told, nil
}

// toldNotes say where a description rests on the numbers at which the network was rewritten.
func toldNotes(t *rewrite.Told) []string {
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

// running is the network as it is told with a little more of each free symbol, so that all its repeats run; nil if that is not
// found, or if single links were asked for, whose numbers are others then.
func (w *Swap) running() *rewrite.Told {
	if len(w.options.Only) > 0 {
		return nil
	}
	for more := int64(1); more <= maxDeeper; more++ {
		set := map[string]symbolic.Expr{}
		for _, b := range w.Original.Bound {
			if n, whole := b.Value.Int64(); whole && slices.Contains(w.subject.Network.FreeSymbols(), b.Name) {
				set[b.Name] = symbolic.Int(n + more)
			}
		}
		if told, err := tell(w.subject.With(set), w.options); err == nil && len(told.Idle) == 0 {
			return told
		}
	}
	return nil
}

// holdsWithMore reports a free symbol of which one more does not give the network that is rewritten with one more: what was seen of the
// iterations that ran does not say then what others become. Of symbols that do not count links nothing is asked.
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

// presets are those under which a description, too, costs what the network does that is rewritten under them, in all quantities but
// peaks, which take long.
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

// sameCosts reports which of some quantities of a network is another than that of a trace: the first of the sums, or else the first of
// the peaks, if one is. Where concats share one buffer, bytes alone can be others than where they are copies.
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
