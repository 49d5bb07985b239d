package cost_test

import (
	"encoding/csv"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
)

// families lists the shipped networks without their presets, and the schemes.
func families(t testing.TB) []cost.Subject {
	var out []cost.Subject
	for _, s := range everything(t) {
		if _, preset := s.Network.Preset(s.Name); !preset {
			out = append(out, s)
		}
	}
	return out
}

// everything lists the shipped networks, presets and schemes.
func everything(t testing.TB) []cost.Subject {
	t.Helper()
	entries, err := cost.Zoo()
	require.NoError(t, err)
	var out []cost.Subject
	for _, e := range entries {
		out = append(out, subject(e.Member()))
	}
	for _, s := range zoo.Schemes() {
		out = append(out, find(t, "scheme/"+s), find(t, "scheme/"+s+"-conv"))
	}
	return out
}

func find(t testing.TB, name string) cost.Subject {
	t.Helper()
	m, err := zoo.Find(name)
	require.NoError(t, err)
	return subject(m)
}

func subject(m *zoo.Member) cost.Subject {
	return cost.Subject{Name: m.Name, Network: m.Network, Set: m.Set}
}

// TestReference compares every network with its row of the independent counter.
func TestReference(t *testing.T) {
	for _, row := range rows(t, "../testdata/reference/exact.csv") {
		if row["network"] == "" {
			continue
		}
		t.Run(row["model"]+" "+row["network"]+" "+row["set"], func(t *testing.T) {
			s := find(t, row["network"]).With(settings(t, row["set"]))
			m, err := cost.Summarize(s, cost.Options{Quantities: closing()})
			require.NoError(t, err)
			for column, q := range map[string]cost.Quantity{
				"params": cost.Params, "macs_conv_fc": cost.MACs, "conv_fc_output_elems": cost.Activations, "cio_elems": cost.CIO,
			} {
				if row[column] != "" {
					assert.Equal(t, row[column], m.Total.Of(q).ASCII(), q)
				}
			}
		})
	}
}

// TestMeasured compares params, buffers, macs and activations with networks that were built and run.
func TestMeasured(t *testing.T) {
	for _, row := range rows(t, "../testdata/reference/measured.csv") {
		if row["network"] == "" {
			continue
		}
		t.Run(row["name"], func(t *testing.T) {
			s := find(t, row["network"]).With(settings(t, row["set"]))
			m, err := cost.Summarize(s, cost.Options{})
			require.NoError(t, err)
			for column, q := range map[string]cost.Quantity{
				"params": cost.Params, "buffers": cost.Buffers, "macs": cost.MACs, "activations_conv_linear_matmul": cost.Activations,
			} {
				assert.Equal(t, row[column], m.Total.Of(q).ASCII(), q)
			}
		})
	}
}

// rows reads a CSV file with a header, skipping comment lines.
func rows(t testing.TB, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	all, err := r.ReadAll()
	require.NoError(t, err)
	require.Greater(t, len(all), 1, path)
	var out []map[string]string
	for _, line := range all[1:] {
		row := map[string]string{}
		for k, cell := range line {
			row[all[0][k]] = cell
		}
		out = append(out, row)
	}
	return out
}

func settings(t testing.TB, text string) map[string]symbolic.Expr {
	t.Helper()
	set := map[string]symbolic.Expr{}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ' ' }) {
		name, value, ok := strings.Cut(part, "=")
		require.True(t, ok, text)
		e, err := symbolic.Parse(value)
		require.NoError(t, err)
		set[name] = e
	}
	return set
}

// TestClosedFormEqualsUnrolledSum binds the free symbols of every network at random and compares the closed formulas with
// the network written out layer by layer: at least 12 times, and so often that a small network is tried at many numbers.
func TestClosedFormEqualsUnrolledSum(t *testing.T) {
	least, most, budget := 12, 120, 2_000 // bindings of one network, and layers written out for them
	switch {
	case cost.Thorough():
		least = most
	case testing.Short():
		least, budget = 6, 0
	}
	for _, s := range cost.Sample(families(t), 18) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(7, uint64(len(s.Name))))
			defaults, err := trace.Resolve(s.Network, trace.Options{})
			require.NoError(t, err)
			closed, err := cost.Close(cost.Subject{Name: s.Name, Network: s.Network}, nil, cost.Options{Quantities: closing()})
			require.NoError(t, err)
			free, checked, layers := closed.Trace.Free, 0, 0
			for tries := 0; (checked < least || layers < budget) && checked < most && tries < 40*most; tries++ {
				set := randomBinding(r, defaults, free)
				resolved, err := trace.Resolve(s.Network, trace.Options{Set: set, Unroll: true})
				if err != nil {
					continue // the binding makes a depth fractional or a width too small
				}
				if !runs(t, closed.Total, set) {
					continue
				}
				checked++
				layers += len(resolved.Operations())
				sameAt(t, closed.Total, set, resolved)
				if len(free) == 0 {
					return
				}
			}
			require.GreaterOrEqual(t, checked, least, "too few valid bindings of %v", free)
		})
	}
}

// sameAt holds closed formulas against the layers of the network with its symbols bound.
func sameAt(t *testing.T, closed *cost.Total, set symbolic.Bindings, resolved *trace.Trace) {
	t.Helper()
	unrolled, err := cost.Of(resolved, cost.Options{Quantities: closing()})
	require.NoError(t, err)
	for _, q := range closing() {
		if why := closed.Of(q).Err(); why != nil {
			require.Equal(t, why, unrolled.Of(q).Err(), "%s is not known in one form", q)
			continue
		}
		got, err := closed.Of(q).Evaluate(set)
		require.NoError(t, err)
		want, ok := unrolled.Of(q).Rational()
		require.True(t, ok)
		require.Zerof(t, want.Cmp(got), "%s at %v: closed %s, unrolled %s", q, set, got.RatString(), want.RatString())
	}
}

// closing are the quantities that have closed forms.
func closing() []cost.Quantity {
	return slices.DeleteFunc(cost.Quantities(), func(q cost.Quantity) bool { return !q.Closes() })
}

// TestPeaksHaveNoClosedForm: a formula for a peak says so.
func TestPeaksHaveNoClosedForm(t *testing.T) {
	closed, err := cost.Close(find(t, "cifar-resnet"), nil, cost.Options{Quantities: cost.Quantities()})
	require.NoError(t, err)
	for _, q := range cost.Quantities() {
		if !q.Closes() {
			require.ErrorContains(t, closed.Total.Of(q).Err(), "a peak is a maximum", q)
		}
	}
}

// runs reports whether the loops that the formulas take for granted run under a binding.
func runs(t *testing.T, total *cost.Total, set symbolic.Bindings) bool {
	t.Helper()
	for _, times := range total.Runs {
		n, err := times.EvaluateInteger(set)
		require.NoError(t, err)
		if n.Sign() <= 0 {
			return false
		}
	}
	return true
}

// randomBinding varies free symbols around their defaults, so that most bindings are valid and small.
func randomBinding(r *rand.Rand, defaults *trace.Trace, free []string) symbolic.Bindings {
	set := symbolic.Bindings{}
	for _, name := range free {
		for _, b := range defaults.Bound {
			if b.Name != name {
				continue
			}
			v, whole := b.Value.Int64()
			switch {
			case !whole:
				set[name] = symbolic.Rat(1+r.Int64N(4), 4)
			case v > 64:
				set[name] = symbolic.Int(v + 2*(r.Int64N(41)-20))
			default:
				set[name] = symbolic.Int(1 + r.Int64N(2*v+6))
			}
		}
	}
	return set
}

// TestMonotoneInSymbols: no network gets cheaper when one of its free symbols grows.
func TestMonotoneInSymbols(t *testing.T) {
	all := cost.Options{Quantities: cost.Quantities()}
	for _, s := range cost.Sample(families(t), 24) {
		base, err := cost.Summarize(s, all)
		require.NoError(t, err, s.Name)
		for _, name := range s.Network.FreeSymbols() {
			symbol, ok := s.Network.Symbol(name)
			require.True(t, ok)
			value := bound(base, symbol)
			for step := int64(1); step <= 12; step++ {
				grown, err := cost.Summarize(s.With(map[string]symbolic.Expr{name: value.Add(symbolic.Int(step))}), all)
				if err != nil {
					continue
				}
				for _, q := range cost.Quantities() {
					a, known := base.Total.Of(q).Integer()
					b, also := grown.Total.Of(q).Integer()
					if q.Unit() == cost.Ratio || !known || !also {
						continue // a share may fall, and what is too long for a model has no number
					}
					assert.LessOrEqual(t, a.Cmp(b), 0, "%s of %s falls as %s grows", q, s.Name, name)
				}
				break
			}
		}
	}
}

func bound(m *cost.Summary, s arch.Symbol) symbolic.Expr {
	for _, b := range m.Trace.Bound {
		if b.Name == s.Name {
			return b.Value
		}
	}
	return symbolic.Int(1)
}

// TestFoundingTable is design.md section 5, through the files that are shipped.
func TestFoundingTable(t *testing.T) {
	for name, want := range map[string]string{
		"plain": "90000", "add": "90000", "concat": "450000", "densenet": "15984", "doubling": "873810000", "halving": "45000", "heads": "99000",
	} {
		n, err := zoo.Scheme(name, false)
		require.NoError(t, err)
		m, err := cost.Summarize(cost.Subject{Name: name, Network: n}, cost.Options{})
		require.NoError(t, err)
		assert.Equal(t, want, m.Total.Of(cost.Params).ASCII(), name)
	}
}

// TestPublishedFormulas pins closed forms that papers and definitions print.
func TestPublishedFormulas(t *testing.T) {
	closed := func(name string) *cost.Closed {
		c, err := cost.Close(find(t, name), nil, cost.Options{})
		require.NoError(t, err)
		return c
	}
	assert.Equal(t, "97216*n - 21926", closed("cifar-resnet").Total.Of(cost.Params).ASCII())
	bc := closed("densenet-bc").Total.Of(cost.Params)
	assert.Contains(t, bc.Text(), "⌊", "rounding by compression stays visible")
	for _, c := range [][3]int64{{100, 12, 769162}, {250, 24, 15324406}, {190, 40, 25624430}} {
		n, err := bc.EvaluateInteger(symbolic.Bindings{"L": symbolic.Int(c[0]), "k": symbolic.Int(c[1])})
		require.NoError(t, err)
		assert.Zero(t, n.Cmp(big.NewInt(c[2])), "densenet-bc at %v is %s", c, n)
	}
	_, err := cost.Close(find(t, "densenet-bc").With(settings(t, "L=101")), nil, cost.Options{})
	require.ErrorContains(t, err, "times = (L−4)/6 for L = 101 is 97/6, not a whole number")
}

// TestBatchScales: work and activations are linear in the batch, what is stored of the network does not depend on it.
func TestBatchScales(t *testing.T) {
	for _, name := range []string{"resnet18", "densenet121", "unet"} {
		one, err := cost.Summarize(find(t, name), cost.Options{})
		require.NoError(t, err)
		many, err := cost.Summarize(find(t, name), cost.Options{Batch: symbolic.Int(7)})
		require.NoError(t, err)
		for _, q := range []cost.Quantity{cost.MACs, cost.FLOPs, cost.Activations} {
			assert.True(t, one.Total.Of(q).Mul(symbolic.Int(7)).Equal(many.Total.Of(q)), fmt.Sprint(name, q))
		}
		for _, q := range []cost.Quantity{cost.Params, cost.Buffers, cost.ParamBytes} {
			assert.True(t, one.Total.Of(q).Equal(many.Total.Of(q)), fmt.Sprint(name, q))
		}
	}
}
