package symbolic

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"math/big"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kinds gives an example of every kind of atom by the name of its type.
func kinds() map[string]string {
	return map[string]string{
		"symbol": "N", "floor": "floor(N/2)", "extreme": "min(N, L)", "power": "2^N", "divisor": "1/(N + 1)", "running": "prod(1/6, 2, N)", "harmonic": "harmonic(3/2, N + 1/2)",
	}
}

// TestEveryKindOfAtomIsTried finds the kinds in the source: the types that a visitor is told of.
func TestEveryKindOfAtomIsTried(t *testing.T) {
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	found := map[string]int{}
	for _, name := range names {
		file, err := goparser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "visit" {
				continue
			}
			if receiver, ok := f.Recv.List[0].Type.(*ast.Ident); ok {
				found[receiver.Name]++
			}
		}
	}
	delete(found, "ofOrders") // stands in no expression
	tried := kinds()
	for name := range found {
		assert.Contains(t, tried, name, "a kind without an example")
	}
	assert.Len(t, found, len(tried))
}

func TestKindsKeepTheLaws(t *testing.T) {
	for name, text := range kinds() {
		t.Run(name, func(t *testing.T) {
			e := parse(t, text)
			assert.True(t, parse(t, e.ASCII()).Equal(e), "reads what it writes")
			assert.NotEmpty(t, e.Text())
			assert.NotEmpty(t, e.LaTeX())
			assert.True(t, e.NeverNegative())
			assert.Contains(t, e.Symbols(), "N")
			assert.True(t, e.Mul(e).Equal(e.Pow(Int(2))))
			assert.True(t, e.Mul(e.inverse()).Substitute(Bindings{"N": Int(7), "L": Int(3)}).IsOne(), "what is divided by itself is 1")
			assert.True(t, e.Sub(e).IsZero())
			assert.True(t, e.Substitute(Bindings{"x": Int(3)}).Equal(e), "nothing to substitute")
			half := e.Substitute(Bindings{"N": Symbol("M")}).Substitute(Bindings{"M": Int(7), "L": Int(3)})
			assert.True(t, half.Equal(e.Substitute(Bindings{"N": Int(7), "L": Int(3)})))
			assert.True(t, half.isConstant())
			assert.Equal(t, half.IsWhole(), e.IsWhole())
			assert.NotEqual(t, "Theta(0)", e.Order().ASCII())
		})
	}
}

// TestFunctionsAreRead calls every function by its name.
func TestFunctionsAreRead(t *testing.T) {
	for _, f := range Functions() {
		assert.NotEmpty(t, f.Doc)
		if f.takes > 1 {
			continue
		}
		e := parse(t, f.Name+"(7/2)")
		assert.True(t, e.isConstant())
		_, err := Parse(f.Name)
		assert.ErrorContains(t, err, f.Name+" is a function")
		assert.True(t, parse(t, parse(t, f.Name+"(N/2)").ASCII()).Equal(parse(t, f.Name+"(N/2)")))
	}
	assert.Equal(t, []string{"floor", "ceil", "round", "multiple", "min", "max", "prod", "harmonic"}, FunctionNames())
}

func TestFractionsOfWords(t *testing.T) {
	const least = -1 << 63
	edges := []int64{least, least + 1, -1 << 62, -1<<62 - 1, -3, -1, 0, 1, 2, 1 << 31, 1<<62 - 1, 1 << 62, 1<<63 - 1}
	for _, a := range edges {
		for _, b := range edges {
			for _, c := range []int64{1, 2, 3, 1<<62 + 1, 1<<63 - 1} {
				x, y := Rat(a, c), Int(b)
				ra, rb := big.NewRat(a, c), big.NewRat(b, 1)
				assertRat(t, add(ra, rb), x.Add(y))
				assertRat(t, sub(ra, rb), x.Sub(y))
				assertRat(t, mul(ra, rb), x.Mul(y))
				assertRat(t, sub(rb, ra), y.Sub(x))
				assertRat(t, mul(ra, ra), x.Mul(x))
				assertRat(t, add(ra, ra), x.Add(x))
				assertRat(t, floorOf(ra), x.Floor())
				if b != 0 {
					assertRat(t, quo(ra, rb), x.Div(y))
				}
			}
		}
	}
}

// A running product is what its factors come to, and grows as a root.
func TestRunningProduct(t *testing.T) {
	e := parse(t, "prod(1/6, 2, L - 1)")
	assert.Equal(t, "Π_{j=2…L−1}(1 + 1/(6·j))", e.Text())
	assert.Equal(t, `\prod_{j=2}^{L-1}\left(1 + \frac{1}{6 j}\right)`, e.LaTeX())
	assert.Equal(t, "Θ(L^(1/6))", e.Order().Text())
	assert.Equal(t, "Θ(L^(−1/6))", parse(t, "1/prod(1/6, 2, L)").Order().Text())
	assert.True(t, e.Substitute(Bindings{"L": Int(2)}).IsOne())
	want := parse(t, "(1 + 1/12)*(1 + 1/18)*(1 + 1/24)")
	assert.True(t, e.Substitute(Bindings{"L": Int(5)}).Equal(want))
	assert.Error(t, e.Substitute(Bindings{"L": Int(1)}).Err())
	assert.Error(t, e.Substitute(Bindings{"L": Int(1_000_000)}).Err())
	for _, bad := range []string{"prod(N, 2, 3)", "prod(1, 0, 3)", "prod(-2, 1, 3)", "prod(1, 2)"} {
		_, err := Parse(bad)
		assert.Error(t, err, bad)
	}
}

// rebuilt makes an atom again of what it tells a visitor.
type rebuilt struct{ e Expr }

func (r *rebuilt) Symbol(name string) { r.e = Symbol(name) }
func (r *rebuilt) Floor(inside Expr)  { r.e = inside.Floor() }
func (r *rebuilt) Extreme(greatest bool, args []Expr) {
	if r.e = Min(args...); greatest {
		r.e = Max(args...)
	}
}
func (r *rebuilt) Power(base *big.Rat, exponent Expr) { r.e = BigRat(base).Pow(exponent) }
func (r *rebuilt) Divisor(sum Expr)                   { r.e = sum }
func (r *rebuilt) Running(step, from *big.Rat, to Expr) {
	r.e = RunningProduct(BigRat(step), BigRat(from), to)
}
func (r *rebuilt) Harmonic(from *big.Rat, to Expr) {
	r.e = Harmonic(BigRat(from), to)
}

func TestTermsAddUpToTheExpression(t *testing.T) {
	for name, text := range kinds() {
		t.Run(name, func(t *testing.T) {
			e := parse(t, "5/3 + 2*N*L - ("+text+")*N^2")
			var sum Expr
			for _, term := range e.Terms() {
				product := BigRat(term.Coefficient)
				for _, f := range term.Factors {
					var r rebuilt
					f.Atom.Visit(&r)
					product = product.Mul(r.e.Pow(Int(int64(f.Power))))
				}
				sum = sum.Add(product)
			}
			assert.True(t, sum.Equal(e), "%s is not %s", sum.ASCII(), e.ASCII())
		})
	}
}

// A sum of reciprocals is what they come to, and grows as a logarithm.
func TestHarmonic(t *testing.T) {
	e := parse(t, "2*harmonic(4, L + 1)")
	assert.Equal(t, "2·Σ_{j=4…L+1}(1/j)", e.Text())
	assert.Equal(t, `2 \sum_{j=4}^{L+1}\left(\frac{1}{j}\right)`, e.LaTeX())
	assert.Equal(t, "Θ(log(L))", e.Order().Text())
	assert.Equal(t, "Θ(L·log(L))", e.Mul(Symbol("L")).Order().Text())
	assert.Equal(t, "0", e.Substitute(Bindings{"L": Int(2)}).Text())
	assert.Equal(t, "37/30", e.Substitute(Bindings{"L": Int(5)}).Text())
	var large *TooLargeError
	assert.ErrorAs(t, e.Substitute(Bindings{"L": Int(1_000_000_000)}).Err(), &large)
	for _, bad := range []string{"harmonic(N, 2)", "harmonic(0, 3)", "harmonic(1, 1/2)", "harmonic(3, 1)"} {
		_, err := Parse(bad)
		assert.Error(t, err, bad)
	}
}

func TestExtremesThatAreNeverNegative(t *testing.T) {
	for text, want := range map[string]bool{
		"max(0, 2 - i)": true, "max(i - 9, N)": true, "max(i - 9, 2 - i)": false, "max(i - 9, -1)": false,
		"min(N, i)": true, "min(N, 2 - i)": false, "min(N, -1)": false,
	} {
		assert.Equal(t, want, parse(t, text).NeverNegative(), text)
	}
}
