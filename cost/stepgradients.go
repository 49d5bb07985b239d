package cost

import "github.com/skipcost/skipcost/arch/symbolic"

// gradients are the gradients in memory while a step runs backward. The changes of each operation are recorded, so that the
// walk can go back to any operation.
type gradients struct {
	*stepPlan
	of    []int32 // the gradient of a tensor; −1 for none
	all   []gradient
	bytes symbolic.Expr // bytes of the gradients that are held
	most  symbolic.Expr // the most bytes while the last operation ran
	log   []held
}

// gradient is the storage of a gradient, which several tensors may hold.
type gradient struct {
	bytes   symbolic.Expr
	holders int32
}

// held is one change: of the gradient that a tensor holds, or of the number of holders of gradient −1 − at.
type held struct{ at, was, is int32 }

// gradients is the state at the beginning of the backward pass. The gradient of a sum over the output is a single number that
// is read many times; the sum and its gradient take a float each.
func (p *stepPlan) gradients() *gradients {
	g := &gradients{stepPlan: p, of: make([]int32, len(p.root)), all: []gradient{{holders: 2}}, bytes: symbolic.Int(8)}
	for v := range g.of {
		g.of[v] = -1
	}
	g.of[p.output] = 0
	return g
}

// write makes a change or takes one back.
func (g *gradients) write(at, value int32) {
	if at >= 0 {
		g.of[at] = value
	} else {
		g.all[-1-at].holders = value
	}
}

// hold lets a tensor hold a gradient.
func (g *gradients) hold(tensor, gradient int32) {
	g.log = append(g.log, held{tensor, g.of[tensor], gradient})
	g.of[tensor] = gradient
}

// count adds to the holders of a gradient, which goes with the last of them.
func (g *gradients) count(gradient, by int32) {
	one := &g.all[gradient]
	g.log = append(g.log, held{-1 - gradient, one.holders, one.holders + by})
	if one.holders += by; one.holders == 0 {
		g.bytes = g.bytes.Sub(one.bytes)
	}
}

func (g *gradients) raise(by symbolic.Expr) {
	g.bytes = g.bytes.Add(by)
	g.most = larger(g.most, g.bytes)
}

// run is the backward pass of an operation; where a link is cut, a detour may replace a tensor that it reads.
func (g *gradients) run(k int, d detour) {
	g.most = g.bytes
	own := g.of[k+1]
	if own < 0 {
		return
	}
	op := &g.ops[k]
	for _, in := range op.inputs {
		if v := d.read(in); g.flows[v] {
			g.arrive(v, own, op.handsOn)
		}
	}
	if !op.trained.IsZero() {
		g.raise(op.trained)
	}
	g.count(own, -1)
}

// arrive adds an arriving gradient to that of a tensor: the same one if it is passed on, else a new one. Sums are written into
// a gradient that no other tensor holds.
func (g *gradients) arrive(v, arriving int32, handedOn bool) {
	old := g.of[v]
	switch alone := old >= 0 && g.all[old].holders == 1; {
	case handedOn && old < 0:
		g.hold(v, arriving)
		g.count(arriving, 1)
	case handedOn && alone:
	case alone: // two gradients exist for a moment
		g.raise(g.size[v])
		g.bytes = g.bytes.Sub(g.size[v])
	default:
		g.all = append(g.all, gradient{bytes: g.size[v]})
		fresh := int32(len(g.all) - 1)
		g.count(fresh, 1)
		g.raise(g.size[v])
		g.hold(v, fresh)
		if old >= 0 {
			g.count(old, -1)
		}
	}
}
