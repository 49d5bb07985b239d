package symbolic

import (
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/internal/fuzztest"
)

func parse(t testing.TB, text string) Expr {
	t.Helper()
	e, err := Parse(text, "theta")
	require.NoError(t, err, text)
	return e
}

func TestPrintsAsPeopleWrite(t *testing.T) {
	for _, c := range []struct{ in, text, ascii, order string }{
		{"(L-1)*N^2", "N²·(L−1)", "N^2*(L-1)", "Θ(N²·L)"},
		{"L^2*N^2/2 - L*N^2/2", "N²·L·(L−1)/2", "N^2*L*(L-1)/2", "Θ(L²·N²)"},
		{"k*(L-1)*(N + k*(L-2)/2)", "k·(L−1)·(N + k·(L−2)/2)", "k*(L-1)*(N + k*(L-2)/2)", "Θ(L·k·(L·k + N))"},
		{"N^2*(4^(L-1) - 1)/3", "N²·(4^(L−1) − 1)/3", "N^2*(4^(L-1) - 1)/3", "Θ(N²·4^L)"},
		{"(L-1)*N*floor(N/2)", "N·⌊N/2⌋·(L−1)", "N*floor(N/2)*(L-1)", "Θ(N²·L)"},
		{"(L-1)*(N^2 + N*M)", "N·(L−1)·(M + N)", "N*(L-1)*(M + N)", "Θ(L·N·(M + N))"},
		{"97216*n - 21926", "97216·n − 21926", "97216*n - 21926", "Θ(n)"},
		{"5000*L^2 - 5000*L", "5000·L·(L−1)", "5000*L*(L-1)", "Θ(L²)"},
		{"L*(L-1)*(L-2)/6", "L·(L−1)·(L−2)/6", "L*(L-1)*(L-2)/6", "Θ(L³)"},
		{"(L-1)^2*N", "N·(L−1)²", "N*(L-1)^2", "Θ(L²·N)"},
		{"floor(theta*c)", "⌊c·θ⌋", "floor(c*theta)", "Θ(c·θ)"},
		{"floor((S-1)/2) + 1", "⌊(S+1)/2⌋", "floor((S+1)/2)", "Θ(S)"},
		{"3 - N", "3 − N", "3 - N", "Θ(N)"},
		{"-3*x*y", "−3·x·y", "-3*x*y", "Θ(x·y)"},
		{"a/(a-b)", "a/(a − b)", "a/(a - b)", "Θ(a/(a + b))"},
		{"1/N", "1/N", "1/N", "Θ(1/N)"},
		{"N^2*L*(L-1)/(2*N*(L-1)*(L+N+3))", "L·N/(2·(L + N + 3))", "L*N/(2*(L + N + 3))", "Θ(L·N/(L + N))"},
		{"2^10", "1024", "1024", "Θ(1)"},
		{"0", "0", "0", "Θ(0)"},
		{"N - 1/2", "N − 1/2", "N - 1/2", "Θ(N)"},
		{"2^((L-4)/6)", "2^((L−4)/6)", "2^((L-4)/6)", "Θ(2^((L+2)/6))"},
		{"min(a, 3, b)", "min(a, b, 3)", "min(a, b, 3)", "Θ(a + b)"},
		{"round(c/3)", "⌊(c+1)/3⌋", "floor((c+1)/3)", "Θ(c)"},
		{"1.4*c - 0.4*c", "c", "c", "Θ(c)"},
	} {
		e := parse(t, c.in)
		assert.Equal(t, c.text, e.Text(), c.in)
		assert.Equal(t, c.ascii, e.ASCII(), c.in)
		assert.Equal(t, c.order, e.Order().Text(), c.in)
		back, err := Parse(e.ASCII(), "theta")
		require.NoError(t, err)
		assert.True(t, back.Equal(e), c.in)
	}
}

// TestMultiple holds the rule against the published code: int(v + 4) // 8 * 8, and 8 more where that is less than 0.9·v.
func TestMultiple(t *testing.T) {
	for v := int64(1); v <= 400; v++ {
		for _, w := range []int64{4, 5, 7, 14, 20} { // tenths
			x := v * w
			want := max(8, (x+40)/80*8)
			if 100*want < 9*x {
				want += 8
			}
			got, ok := Multiple(Rat(x, 10), Int(8)).Int64()
			require.True(t, ok)
			require.Equal(t, want, got, "%d/10", x)
		}
	}
	assert.Equal(t, "8", parse(t, "multiple(3, 8)").ASCII())
}

func TestLaTeX(t *testing.T) {
	assert.Equal(t, `\frac{N^{2} L \left(L-1\right)}{2}`, parse(t, "N^2*L*(L-1)/2").LaTeX())
	assert.Equal(t, `\left\lfloor \frac{S+1}{2} \right\rfloor`, parse(t, "ceil(S/2)").LaTeX())
	assert.Equal(t, `n_{1} \theta`, parse(t, "theta*n1").LaTeX())
	assert.Equal(t, `4^{L-1}`, parse(t, "4^(L-1)").LaTeX())
	assert.Equal(t, `\Theta(N^{2} L)`, parse(t, "N^2*L").Order().LaTeX())
}

func TestCanonicalForms(t *testing.T) {
	for _, c := range [][2]string{
		{"2^L*3^L", "6^L"},
		{"2^L*2^(-L)", "1"},
		{"2^(3*L)", "8^L"},
		{"4^(L-1)", "4^L/4"},
		{"c - floor(c/2) + floor(c/2)", "c"},
		{"floor(floor(S/2)/2)", "floor(S/4)"},
		{"floor(N)", "N"},
		{"floor(N + 1/2)", "N"},
		{"ceil(N/1)", "N"},
		{"(N^2 - 1)/(N - 1)", "N + 1"},
		{"1/(1/(N+1))", "N + 1"},
		{"min(3, 2, 4)", "2"},
		{"max(a, a)", "a"},
		{"min(min(a, b), a)", "min(b, a)"},
	} {
		assert.True(t, parse(t, c[0]).Equal(parse(t, c[1])), "%s is %s, not %s", c[0], parse(t, c[0]), c[1])
	}
	assert.False(t, parse(t, "floor(theta)").Equal(parse(t, "theta")), "a fraction keeps its brackets")
}

func TestEvaluate(t *testing.T) {
	e := parse(t, "N^2*L*(L-1)/2")
	n, err := e.EvaluateInteger(Bindings{"L": Int(1_000_000), "N": Int(10_000)})
	require.NoError(t, err)
	assert.Equal(t, "49999950000000000000", n.String())

	_, err = e.Evaluate(Bindings{"L": Int(3)})
	var unbound *UnboundError
	require.ErrorAs(t, err, &unbound)
	assert.Equal(t, []string{"N"}, unbound.Names)

	_, err = parse(t, "N/2").EvaluateInteger(Bindings{"N": Int(3)})
	var notWhole *NotWholeError
	require.ErrorAs(t, err, &notWhole)
	assert.Equal(t, "3/2", notWhole.Value.RatString())
}

func TestErrorsStick(t *testing.T) {
	e := Int(1).Div(Int(0))
	require.Error(t, e.Err())
	for _, f := range []Expr{e.Add(Int(1)), Int(1).Sub(e), e.Mul(Int(0)), e.Pow(Int(2)), e.Floor(), e.Ceil(), Min(e, Int(1)), e.Neg(), e.Substitute(Bindings{"N": Int(1)})} {
		assert.Equal(t, e.Err(), f.Err())
		assert.False(t, f.IsZero())
	}
	_, err := e.Evaluate(nil)
	assert.Equal(t, e.Err(), err)
	assert.Error(t, Symbol("N").Div(Symbol("M")).Substitute(Bindings{"M": Int(0)}).Err())
	width := parse(t, "4*i + 8")
	assert.Equal(t, "9*N", parse(t, "9*c*N/groups").Substitute(Bindings{"c": width, "groups": width}).ASCII(), "what is divided by may be what is there")
}

func TestNotSummable(t *testing.T) {
	_, err := parse(t, "i*floor(i/2)").SumOver("i", Int(0), Symbol("n"))
	var not *NotSummableError
	require.ErrorAs(t, err, &not)
	assert.Equal(t, "the sum of i·⌊i/2⌋ over i has no closed form", err.Error())
	_, err = parse(t, "1/i").SumOver("i", Int(1), Symbol("n"))
	require.ErrorAs(t, err, &not)
	_, err = parse(t, "i^100").SumOver("i", Int(1), Symbol("n"))
	require.ErrorAs(t, err, &not)
	_, err = SolveRecurrence(Int(0), Int(1), "i", Int(1))
	require.Error(t, err)
}

func TestSyntaxErrors(t *testing.T) {
	for _, c := range []struct {
		in, message, hint string
		offset            int
	}{
		{"", "an expression is missing", "", 0},
		{"a $ b", `unexpected character '$'`, "", 2},
		{"1e3", "numbers are written out", "write 1000", 1},
		{"10.", "a number ends in a point", "", 2},
		{"1.5e3", "numbers are written out", "write 1.5*10^3", 3},
		{"2k", "a sign is missing between 2 and k", "write 2*k", 1},
		{"2**k", `unexpected "**"`, "powers are written with ^", 1},
		{"(a", "the bracket is not closed", "", 0},
		{"a)", `unexpected ")"`, "", 1},
		{"a b", `a sign is missing before "b"`, "write * between factors", 2},
		{"1 + 2/0", "division by zero", "", 5},
		{"4^(1/2)", "the exponent 1/2 is not a whole number", "", 1},
		{"0^0", "0^0 is not defined", "", 1},
		{"foo(3)", `there is no function "foo"`, "functions are floor, ceil, round, multiple, min, max, prod and harmonic; a product needs *", 0},
		{"floor", "floor is a function", "write floor(…)", 0},
		{"floor(1, 2)", "floor takes one argument, not 2", "", 0},
		{"1 +", "the expression ends too early", "", 3},
	} {
		_, err := Parse(c.in)
		var syntax *SyntaxError
		require.ErrorAs(t, err, &syntax, c.in)
		assert.Equal(t, c.message, syntax.Message, c.in)
		assert.Equal(t, c.hint, syntax.Hint, c.in)
		assert.Equal(t, c.offset, syntax.Offset, c.in)
	}
}

func TestHostileInputFailsFast(t *testing.T) {
	start := time.Now()
	for _, in := range []string{
		"9^9^9^9", "(a+b+c+d)^900", "(a+b)^100000", "4^1000000000000", strings.Repeat("(", 5000), strings.Repeat("-", 9000),
		strings.Repeat("9", 9999) + "1234", "2" + strings.Repeat("^2", 3000), "(1/3)^(10^30)", strings.Repeat("a+", 6000),
		strings.Repeat("floor(", 300) + "a", "((a+b)^500*(c+d)^500)^500", strings.Repeat("1+", 4000) + "a^9999",
	} {
		_, err := Parse(in)
		assert.Error(t, err, in[:min(len(in), 40)])
	}
	assert.Less(t, time.Since(start), 20*time.Second)
	large := Int(4).Pow(Symbol("L")).Substitute(Bindings{"L": Int(1_000_000_000)})
	var tooLarge *TooLargeError
	require.True(t, errors.As(large.Err(), &tooLarge))
	assert.Contains(t, large.Err().Error(), "602,059,99")
	long := Int(7).Pow(Int(1_000)) // past what a float64 holds
	for base, said := range map[Expr]string{long: "(about 10^845)^20", long.Neg(): "(about -10^845)^20"} {
		assert.EqualError(t, base.Pow(Int(20)).Err(), said+" has about 16,901 digits, and at most 10000 are written out")
	}
}

// TestGrowthIsBounded doubles an expression again and again, which no single step can tell from the use it is meant for.
func TestGrowthIsBounded(t *testing.T) {
	for _, c := range []struct {
		start, name string
		step        func(Expr) Expr
	}{
		{"a", "squares of a symbol", func(e Expr) Expr { return e.Mul(e) }},
		{"2*a", "squares with a factor", func(e Expr) Expr { return e.Mul(e) }},
		{"a/3", "squares with a fraction", func(e Expr) Expr { return e.Mul(e) }},
		{"a + 1", "squares of a sum", func(e Expr) Expr { return e.Mul(e) }},
		{"1/a", "squares of an inverse", func(e Expr) Expr { return e.Mul(e) }},
		{"a", "roundings of roundings", func(e Expr) Expr { return FloorDiv(e, Int(5)).Add(FloorDiv(e, Int(7))) }},
		{"a", "extremes of extremes", func(e Expr) Expr { return Max(e, Int(1)).Add(Max(e, Int(2))) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			e := parse(t, c.start)
			for k := 0; k < 200 && e.Err() == nil; k++ {
				e = c.step(e)
			}
			var tooLarge *TooLargeError
			assert.ErrorAs(t, e.Err(), &tooLarge)
			assert.Less(t, time.Since(start), time.Minute)
		})
	}
}

func TestSize(t *testing.T) {
	assert.Equal(t, int64(1), Int(0).Size())
	assert.Equal(t, int64(1), Int(1<<62).Size())
	assert.Equal(t, int64(1), Symbol("n").Size())
	assert.Equal(t, int64(3), parse(t, "a*b + 2*a + b/3 + 4").Size())
	assert.Greater(t, parse(t, "9^900").Size(), int64(20))
	assert.Greater(t, parse(t, "floor((alpha + beta)/3)*floor((alpha + beta)/5)*floor((alpha + beta)/7)").Size(), int64(1))
}

func TestLinear(t *testing.T) {
	a, b, ok := parse(t, "3*c*k + c/2 + N").Linear("c")
	require.True(t, ok)
	assert.Equal(t, "3*k + 1/2", a.ASCII())
	assert.Equal(t, "N", b.ASCII())
	for _, not := range []string{"c^2", "floor(c/2)", "1/c", "2^c", "c*floor(c/2)"} {
		_, _, ok := parse(t, not).Linear("c")
		assert.False(t, ok, not)
	}
}

func TestBigNumbers(t *testing.T) {
	n, ok := new(big.Int).SetString("1"+strings.Repeat("0", 40), 10)
	require.True(t, ok)
	e := BigInt(n).Mul(BigInt(n)).Add(Int(1)).Sub(Int(1)).Div(BigInt(n))
	got, whole := e.Integer()
	require.True(t, whole)
	assert.Zero(t, got.Cmp(n))
	// Sums and products across the border of 64 bits.
	edge := Int(1<<62 + 5)
	for _, f := range []Expr{edge.Add(edge), edge.Mul(edge), edge.Neg().Sub(edge), edge.Mul(Int(-7))} {
		_, small := f.Int64()
		assert.False(t, small, f.ASCII())
	}
	assert.True(t, edge.Add(edge).Sub(edge).Equal(edge))
	assert.True(t, edge.Mul(edge).Div(edge).Equal(edge))
}

func BenchmarkConstantMul(b *testing.B) {
	x, y := Int(123456), Int(789)
	for b.Loop() {
		_ = x.Mul(y).Add(y)
	}
}

func BenchmarkSumOver(b *testing.B) {
	e := parse(b, "i^2*N + i*k*N + 2^i")
	for b.Loop() {
		if _, err := e.SumOver("i", Int(0), Symbol("L")); err != nil {
			b.Fatal(err)
		}
	}
}

// somewhere gives each symbol of an expression a number that has nothing to do with those of others.
func somewhere(e Expr) Bindings {
	at := Bindings{}
	for k, name := range e.Symbols() {
		at[name] = Int(int64(k*k + 7*k + 5))
	}
	return at
}

func FuzzParse(tested *testing.F) {
	f := fuzztest.New(tested)
	for _, seed := range []string{
		"N^2*L*(L-1)/2", "floor((S+1)/2)", "min(a, max(b, 3))", "4^(L-1)", "k·(L−1)", "⌊θ·c⌋", "(L - 4)/6", "2^((L-4)/6)",
		"1/(a-b)", "--+-3", "10.5", "1e3", "((((", "a^-2", "(1/2)^n", "9^9^9",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 200 {
			return
		}
		e, err := Parse(text)
		if err != nil {
			var syntax *SyntaxError
			require.ErrorAs(t, err, &syntax)
			require.LessOrEqual(t, syntax.Offset, len(text))
			return
		}
		printed := e.ASCII()
		if len(printed) > MaxLength/2 {
			return
		}
		back, err := Parse(printed)
		require.NoError(t, err, printed)
		if back.Equal(e) {
			return
		}
		// Nested fractions may print in another order of division; their values are the same.
		require.Contains(t, printed, "/(", "%q printed %q, which reads as %q", text, printed, back.ASCII())
		at := somewhere(e)
		want, wantErr := e.Evaluate(at)
		got, err := back.Evaluate(at)
		if wantErr == nil && err == nil {
			require.Zero(t, want.Cmp(got), "%q printed %q, which reads as %q", text, printed, back.ASCII())
		}
	})
}

func TestEqualQuotients(t *testing.T) {
	for _, c := range [][2]string{
		{"(a-b)^-2", "1/(a-b)^2"}, {"(b-a)^-2", "1/(a-b)^2"}, {"(a+b)^-3", "1/(a+b)^3"}, {"(2*a-2*b)^-2", "1/(4*(a-b)^2)"},
		{"(a*b-b)^-1", "1/(b*(a-1))"}, {"(a^2+2*a+1)^-1", "(a+1)^-2"}, {"(a*b-b)/b/(a-1)", "1"}, {"a + 1/(a+b)", "(a*(a+b) + 1)*(a+b)^-1"},
	} {
		x, y := parse(t, c[0]), parse(t, c[1])
		assert.True(t, x.Equal(y), "%s is %s", c[0], c[1])
		assert.True(t, y.Equal(x), "%s is %s", c[1], c[0])
		assert.False(t, x.Equal(y.Add(Int(1))), c[0])
		assert.False(t, x.Equal(parse(t, "1/(a+2*b)")), c[0])
	}
}
