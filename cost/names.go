package cost

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// Names is a pattern for names of layers: a path of layers, blocks and repeats from the outside, such as repeat[0].linear. The
// path of a block means all layers in it, and a name without a number all numbered ones, conv for conv1 and conv2. A repeat may
// be followed by an iteration or a range of them: decoder[0…10] or decoder[0..10].
type Names struct {
	text  string
	parts []part
}

// part is one name of a path.
type part struct {
	name  string
	spans [][2]int64 // iterations, the first and the last; {-1, -1} where that is not known
}

// ParseNames reads a pattern.
func ParseNames(text string) (Names, error) {
	n := Names{text: text}
	for _, p := range strings.Split(strings.ReplaceAll(text, "..", "…"), ".") {
		parsed, ok := parsePart(p)
		if !ok {
			return n, errors.New("a name is a path of layers, blocks and iterations, as decoder[0…10].linear")
		}
		n.parts = append(n.parts, parsed)
	}
	return n, nil
}

func parsePart(text string) (part, bool) {
	name, rest, open := strings.Cut(text, "[")
	p := part{name: name}
	if name == "" {
		return p, false
	}
	for open {
		inside, after, closed := strings.Cut(rest, "]")
		rest, open = strings.CutPrefix(after, "[")
		if !closed || !open && after != "" {
			return p, false
		}
		first, last, isRange := strings.Cut(inside, "…")
		if !isRange {
			last = first
		}
		a, errA := strconv.ParseInt(strings.TrimSpace(first), 10, 64)
		b, errB := strconv.ParseInt(strings.TrimSpace(last), 10, 64)
		if errA != nil || errB != nil {
			a, b = -1, -1
		} else if a < 0 || b < a {
			return p, false
		}
		p.spans = append(p.spans, [2]int64{a, b})
	}
	return p, true
}

// iterations reports whether the pattern names iterations of a repeat.
func (n Names) iterations() bool {
	return slices.ContainsFunc(n.parts, func(p part) bool { return len(p.spans) > 0 })
}

// matches reports whether the pattern matches the beginning of a path of names.
func (n Names) matches(path []part) bool {
	if len(path) < len(n.parts) {
		return false
	}
	for k, p := range n.parts {
		if !p.matches(path[k], k == len(n.parts)-1) {
			return false
		}
	}
	return true
}

// matches reports whether one name of a pattern matches a name; at the end of a pattern it may lack a number.
func (p part) matches(other part, last bool) bool {
	number, ok := strings.CutPrefix(other.name, p.name)
	if !ok || number != "" && (!last || !digits(number) || digits(p.name[len(p.name)-1:])) || len(p.spans) > len(other.spans) {
		return false
	}
	for k, s := range p.spans {
		if at := other.spans[k]; at[0] >= 0 && (at[0] < s[0] || at[1] > s[1]) { // in a repeat with a free count, any may match
			return false
		}
	}
	return true
}

func digits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// selection says which layers of a trace are trained.
type selection struct {
	frozen, trained []chosen
	open            error           // iterations of repeats with a free count are selected
	runs            []symbolic.Expr // counts, with free symbols, of repeats that must run for the names to have their meaning
	idle            []string        // says which names are of layers that do not run
}

// chosen is a pattern with its place in a trace: from the outside, or anywhere inside if nothing on the outside matches.
type chosen struct {
	Names
	inside bool
}

// selects finds out which layers of a trace are trained.
func (c *counter) selects(t *trace.Trace) { c.trains = newSelection(t, c.options) }

// newSelection resolves the names of the options in a trace. Patterns that cannot be parsed match nothing.
func newSelection(t *trace.Trace, o Options) *selection {
	s := &selection{}
	for _, list := range []struct {
		names []string
		into  *[]chosen
	}{{o.Frozen, &s.frozen}, {o.Trained, &s.trained}} {
		for _, text := range list.names {
			n, err := ParseNames(text)
			if err != nil {
				continue
			}
			if n.iterations() && !t.NamesIterations() {
				s.open = errors.New("which iterations are trained has no closed form; bind the symbols")
			}
			c, runs, err := chooses(n, t)
			if err != nil {
				s.open = err
			}
			if c.inside && n.idle(t) {
				s.idle = append(s.idle, "no layer named "+text+" runs")
			}
			*list.into, s.runs = append(*list.into, c), append(s.runs, runs...)
		}
	}
	return s
}

// chooses finds the place of a pattern, and the counts that must be at least 1 for it to match there.
func chooses(n Names, t *trace.Trace) (c chosen, runs []symbolic.Expr, err error) {
	outside := chosen{Names: n}
	found, runs, err := outside.stands(t.Budget.Copy(), t.Body, nil)
	return chosen{Names: n, inside: !found}, runs, err
}

// stands reports whether a pattern matches a layer that runs, and the counts that must be at least 1 for that: none if some
// layer runs for all values of the free symbols. The error is that of a layer of which it is not known, if no other one runs.
func (c chosen) stands(b *symbolic.Budget, nodes []trace.Node, around trace.Spans) (found bool, runs []symbolic.Expr, err error) {
	for _, n := range nodes {
		var also bool
		var when []symbolic.Expr
		var unknown error
		switch n := n.(type) {
		case *trace.Operation:
			if c.means(n.Name) {
				also, when, unknown = ran(b, around)
			}
		case *trace.Loop:
			also, when, unknown = c.stands(b, n.Body, append(around[:len(around):len(around)], trace.Span{Index: n.Index, Times: n.Times}))
		}
		if unknown != nil {
			err = unknown
		}
		if also && (!found || len(when) < len(runs)) {
			found, runs = true, when
		}
	}
	if found {
		err = nil
	}
	return found, runs, err
}

// ran reports whether the inside of loops runs, and the counts with free symbols that must be at least 1 for that.
func ran(b *symbolic.Budget, loops trace.Spans) (runs bool, when []symbolic.Expr, err error) {
	if when, err = rounds(b, loops); err != nil || slices.ContainsFunc(when, symbolic.Expr.IsZero) {
		return false, nil, err
	}
	return true, slices.DeleteFunc(when, func(e symbolic.Expr) bool { _, number := e.Rational(); return number }), nil
}

// means reports whether a pattern matches a layer.
func (c chosen) means(layer string) bool {
	var path []part
	for _, text := range strings.Split(layer, ".") {
		p, _ := parsePart(text)
		path = append(path, p)
	}
	for k := range path {
		if c.matches(path[k:]) {
			return true
		}
		if !c.inside {
			break
		}
	}
	return false
}

// isFrozen reports whether training leaves the weights of an operation as they are. Shared weights are those of their owner.
func (s *selection) isFrozen(op *trace.Operation) bool {
	if s == nil || len(s.frozen)+len(s.trained) == 0 {
		return false
	}
	if op.Owner != nil {
		op = op.Owner
	}
	means := func(c chosen) bool { return c.means(op.Name) }
	return slices.ContainsFunc(s.frozen, means) || len(s.trained) > 0 && !slices.ContainsFunc(s.trained, means)
}

// idle reports whether a pattern means layers of a trace of which none runs, as those in a repeat of no iterations.
func (n Names) idle(t *trace.Trace) bool {
	anyIteration := Names{text: n.text, parts: slices.Clone(n.parts)}
	for k := range anyIteration.parts {
		anyIteration.parts[k].spans = nil
	}
	c := chosen{Names: anyIteration, inside: true}
	if slices.ContainsFunc(t.Operations(), func(op *trace.Operation) bool { return c.means(op.Name) }) {
		return false
	}
	labels := trace.Labels(t.Network)
	return !slices.ContainsFunc(n.parts, func(p part) bool {
		return !slices.ContainsFunc(labels, func(name string) bool {
			number, is := strings.CutPrefix(p.name, name)
			return is && digits(number)
		})
	})
}

// Find reports whether a pattern means some layer of a trace, run or not, and if not, names that do.
func (n Names) Find(t *trace.Trace) (found bool, known []string, err error) {
	if n.idle(t) {
		return true, nil, nil
	}
	if n.iterations() && len(t.Free) == 0 {
		if t, err = t.Unrolled(); err != nil {
			return false, nil, err
		}
	}
	ops := t.Operations()
	c, _, err := chooses(n, t)
	if err != nil {
		return false, nil, err
	}
	seen := map[string]bool{}
	for _, op := range ops {
		if c.means(op.Name) {
			return true, nil, nil
		}
		for at, letter := range op.Name + "." {
			if prefix := op.Name[:min(at, len(op.Name))]; letter == '.' && !seen[prefix] && len(known) < maxKnownNames {
				seen[prefix], known = true, append(known, prefix)
			}
		}
	}
	return false, append(known, trace.Labels(t.Network)...), nil
}

// maxKnownNames bounds the names among which the nearest is searched.
const maxKnownNames = 2000
