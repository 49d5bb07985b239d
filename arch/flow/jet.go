package flow

import "github.com/skipcost/skipcost/arch/symbolic"

// jet is a bundle of paths: their weights added up, and the weighted sums of their lengths and of the squares of these. It is
// the path polynomial Σ weight·z^length, its derivative and the one after that, at z = 1 and by the operator z·d/dz: series
// multiplies jets, parallel adds them, so that the polynomial is never expanded.
type jet struct{ weight, length, square Number }

// path is one path of so many weight layers.
func path(layers int64) jet { return jet{whole(1), whole(layers), whole(layers * layers)} }

func (a jet) isZero() bool { return a.weight.isZero() && a.length.isZero() && a.square.isZero() }

// add is both bundles side by side.
func (a jet) add(b jet) jet {
	return jet{a.weight.add(b.weight), a.length.add(b.length), a.square.add(b.square)}
}

// mul is one bundle behind the other.
func (a jet) mul(b jet) jet {
	switch {
	case a.isZero() || b.isZero():
		return jet{}
	case a.isUnit():
		return b
	case b.isUnit():
		return a
	}
	cross := a.length.mul(b.length)
	return jet{
		a.weight.mul(b.weight),
		a.length.mul(b.weight).add(a.weight.mul(b.length)),
		a.square.mul(b.weight).add(cross).add(cross).add(a.weight.mul(b.square)),
	}
}

func (a jet) isUnit() bool { return a.weight.isOne() && a.length.isZero() && a.square.isZero() }

// by scales the weights.
func (a jet) by(n Number) jet {
	if n.isOne() {
		return a
	}
	return jet{a.weight.mul(n), a.length.mul(n), a.square.mul(n)}
}

// power is the bundle n times behind itself: mean and variance of the length grow as n.
func (a jet) power(n symbolic.Expr) jet {
	base, ok := a.weight.Exact()
	if !ok {
		return failedJet(errMixed)
	}
	if base.IsZero() {
		return failedJet(errOpen)
	}
	times := exactly(n)
	mean := a.length.quo(a.weight)
	variance := a.square.quo(a.weight).sub(mean.mul(mean))
	w := exactly(base.Pow(n))
	return jet{w, w.mul(times.mul(mean)), w.mul(times.mul(variance).add(times.mul(times).mul(mean.mul(mean))))}
}

// sum is Σ a over index = 0 … n − 1.
func (a jet) sum(index string, n symbolic.Expr) jet {
	add := func(x Number) Number {
		e, ok := x.Exact()
		if !ok {
			return x.mixed(x)
		}
		total, err := e.SumOver(index, symbolic.Int(0), n.Sub(symbolic.Int(1)))
		if err != nil {
			return exactly(symbolic.Failed(err))
		}
		return exactly(total)
	}
	return jet{add(a.weight), add(a.length), add(a.square)}
}

func failedJet(err error) jet {
	n := exactly(symbolic.Failed(err))
	return jet{n, n, n}
}

// has reports whether a symbol occurs in the jet.
func (a jet) has(name string) bool {
	for _, n := range []Number{a.weight, a.length, a.square} {
		if n.how == isExact && n.exact.Has(name) {
			return true
		}
	}
	return false
}

// bind replaces symbols.
func (a jet) bind(b symbolic.Bindings) jet {
	return jet{a.weight.bind(b), a.length.bind(b), a.square.bind(b)}
}

func (a Number) bind(b symbolic.Bindings) Number {
	if a.how == isExact {
		a.exact = a.exact.Substitute(b)
	}
	return a
}

func (a jet) sameAs(b jet) bool {
	return a.weight.sameAs(b.weight) && a.length.sameAs(b.length) && a.square.sameAs(b.square)
}

// affine is a jet that depends on one that is not known yet, the one behind the iteration of a loop: of·unknown + plus.
type affine struct{ of, plus jet }

func (a affine) add(b affine) affine { return affine{a.of.add(b.of), a.plus.add(b.plus)} }
func (a affine) mul(j jet) affine    { return affine{a.of.mul(j), a.plus.mul(j)} }
func (a affine) by(n Number) affine  { return affine{a.of.by(n), a.plus.by(n)} }

func (a affine) bind(b symbolic.Bindings) affine { return affine{a.of.bind(b), a.plus.bind(b)} }

func (a affine) sameAs(b affine) bool { return a.of.sameAs(b.of) && a.plus.sameAs(b.plus) }
func (a affine) has(name string) bool { return a.of.has(name) || a.plus.has(name) }

// exact reports whether nothing in it is a float.
func (a affine) exact() bool {
	for _, j := range []jet{a.of, a.plus} {
		for _, n := range []Number{j.weight, j.length, j.square} {
			if n.how != isExact {
				return false
			}
		}
	}
	return true
}
