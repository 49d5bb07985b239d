package sweep_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/big"
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
	"github.com/skipcost/skipcost/report"
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

func TestConditions(t *testing.T) {
	all := sweep.NewAll(3)
	run(t, plan(t, ""), all)
	costs := func(p *sweep.Point, k int) *big.Rat { return p.Costs[k].Number }
	for where, holds := range map[string]func(p *sweep.Point) bool{
		"params<=10k":                        func(p *sweep.Point) bool { return costs(p, 0).Cmp(big.NewRat(10_000, 1)) <= 0 },
		"mean_path > 5 && N == 25":           func(p *sweep.Point) bool { return costs(p, 1).Cmp(big.NewRat(5, 1)) > 0 && p.Values[1] == 25 },
		"L < 4 || (N > 50 && L >= 39)":       func(p *sweep.Point) bool { return p.Values[0] < 4 || p.Values[1] > 50 && p.Values[0] >= 39 },
		"!(params != N^2*(L-1))":             func(p *sweep.Point) bool { return costs(p, 0).Num().Int64() == p.Values[1]*p.Values[1]*(p.Values[0]-1) },
		"(L + N)*2 >= 150 && macs = params":  func(p *sweep.Point) bool { return (p.Values[0]+p.Values[1])*2 >= 150 },
		"training_saved_bytes < 1.5KiB":      func(p *sweep.Point) bool { return costs(p, 2).Cmp(big.NewRat(1536, 1)) < 0 },
		"inference_peak_bytes*0 + batch > 1": func(*sweep.Point) bool { return false },
	} {
		t.Run(where, func(t *testing.T) {
			if where == "inference_peak_bytes*0 + batch > 1" && testing.Short() {
				t.Skip("prices every point by itself")
			}
			some := sweep.NewAll(3)
			run(t, plan(t, where), some)
			var want []int64
			for _, p := range all.Points() {
				if holds(p) {
					want = append(want, p.Number)
				}
			}
			assert.Equal(t, want, numbers(some.Points()))
		})
	}
}

func numbers(points []*sweep.Point) []int64 {
	var out []int64
	for _, p := range points {
		out = append(out, p.Number)
	}
	return out
}

func TestConditionsThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"params": "compares nothing", "params<=": "expression", "params<=1M)": "", "(params<=1M": "", "params<=1M && ": "compares nothing", "a < b < c": "",
		"params<=1Q": "", "": "compares nothing", "!": "compares nothing", "(a<1)(b<1)": "left over",
	} {
		_, err := sweep.ParseCondition(text)
		require.Error(t, err, text)
		assert.ErrorContains(t, err, want, text)
	}
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

// TestShardsJoinToTheWhole writes ranges of every kind of sweep to interim files and joins them.
func TestShardsJoinToTheWhole(t *testing.T) {
	for _, keep := range []sweep.Keep{
		{What: sweep.KeepRows}, {What: sweep.KeepFront, By: []string{"min:params", "max:mean_path"}},
		{What: sweep.KeepTop, By: []string{"max:training_saved_bytes"}, Most: 7}, {What: sweep.KeepHistogram, By: []string{"max:params"}},
	} {
		t.Run(keep.What, func(t *testing.T) {
			s, err := sweep.New(plan(t, "params<=100k"))
			require.NoError(t, err)
			g := s.Grid(keep, nil)
			whole, err := g.Keeper()
			require.NoError(t, err)
			_, err = s.Run(context.Background(), 0, s.Points(), 2, sweep.Kept(whole), func(sweep.Outcome) error { return nil })
			require.NoError(t, err)
			joined, err := g.Keeper()
			require.NoError(t, err)
			for shard := range int64(5) {
				from, to := g.Range(shard+1, 5)
				file := interim(t, s, g, from, to)
				read, err := sweep.ReadInterim(&file, func(h *sweep.Header) error {
					assert.True(t, g.Same(h.Grid))
					return nil
				}, joined.Restore)
				require.NoError(t, err)
				assert.Equal(t, to, read.Next)
			}
			assert.Equal(t, len(whole.Points()), len(joined.Points()))
			for k, p := range whole.Points() {
				assert.Equal(t, fmt.Sprint(*p), fmt.Sprint(*joined.Points()[k]))
			}
		})
	}
}

// interim runs a range into an interim file.
func interim(t *testing.T, s *sweep.Sweep, g *sweep.Grid, from, to int64) bytes.Buffer {
	t.Helper()
	var file bytes.Buffer
	w, err := sweep.NewWriter(&file, sweep.Header{Version: "test", Grid: g, From: from, To: to})
	require.NoError(t, err)
	k, err := g.Keeper()
	require.NoError(t, err)
	o, err := s.Run(context.Background(), from, to, 2, sweep.Kept(k), func(sweep.Outcome) error { return nil })
	require.NoError(t, err)
	for _, p := range k.Points() {
		require.NoError(t, w.Point(p))
	}
	require.NoError(t, w.End(o, 0))
	return file
}

func TestInterimFilesThatWereChanged(t *testing.T) {
	s, err := sweep.New(plan(t, "L<5"))
	require.NoError(t, err)
	g := s.Grid(sweep.Keep{What: sweep.KeepRows}, nil)
	file := interim(t, s, g, 0, 40)
	text := file.Bytes()
	read := func(b []byte) error {
		_, err := sweep.ReadInterim(bytes.NewReader(b), func(*sweep.Header) error { return nil }, func(*sweep.Point) error { return nil })
		return err
	}
	require.NoError(t, read(text))
	assert.ErrorContains(t, read(bytes.Replace(text, []byte(`"to":40`), []byte(`"to":41`), 1)), "changed")
	assert.ErrorContains(t, read(text[:len(text)/2]), "whole")
	assert.ErrorContains(t, read(nil), "no file of a sweep")
	assert.ErrorContains(t, read([]byte("{}\n")), "no file of a sweep")
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

func BenchmarkFront(b *testing.B) {
	benchmark(b, []cost.Subject{scheme(b, "concat")}, func() sweep.Keeper { return sweep.NewFront(2, sweep.Key{Column: 0}, sweep.Key{Column: 1}) })
}

func BenchmarkFrontOfFloors(b *testing.B) {
	benchmark(b, []cost.Subject{scheme(b, "halving")}, func() sweep.Keeper { return sweep.NewFront(2, sweep.Key{Column: 0}, sweep.Key{Column: 1}) })
}

func BenchmarkTop(b *testing.B) {
	benchmark(b, []cost.Subject{scheme(b, "concat")}, func() sweep.Keeper { return sweep.NewTop(2, 20, sweep.Key{Column: 0, Most: true}) })
}

func BenchmarkHistogram(b *testing.B) {
	benchmark(b, []cost.Subject{scheme(b, "concat")}, func() sweep.Keeper { return sweep.NewHistogram(2, 0) })
}

// benchmark goes over two million points of two costs on one core.
func benchmark(b *testing.B, subjects []cost.Subject, keeper func() sweep.Keeper) {
	s, err := sweep.New(&sweep.Plan{
		Subjects: subjects, Axes: []grid.Axis{grid.Range("L", 2, 1025, 1), grid.Range("N", 16, 2063, 1)},
		Columns: []cost.Quantity{cost.Params, cost.TrainingSavedBytes},
	})
	require.NoError(b, err)
	for b.Loop() {
		_, err := s.Run(context.Background(), 0, s.Points(), 1, sweep.Kept(keeper()), func(sweep.Outcome) error { return nil })
		require.NoError(b, err)
	}
	b.ReportMetric(float64(s.Points())*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpoints/s")
}

func BenchmarkRows(b *testing.B) {
	s, err := sweep.New(&sweep.Plan{
		Subjects: []cost.Subject{scheme(b, "concat")}, Axes: []grid.Axis{grid.Range("L", 2, 129, 1), grid.Range("N", 16, 2063, 1)},
		Columns: []cost.Quantity{cost.Params, cost.MACs},
	})
	require.NoError(b, err)
	rows := report.SweepCSV{Grid: s.Grid(sweep.Keep{What: sweep.KeepRows}, nil)}
	for b.Loop() {
		_, err := s.Run(context.Background(), 0, s.Points(), 1, sweep.Written(io.Discard, rows), func(sweep.Outcome) error { return nil })
		require.NoError(b, err)
	}
	b.ReportMetric(float64(s.Points())*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}
