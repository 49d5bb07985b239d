package sweep_test

import (
	"context"
	"math/rand"
	"os"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/symbolic/grid"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide/sweep"
)

// TestMain lets garbage be: at the usual rate collecting it takes a third of the time of these tests.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

func scheme(t testing.TB, name string) cost.Subject {
	t.Helper()
	n, err := zoo.Scheme(name, false)
	require.NoError(t, err)
	return cost.Subject{Name: name, Network: n}
}

func shipped(t testing.TB, name string) cost.Subject {
	t.Helper()
	m, err := zoo.Find(name)
	require.NoError(t, err)
	return cost.Subject{Name: m.Name, Network: m.Network, Set: m.Set}
}

// run keeps what a keeper keeps of a whole plan.
func run(t testing.TB, p *sweep.Plan, k sweep.Keeper) (sweep.Outcome, *sweep.Sweep) {
	t.Helper()
	s, err := sweep.New(p)
	require.NoError(t, err)
	o, err := s.Run(context.Background(), 0, s.Points(), 2, sweep.Kept(k), func(sweep.Outcome) error { return nil })
	require.NoError(t, err)
	require.Equal(t, s.Points(), o.Next)
	return o, s
}

func optimizers() sweep.Choice {
	c := sweep.Choice{Name: "optimizer"}
	for _, o := range cost.Optimizers() {
		c.Values = append(c.Values, sweep.Setting{Text: o.Name, Apply: func(options *cost.Options) { options.Optimizer = o }})
	}
	return c
}

// oneByOne prices a point as calc does.
func oneByOne(s cost.Subject, o cost.Options, axes []grid.Axis, values []int64) (*cost.Total, error) {
	set := map[string]symbolic.Expr{}
	for k, a := range axes {
		if _, own := s.Network.Symbol(a.Name); own {
			set[a.Name] = symbolic.Int(values[k])
		} else {
			o.Batch = symbolic.Int(values[k])
		}
	}
	s = s.With(set)
	t, err := trace.Resolve(s.Network, trace.Options{Set: s.Set})
	if err != nil {
		return nil, err
	}
	return cost.Of(t, o)
}

func TestSweepEqualsOneByOne(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for name, c := range map[string]struct {
		subjects []cost.Subject
		axes     []grid.Axis
		columns  []cost.Quantity
	}{
		"schemes": {
			[]cost.Subject{scheme(t, "concat"), scheme(t, "add"), scheme(t, "halving")},
			[]grid.Axis{grid.Range("L", 0, 12, 1), grid.Range("N", 1, 90, 7), grid.List("batch", 1, 0, 64)},
			[]cost.Quantity{cost.Params, cost.TrainingSavedBytes, cost.TrainingTotalBytes},
		},
		"counts that are not whole": {[]cost.Subject{shipped(t, "densenet-bc")}, []grid.Axis{grid.Range("L", 1, 60, 1), grid.List("k", 12, 24)}, []cost.Quantity{cost.Params, cost.MACs}},
		"symbols made of others":    {[]cost.Subject{shipped(t, "cifar-resnet"), shipped(t, "densenet")}, []grid.Axis{grid.Range("L", 2, 45, 1)}, []cost.Quantity{cost.Params, cost.MACs}},
		"sizes of maps":             {[]cost.Subject{shipped(t, "unet")}, []grid.Axis{grid.Range("S", 180, 300, 6)}, []cost.Quantity{cost.MACs, cost.Activations}},
		"no closed form":            {[]cost.Subject{scheme(t, "concat")}, []grid.Axis{grid.Range("L", 1, 6, 1), grid.Range("N", 3, 5, 1)}, []cost.Quantity{cost.InferencePeakBytes, cost.Params}},
		"beyond machine words":      {[]cost.Subject{scheme(t, "doubling")}, []grid.Axis{grid.Range("L", 2, 90, 8), grid.List("N", 1000, 7)}, []cost.Quantity{cost.Params, cost.FLOPs}},
		"paths":                     {[]cost.Subject{scheme(t, "concat")}, []grid.Axis{grid.Range("L", 2, 70, 8)}, []cost.Quantity{cost.Paths, cost.MeanPath, cost.GradientGain}},
	} {
		t.Run(name, func(t *testing.T) {
			p := &sweep.Plan{Subjects: c.subjects, Axes: c.axes, Choices: []sweep.Choice{optimizers()}, Columns: c.columns}
			all := sweep.NewAll(len(c.columns))
			o, s := run(t, p, all)
			require.NotEmpty(t, all.Points())
			assert.Equal(t, s.Points(), int64(len(all.Points()))+o.Missing)
			missing := int64(0)
			next := all.Points()
			for n := range s.Points() {
				values := make([]int64, len(c.axes))
				rest := n
				for k, a := range slices.Backward(c.axes) {
					values[k], rest = a.At(rest%a.Count), rest/a.Count
				}
				optimizer := cost.Optimizers()[rest%int64(len(cost.Optimizers()))]
				subject := c.subjects[rest/int64(len(cost.Optimizers()))]
				here := len(next) > 0 && next[0].Number == n
				if here {
					next = next[1:]
				}
				if r.Intn(4) > 0 && here {
					continue // a sample is enough
				}
				total, err := oneByOne(subject, cost.Options{Quantities: c.columns, Optimizer: optimizer}, c.axes, values)
				if slices.Contains(values, 0) && c.axes[len(c.axes)-1].Name == "batch" && values[len(values)-1] == 0 {
					err = assert.AnError // no batch is empty
				}
				require.Equal(t, err == nil, here, "%s at %v: %v", subject.Name, values, err)
				if err != nil {
					missing++
					continue
				}
				point := all.Points()[int64(len(all.Points())-len(next))-1]
				require.Equal(t, values, point.Values)
				for k, q := range c.columns {
					want, err := total.Of(q).Evaluate(nil)
					require.Equal(t, err == nil, point.Costs[k].Err == nil)
					if err == nil {
						require.Equal(t, want.RatString(), point.Costs[k].Number.RatString(), "%s of %s at %v", q, subject.Name, values)
					}
				}
			}
			assert.Equal(t, o.Missing, missing)
		})
	}
}

// plan is a grid of three schemes with ties in their costs.
func plan(t testing.TB, where string) *sweep.Plan {
	p := &sweep.Plan{
		Subjects: []cost.Subject{scheme(t, "concat"), scheme(t, "add"), scheme(t, "plain")},
		Axes:     []grid.Axis{grid.Range("L", 2, 40, 1), grid.Range("N", 10, 60, 5)},
		Columns:  []cost.Quantity{cost.Params, cost.MeanPath, cost.TrainingSavedBytes},
	}
	if where != "" {
		c, err := sweep.ParseCondition(where)
		require.NoError(t, err)
		p.Where = c
	}
	return p
}

func numbers(points []*sweep.Point) []int64 {
	var out []int64
	for _, p := range points {
		out = append(out, p.Number)
	}
	return out
}

func TestFrontIsWhatNoPointBeats(t *testing.T) {
	all := sweep.NewAll(3)
	run(t, plan(t, ""), all)
	for _, keys := range [][]sweep.Key{
		{{Column: 0}, {Column: 2}}, {{Column: 0}, {Column: 1, Most: true}}, {{Column: 0}, {Column: 1, Most: true}, {Column: 2}}, {{Column: 2}},
	} {
		var want []int64
		for _, p := range all.Points() {
			if !slices.ContainsFunc(all.Points(), func(q *sweep.Point) bool { return beats(q, p, keys) }) {
				want = append(want, p.Number)
			}
		}
		f := sweep.NewFront(3, keys...)
		run(t, plan(t, ""), f)
		got := numbers(f.Points())
		slices.Sort(got)
		assert.Equal(t, want, got, "%v", keys)
	}
}

func beats(a, b *sweep.Point, keys []sweep.Key) bool {
	better := false
	for _, k := range keys {
		c := a.Costs[k.Column].Number.Cmp(b.Costs[k.Column].Number)
		if k.Most {
			c = -c
		}
		if c > 0 {
			return false
		}
		better = better || c < 0
	}
	return better
}

func TestTopAndHistogram(t *testing.T) {
	all := sweep.NewAll(3)
	run(t, plan(t, ""), all)
	for _, key := range []sweep.Key{{Column: 0, Most: true}, {Column: 2}, {Column: 1}} {
		want := slices.Clone(all.Points())
		slices.SortStableFunc(want, func(a, b *sweep.Point) int {
			c := a.Costs[key.Column].Number.Cmp(b.Costs[key.Column].Number)
			if key.Most {
				c = -c
			}
			return c
		})
		top := sweep.NewTop(3, 25, key)
		run(t, plan(t, ""), top)
		assert.Equal(t, numbers(want[:25]), numbers(top.Points()))
	}
	h := sweep.NewHistogram(3, 0)
	run(t, plan(t, ""), h)
	sum := int64(0)
	for _, p := range h.Points() {
		from, to := sweep.Bin(p.Costs[0].Number)
		count := int64(0)
		for _, q := range all.Points() {
			if n := q.Costs[0].Number.Num(); n.Cmp(from) >= 0 && n.Cmp(to) < 0 {
				count++
			}
		}
		assert.Equal(t, count, p.Count, "%s to %s", from, to)
		sum += p.Count
	}
	assert.Equal(t, int64(len(all.Points())), sum)
}

func TestARunThatIsStopped(t *testing.T) {
	s, err := sweep.New(plan(t, "inference_peak_bytes>0 && L<12"))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	first := sweep.NewAll(3)
	o, err := s.Run(ctx, 0, s.Points(), 2, sweep.Kept(first), func(sweep.Outcome) error { cancel(); return nil })
	require.NoError(t, err)
	require.Less(t, o.Next, s.Points(), "it stopped")
	_, err = s.Run(context.Background(), o.Next, s.Points(), 2, sweep.Kept(first), func(sweep.Outcome) error { return nil })
	require.NoError(t, err)
	whole := sweep.NewAll(3)
	_, err = s.Run(context.Background(), 0, s.Points(), 1, sweep.Kept(whole), func(sweep.Outcome) error { return nil })
	require.NoError(t, err)
	assert.Equal(t, numbers(whole.Points()), numbers(first.Points()))
}

func TestOver(t *testing.T) {
	o, err := sweep.ParseOver([]string{"dtype"}, "L=2:200,N=16:1024:16,k=4:48:*2", "dtype=fp32,bf16,M=10,100,1000")
	require.NoError(t, err)
	assert.Equal(t, []grid.Axis{grid.Range("L", 2, 200, 1), grid.Range("N", 16, 1024, 16), grid.List("k", 4, 8, 16, 32), grid.List("M", 10, 100, 1000)}, o.Axes)
	assert.Equal(t, []sweep.Words{{Name: "dtype", Values: []string{"fp32", "bf16"}}}, o.Choices)
	for text, want := range map[string]string{
		"L=9:2": "empty", "L": "a name and its values", "": "a name", "L=": "not a whole number", "L=2:9:0": "at least 1", "L=1:9:*1": "at least 2", "L=1:2:3:4": "first:last:step",
		"L=1:10^30": "18 digits", "L=x": "not a whole number", "L=1,L=2": "two ranges", "L=0:9:*2": "begins at 1", "L=1/2": "not a whole number", "L=1:10^9:*2,1:10^9": "at most 1000000",
	} {
		_, err := sweep.ParseOver(nil, text)
		assert.ErrorContains(t, err, want, text)
	}
}

func TestGridsThatAreTooLarge(t *testing.T) {
	p := plan(t, "")
	p.Axes = []grid.Axis{grid.Range("L", 1, 1_000_000_000_000, 1), grid.Range("N", 1, 1_000_000_000_000, 1)}
	_, err := sweep.New(p)
	assert.ErrorContains(t, err, "the grid has 3000000000000000000000000 points")
}
