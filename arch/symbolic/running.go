package symbolic

import (
	"fmt"
	"math/big"
)

// running is the kind of a product over a running number, Π_{j=from…to} (1 + step/j), which has no closed form in powers where the
// step is no whole number: Γ(to+1+step)·Γ(from)/(Γ(to+1)·Γ(from+step)).
type running struct {
	opaque
	step, from number
	to         Expr
}

// MaxRunning is how many factors of a running product, or terms of a harmonic sum, are written out.
const MaxRunning = 20_000

// runningName is what the product is called where it is read.
const runningName = "prod"

// RunningProduct is Π_{j=from…to} (1 + step/j) for numbers step and from, with from and from + step above 0. It is 1 where to is
// from − 1.
func RunningProduct(step, from, to Expr) Expr {
	for _, e := range []Expr{step, from, to} {
		if e.Err() != nil {
			return e
		}
	}
	if !step.isConstant() || !from.isConstant() {
		return failf("%s: the step and the first number must be numbers", runningName)
	}
	p := running{step: step.constant(), from: from.constant(), to: to}
	if p.from.sign() <= 0 || p.from.add(p.step).sign() <= 0 {
		return failf("%s: runs through 0", runningName)
	}
	if to.isConstant() {
		return p.multiplied()
	}
	key := runningName + "(" + p.step.String() + "," + p.from.String() + "," + to.key() + ")"
	return newAtom(p, key, "~"+key, to).expr().limited()
}

// multiplied is the product as a number.
func (p running) multiplied() Expr {
	count, err := stepsBetween(runningName, p.from, p.to, "a product of %s factors")
	if err != nil {
		return failed(err)
	}
	out := Int(1)
	at := constantOf(p.from)
	for range count {
		out = out.Mul(at.Add(constantOf(p.step))).Div(at)
		at = at.Add(Int(1))
	}
	return out
}

// stepsBetween is the number of values from … to of a running number, of a function by its name. Too many of them are an error,
// worded around their number.
func stepsBetween(function string, from number, to Expr, worded string) (int64, error) {
	count, ok := to.Sub(constantOf(from)).Add(Int(1)).Integer()
	switch {
	case !ok || count.Sign() < 0:
		return 0, fmt.Errorf("%s: %s is not a whole number of steps behind %s", function, to.ASCII(), from)
	case count.Cmp(big.NewInt(MaxRunning)) > 0:
		return 0, &TooLargeError{What: fmt.Sprintf(worded, count)}
	}
	return count.Int64(), nil
}

func (p running) isWhole() bool       { return false }
func (p running) neverNegative() bool { return true }

func (p running) substitute(b Bindings) Expr {
	return RunningProduct(constantOf(p.step), constantOf(p.from), p.to.Substitute(b))
}

func (p running) period(name string) int64 { return p.to.period(name) }

// growth: the product grows as to^step.
func (p running) growth(f factor, in []string) []Expr {
	var out []Expr
	exponent := p.step.mul(small(int64(f.power)))
	for _, t := range p.to.Order(in...).leading.all() {
		if len(t.mono.factors) != 1 || t.mono.factors[0].power != 1 || !t.mono.factors[0].atom.isSymbol() {
			return []Expr{f.expr()}
		}
		base := t.mono.factors[0].atom
		key := base.key + "^(" + exponent.String() + ")"
		out = append(out, newAtom(root{base: base.expr(), exponent: exponent}, key, key, base.expr()).expr())
	}
	return out
}

func (p running) write(s *style) string {
	to := s.best(p.to, 0)
	if s.running == nil {
		return s.function(runningName, s.number(p.step), s.number(p.from), to)
	}
	sign := s.plus
	step := p.step
	if step.sign() < 0 {
		sign, step = s.less, step.neg()
	}
	below := []string{s.name("j")}
	if !step.isInt() {
		below = []string{s.number(step.denominator()), s.name("j")}
	}
	return s.running(s.number(p.from), to, s.number(small(1))+sign+s.quotient([]string{s.number(step.numerator())}, below))
}

// root is the kind of a symbol to a power that is no whole number. It stands in orders alone.
type root struct {
	ofOrders
	base     Expr
	exponent number
}

func (r root) write(s *style) string {
	return s.raise(s.best(r.base, 0), s.number(r.exponent), false)
}
