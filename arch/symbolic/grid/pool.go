package grid

import (
	"math/big"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Limits of compilation; an expression beyond them is computed exactly, point by point.
const (
	maxTerms = 512
	maxPower = 16
	maxTable = 126 // entries of a table of powers but the first
)

// pool is all variables of a program: the axes first, and each function behind those that it reads.
type pool struct {
	axes      []Axis
	variables []variable
	known     map[string]int // by the key of its atom
}

func newPool(axes []Axis) *pool {
	p := &pool{axes: axes, known: map[string]int{}}
	for k, a := range axes {
		p.variables = append(p.variables, variable{level: k, bound: a.bound()})
		p.known[symbolKey(a.Name)] = k
	}
	return p
}

func symbolKey(name string) string { return "name " + name }

// polynomial is an expression over the variables of the pool; false where it has another form, or grows beyond all limits.
func (p *pool) polynomial(e symbolic.Expr) (polynomial, bool) {
	out := polynomial{denominator: 1, bound: big.NewInt(1)}
	terms := e.Terms()
	if e.Err() != nil || len(terms) > maxTerms {
		return out, false
	}
	common := big.NewInt(1)
	for _, t := range terms {
		d := t.Coefficient.Denom()
		common.Mul(common, new(big.Int).Quo(d, new(big.Int).GCD(nil, nil, common, d)))
	}
	if !common.IsInt64() {
		return out, false
	}
	out.denominator = common.Int64()
	for _, t := range terms {
		made, ok := p.product(t, &out)
		if !ok {
			return out, false
		}
		scaled := new(big.Rat).Mul(t.Coefficient, new(big.Rat).SetInt(common))
		made.coefficient = new(big.Int).Set(scaled.Num())
		out.bound.Add(out.bound, p.boundOf(made))
		out.terms = append(out.terms, made)
	}
	for out.width < exact && out.bound.BitLen() > out.width.bits() {
		out.width++
	}
	return out, out.width < exact
}

// product is the factors of a term, for a polynomial whose level and width they raise.
func (p *pool) product(t symbolic.Term, of *polynomial) (product, bool) {
	out := product{powers: map[int]int{}}
	for _, f := range t.Factors {
		v, ok := p.variable(f.Atom)
		if !ok || f.Power < 0 || f.Power > maxPower {
			return out, false
		}
		out.powers[v] += f.Power
		of.level = max(of.level, p.variables[v].level)
		of.width = max(of.width, p.variables[v].width)
	}
	return out, true
}

func (p *pool) boundOf(t product) *big.Int {
	out := new(big.Int).Abs(t.coefficient)
	for v, power := range t.powers {
		out.Mul(out, new(big.Int).Exp(p.variables[v].bound, big.NewInt(int64(power)), nil))
	}
	return out
}

// variable is the number of an atom, which is added to the pool where it is new.
func (p *pool) variable(a symbolic.Atom) (int, bool) {
	r := recognizer{pool: p}
	a.Visit(&r)
	if r.name != nil {
		k, ok := p.known[symbolKey(*r.name)]
		return k, ok
	}
	if !r.ok {
		return 0, false
	}
	key := "atom " + a.Key()
	if k, ok := p.known[key]; ok {
		return k, true
	}
	v := variable{is: r.is, bound: r.bound}
	for _, read := range r.is.reads {
		v.level, v.width = max(v.level, read.level), max(v.width, read.width)
	}
	for v.width < exact && v.bound.BitLen() > v.width.bits() {
		v.width++
	}
	p.known[key] = len(p.variables)
	p.variables = append(p.variables, v)
	return len(p.variables) - 1, v.width < exact
}

// recognizer turns an atom into a function. Divisors, running products and sums have none that is whole.
type recognizer struct {
	pool  *pool
	name  *string // of a symbol
	is    function
	bound *big.Int
	ok    bool
}

// Symbol is an axis.
func (r *recognizer) Symbol(name string) { r.name = &name }

// Floor rounds a polynomial.
func (r *recognizer) Floor(inside symbolic.Expr) {
	read, ok := r.pool.polynomial(inside)
	if r.ok = ok; ok {
		r.is = function{rounds: true, reads: []polynomial{read}}
		r.bound = new(big.Int).Quo(read.bound, big.NewInt(read.denominator))
		r.bound.Add(r.bound, big.NewInt(1))
	}
}

// Extreme compares polynomials with whole coefficients.
func (r *recognizer) Extreme(greatest bool, args []symbolic.Expr) {
	r.is = function{extreme: true, greatest: greatest}
	r.bound = big.NewInt(1)
	for _, a := range args {
		read, ok := r.pool.polynomial(a)
		if !ok || read.denominator != 1 {
			return
		}
		if read.bound.Cmp(r.bound) > 0 {
			r.bound = read.bound
		}
		r.is.reads = append(r.is.reads, read)
	}
	r.ok = true
}

// Power is looked up in a table, by exponents with whole coefficients.
func (r *recognizer) Power(base *big.Rat, exponent symbolic.Expr) {
	read, ok := r.pool.polynomial(exponent)
	if !ok || read.denominator != 1 || !base.IsInt() || read.bound.Cmp(big.NewInt(maxTable)) > 0 {
		return
	}
	r.is = function{base: base.Num(), reads: []polynomial{read}}
	r.bound = new(big.Int).Exp(new(big.Int).Abs(base.Num()), read.bound, nil)
	r.ok = r.bound.Sign() > 0
}

// Divisor is computed exactly.
func (r *recognizer) Divisor(symbolic.Expr) {}

// Running is computed exactly.
func (r *recognizer) Running(*big.Rat, *big.Rat, symbolic.Expr) {}

// Harmonic is computed exactly.
func (r *recognizer) Harmonic(*big.Rat, symbolic.Expr) {}
