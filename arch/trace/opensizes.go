package trace

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// openHint names the open dimensions of a graph that are not bound: many networks do not fit together with sizes of 1.
func (r *resolver) openHint() string {
	open := openSizes(r.network.Symbols, r.symbols)
	if len(open) == 0 {
		return ""
	}
	are, example := "is", ""
	if len(open) > 1 {
		are = "are"
	}
	if r.fitting != "" {
		example = ", as in --set " + r.fitting
	}
	return fmt.Sprintf("%s %s open in the file and 1 unless bound%s", strings.Join(open, ", "), are, example)
}

// openSizes names the open dimensions of a graph that have the size that all have unless bound.
func openSizes(symbols []arch.Symbol, values symbolic.Bindings) []string {
	var open []string
	for _, s := range symbols {
		if v, ok := values[s.Name]; s.Dynamic && !s.Fixed && ok && v.Equal(s.Default.Expr) {
			open = append(open, s.Name)
		}
	}
	return open
}

// triedSizes are the sizes that open dimensions are given to find one with which a graph fits together: windows and slices need some
// positions, and maps that are halved again and again must come out even.
func triedSizes() []int64 {
	return []int64{2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 24, 32, 64, 128, 224, 256, 512}
}

// fitting are sizes of the open dimensions with which a network fits together that does not under the options, as settings; empty if
// none of those that are tried do. A dimension that may as well be 1 is left out. All tries share one budget.
func fitting(n *arch.Network, o Options) string {
	values, problems := bind(n, readNames(n), o)
	open := openSizes(n.Symbols, values)
	if len(problems) > 0 || len(open) == 0 {
		return ""
	}
	o.Set, o.Budget = maps.Clone(o.Set), o.Budget.Copy()
	if o.Set == nil {
		o.Set = map[string]symbolic.Expr{}
	}
	works := func() bool {
		_, _, err := resolve(n, o)
		return err == nil
	}
	at := slices.IndexFunc(triedSizes(), func(size int64) bool {
		for _, name := range open {
			o.Set[name] = symbolic.Int(size)
		}
		return works()
	})
	if at < 0 {
		return ""
	}
	var settings []string
	for _, name := range open {
		size := o.Set[name]
		if delete(o.Set, name); !works() {
			o.Set[name] = size
			settings = append(settings, fmt.Sprintf("%s=%s", name, size.ASCII()))
		}
	}
	return strings.Join(settings, ",")
}
