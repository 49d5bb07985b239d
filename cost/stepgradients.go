package cost

import "github.com/skipcost/skipcost/arch/symbolic"

// gradients are those that are there while a step runs backward. What each operation changes is written down, so that the walk can
// go back to where any operation runs.
type gradients struct {
	*stepPlan
	of    []int32 // the gradient of a tensor; −1 for none
	all   []gradient
	bytes symbolic.Expr // of those that somebody holds
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

// gradients is where the backward pass begins. The gradient of a sum over the output is one number read many times; the sum and it
// take a float each.
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

// run is the backward pass of an operation; where a link is cut, another tensor may be read in the place of one.
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

// arrive adds to the gradient of a tensor: the one that arrives itself where it is handed on, else a fresh one. Sums go into a
// gradient that nobody else holds.
func (g *gradients) arrive(v, arriving int32, handedOn bool) {
	old := g.of[v]
	switch alone := old >= 0 && g.all[old].holders == 1; {
	case handedOn && old < 0:
		g.hold(v, arriving)
		g.count(arriving, 1)
	case handedOn && alone:
	case alone: // there are two for a moment
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
