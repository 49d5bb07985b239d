package convention

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// weighing is a charge that is compiled: what one call costs is the sum of its weights.
type weighing struct {
	spelled [len(spellings)]bool
	weights []weight
	fails   string
}

// weight is a multiple of a measure.
type weight struct {
	measure int
	times   symbolic.Expr
}

// compiled are the conventions, and what is to be measured of each kind so that all of them can be weighed.
type compiled struct {
	conventions []*Convention
	measured    map[string][]int // measures by their place, of each kind
	measures    []Measure
	respellings []Respelling
	err         error // of a formula; a test sees to it that there is none
}

// table is made once and never changed.
var table = sync.OnceValue(func() *compiled {
	t := &compiled{measured: map[string][]int{}, measures: Measures(), respellings: respellings()}
	for _, list := range [][]Convention{traced(), hooked(), published(), plain()} {
		for k := range list {
			t.conventions = append(t.conventions, &list[k])
		}
	}
	for _, c := range t.conventions {
		for k := range c.Figures {
			c.Figures[k].parent = c
			if err := t.compile(&c.Figures[k]); err != nil && t.err == nil {
				t.err = fmt.Errorf("%s: %w", c.Figures[k].Key(), err)
			}
		}
	}
	return t
})

// compile takes the formulas of a figure apart.
func (t *compiled) compile(f *Figure) error {
	f.weighs, f.times = map[string][]weighing{}, multiplesOf(f)
	for _, charge := range f.Charges {
		w := weighing{fails: charge.Fails}
		for k, word := range spellings {
			w.spelled[k] = charge.As == "" || has(charge.As, word)
		}
		var err error
		if charge.Is != "" {
			if w.weights, err = t.weights(charge.Is); err != nil {
				return err
			}
		}
		for _, kind := range strings.Fields(charge.On) {
			if arch.KindByName(kind) == nil {
				return fmt.Errorf("no kind is named %q", kind)
			}
			f.weighs[kind] = append(f.weighs[kind], w)
			for _, one := range w.weights {
				if !slices.Contains(t.measured[kind], one.measure) {
					t.measured[kind] = append(t.measured[kind], one.measure)
				}
			}
		}
	}
	return nil
}

// weights is a formula as a sum of multiples of measures, and it must be one.
func (t *compiled) weights(formula string) ([]weight, error) {
	e, err := symbolic.Parse(formula)
	if err != nil {
		return nil, err
	}
	var out []weight
	sum := symbolic.Expr{}
	for k, m := range t.measures {
		times, _, linear := e.Linear(m.Name)
		if _, constant := times.Rational(); !linear || !constant {
			return nil, fmt.Errorf("%s is no sum of multiples of measures", formula)
		}
		if !times.IsZero() {
			out = append(out, weight{k, times})
			sum = sum.Add(times.Mul(symbolic.Symbol(m.Name)))
		}
	}
	if !sum.Equal(e) {
		return nil, fmt.Errorf("%s has more in it than measures", formula)
	}
	return out, nil
}
