package arch

import "github.com/skipcost/skipcost/arch/symbolic"

// Unrolled is the trace with every loop written out: the trace itself if it has none. All symbols must be bound.
func (t *Trace) Unrolled() (*Trace, error) {
	for _, n := range t.Body {
		if _, is := n.(*Loop); is {
			return Resolve(t.Network, Options{Set: t.settings(), Unroll: true})
		}
	}
	return t, nil
}

// settings are the bindings that lead to this trace. Symbols that others were derived from are left out: the derived ones
// say it all.
func (t *Trace) settings() map[string]symbolic.Expr {
	set := map[string]symbolic.Expr{}
	for _, b := range t.Bound {
		set[b.Name] = b.Value
	}
	reached := t.Network.reachable(set, nil)
	for name := range set {
		if !reached[name] {
			delete(set, name)
		}
	}
	return set
}
