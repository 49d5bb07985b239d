package grid_test

import (
	"fmt"
	"math/big"
	"math/rand"
	"strings"
	"testing"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/symbolic/grid"
	"github.com/skipcost/skipcost/internal/fuzztest"
)

// parsed are expressions of their texts.
func parsed(t testing.TB, texts ...string) []symbolic.Expr {
	t.Helper()
	var out []symbolic.Expr
	for _, text := range texts {
		e, err := symbolic.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

// check compares every point of a grid with the expressions evaluated there one by one.
func check(t *testing.T, axes []grid.Axis, exprs []symbolic.Expr, chunk int64) {
	t.Helper()
	p := grid.Compile(axes, exprs)
	r := p.Reader()
	axes = p.Axes()
	last := axes[len(axes)-1]
	var walk func(axis int, at symbolic.Bindings)
	walk = func(axis int, at symbolic.Bindings) {
		if axis < len(axes)-1 {
			for k := range axes[axis].Count {
				r.Bind(axis, axes[axis].At(k))
				at[axes[axis].Name] = symbolic.Int(axes[axis].At(k))
				walk(axis+1, at)
			}
			return
		}
		for from := int64(0); from < last.Count; from += chunk {
			to := min(from+chunk, last.Count)
			columns := r.Row(from, to)
			for place := from; place < to; place++ {
				at[last.Name] = symbolic.Int(last.At(place))
				for k, e := range exprs {
					want, err := e.Evaluate(at)
					got := columns[k].At(int(place - from))
					if err != nil && got.Err != nil {
						continue
					}
					if err != nil || got.Err != nil || want.Cmp(got.Number) != 0 {
						t.Fatalf("%s at %v is %s (%v), not %s (%v)", e, at, want, err, got.Number, got.Err)
					}
				}
			}
		}
	}
	walk(0, symbolic.Bindings{})
}

func TestGridEqualsOneByOne(t *testing.T) {
	for name, c := range map[string]struct {
		axes  []grid.Axis
		exprs []string
	}{
		"founding example": {
			[]grid.Axis{grid.Range("L", 2, 20, 3), grid.List("N", 100, 16, 1, 7)},
			[]string{"N^2*L*(L-1)/2", "(L-1)*N^2", "(L-1)*N*floor(N/2)", "N^2*(4^(L-1) - 1)/3", "12", "L/2", "0"},
		},
		"one axis":             {[]grid.Axis{grid.Range("L", 0, 40, 1)}, []string{"3^L", "L^5 - 3*L", "ceil(L/3)*L", "1/(L+1)", "1/L", "min(L, 7)", "max(L, 7, 2*L - 9)"}},
		"signs":                {[]grid.Axis{grid.Range("a", -9, 9, 1), grid.Range("b", -5, 5, 2)}, []string{"a*b", "floor(a/3)", "floor((a - b)/4)*b", "2^a", "(-2)^(a+9)", "a^2*b/6", "min(a, b)*max(a, b)"}},
		"functions in another": {[]grid.Axis{grid.Range("L", 1, 9, 1), grid.Range("N", 1, 30, 1), grid.List("k", 2, 5)}, []string{"floor((floor(N/2) + L)/3)*k", "2^floor(N/7)*k", "floor(2^L/5)", "min(floor(k/2), N)^2"}},
		"beyond a word":        {[]grid.Axis{grid.Range("L", 1, 5, 1), grid.List("N", 1, 1_000_000_000, -3)}, []string{"N^3*L", "N^3*L*(L-1)/2", "N^7", "floor(N^3/7)", "min(N^3, L)", "-N^3 + 3^L"}},
		"none":                 {nil, []string{"5", "7/2"}},
	} {
		t.Run(name, func(t *testing.T) { check(t, c.axes, parsed(t, c.exprs...), 7) })
	}
}

func TestUnboundSymbols(t *testing.T) {
	r := grid.Compile([]grid.Axis{grid.Range("L", 1, 2, 1)}, parsed(t, "L*N")).Reader()
	if err := r.Row(0, 2)[0].At(1).Err; err == nil || !strings.Contains(err.Error(), "no value is given for N") {
		t.Errorf("%v, not that N has no value", err)
	}
}

// randomExpr is an expression of the axes a, b and c.
func randomExpr(r *rand.Rand, depth int) string {
	if depth == 0 {
		return []string{"a", "b", "c", fmt.Sprint(r.Intn(9) - 4), fmt.Sprintf("%d/%d", r.Intn(7), r.Intn(4)+1)}[r.Intn(5)]
	}
	x, y := randomExpr(r, depth-1), randomExpr(r, depth-1)
	switch r.Intn(8) {
	case 0:
		return "floor((" + x + ")/3)"
	case 1:
		return "min(" + x + ", " + y + ")"
	case 2:
		return "max(" + x + ", " + y + ")"
	case 3:
		return "2^floor(" + x + ")"
	case 4, 5:
		return "(" + x + ")*(" + y + ")"
	}
	return strings.Join([]string{"(" + x, y + ")"}, []string{" + ", " - "}[r.Intn(2)])
}

func FuzzGrid(tested *testing.F) {
	f := fuzztest.New(tested)
	for seed := range int64(20) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed int64) {
		r := rand.New(rand.NewSource(seed))
		var exprs []symbolic.Expr
		for range 1 + r.Intn(3) {
			if e, err := symbolic.Parse(randomExpr(r, 1+r.Intn(4))); err == nil {
				exprs = append(exprs, e)
			}
		}
		scale := []int64{1, 1000, 1 << 40}[r.Intn(3)]
		check(t, []grid.Axis{
			grid.Range("a", -1, 2+int64(r.Intn(4)), 1), grid.List("b", int64(r.Intn(9)), -2, scale), grid.Range("c", int64(r.Intn(5)), 5*scale, max(1, scale)),
		}, exprs, 4)
	})
}

func TestWideNumbers(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 2000 {
		a := new(big.Int).Rand(r, new(big.Int).Lsh(big.NewInt(1), uint(r.Intn(126)+1)))
		if r.Intn(2) == 0 {
			a.Neg(a)
		}
		if b := grid.WideOf(a).Big(); a.Cmp(b) != 0 {
			t.Fatalf("%s comes back as %s", a, b)
		}
	}
}

func BenchmarkTwoPolynomials(b *testing.B) {
	p := grid.Compile([]grid.Axis{grid.Range("k", 4, 48, 4), grid.Range("L", 2, 1001, 1), grid.Range("N", 16, 1039, 1)}, parsed(b, "N^2*L*(L-1)/2*k", "(L-1)*N^2 + 3*N*k"))
	benchmark(b, p)
}

func BenchmarkFloors(b *testing.B) {
	p := grid.Compile([]grid.Axis{grid.Range("k", 4, 48, 4), grid.Range("L", 2, 1001, 1), grid.Range("N", 16, 1039, 1)}, parsed(b, "(L-1)*N*floor(N/2)", "floor(N*k/3)*L"))
	benchmark(b, p)
}

// benchmark reads rows of 1,024 points.
func benchmark(b *testing.B, p *grid.Program) {
	r := p.Reader()
	b.ResetTimer()
	for n := range b.N {
		r.Bind(1, int64(n%1000+2))
		r.Row(0, 1024)
	}
	b.ReportMetric(1024*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpoints/s")
}
