package flow

import (
	"slices"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// part is a run of channels that are alike: their number, the mean over channels, the second moment of the channel means and
// the second moment.
type part struct {
	width       symbolic.Expr
	mean, means Number        // m and u
	square      Number        // q
	symmetric   bool          // every value is as likely as its negative
	blend       bool          // its channels differ, and only their averages are known
	streams     symbolic.Expr // how many parallel streams it is a combination of, see asStreams; zero for channels

	// The output of a monotone function of normal values keeps the function and these values, for layers that take the largest
	// of several.
	function *arch.Function
	before   normal
}

// anew is a part whose values are no longer the output of a function.
func (p part) anew() part {
	p.function, p.before = nil, normal{}
	return p
}

// moments are the parts of a tensor, in order.
type moments []part

// average is a tensor as a whole, for layers that mix all channels.
func (m moments) average() part {
	if len(m) == 1 {
		return m[0]
	}
	total := m.width()
	out := part{width: total, symmetric: true, blend: true}
	for _, p := range m {
		share := exactly(p.width.Div(total))
		out.mean = out.mean.add(p.mean.mul(share))
		out.means = out.means.add(p.means.mul(share))
		out.square = out.square.add(p.square.mul(share))
		out.symmetric = out.symmetric && p.symmetric
	}
	return out
}

func (m moments) width() symbolic.Expr {
	var total symbolic.Expr
	for _, p := range m {
		total = total.Add(p.width)
	}
	return total
}

// each applies a rule to every part.
func (m moments) each(f func(part) part) moments {
	out := make(moments, len(m))
	for k, p := range m {
		out[k] = f(p)
	}
	return out.joined()
}

// joined merges neighbouring parts that are equal but for their widths.
func (m moments) joined() moments {
	out := m[:0:0]
	for _, p := range m {
		if n := len(out); n > 0 && out[n-1].alike(p) {
			out[n-1].width = out[n-1].width.Add(p.width)
			continue
		}
		out = append(out, p)
	}
	return out
}

func (p part) alike(o part) bool {
	return p.symmetric == o.symmetric && p.blend == o.blend && p.function == o.function && p.before == o.before && p.streams.Equal(o.streams) &&
		p.mean.sameAs(o.mean) && p.means.sameAs(o.means) && p.square.sameAs(o.square)
}

// cut is a number of channels from start on.
func (m moments) cut(start, count symbolic.Expr) (moments, bool) {
	var out moments
	ok := cutParts(len(m), func(k int) symbolic.Expr { return m[k].width }, start, count, func(k int, w symbolic.Expr) {
		p := m[k]
		p.width = w
		out = append(out, p)
	})
	for _, p := range out {
		ok = ok && !p.blend
	}
	return out, ok
}

// cutParts calls take for each part, or piece of one, that lies in a range of channels.
func cutParts(n int, width func(int) symbolic.Expr, start, count symbolic.Expr, take func(k int, w symbolic.Expr)) bool {
	end := start.Add(count)
	if from, to, ok := between(n, width, start, end); ok {
		for k := from; k < to; k++ {
			take(k, width(k))
		}
		return true
	}
	var at symbolic.Expr
	for k := range n {
		next := at.Add(width(k))
		low, ok1 := extreme(at, start, true)
		high, ok2 := extreme(next, end, false)
		if !ok1 || !ok2 {
			return false
		}
		sign, known := high.Sub(low).Sign()
		switch {
		case known && sign > 0, !known && high.Sub(low).NeverNegative():
			take(k, high.Sub(low))
		case !known:
			return false
		}
		at = next
	}
	return true
}

// between are the parts from one place to another where both are ends of parts, which needs no comparison of symbols.
func between(n int, width func(int) symbolic.Expr, start, end symbolic.Expr) (from, to int, ok bool) {
	var at symbolic.Expr
	from = -1
	for k := range n {
		if from < 0 && at.Equal(start) {
			from = k
		}
		if at = at.Add(width(k)); from >= 0 && at.Equal(end) {
			return from, k + 1, true
		}
	}
	return 0, 0, false
}

// extreme is the greater or the lesser of two numbers of channels, if it is known which.
func extreme(a, b symbolic.Expr, great bool) (symbolic.Expr, bool) {
	switch {
	case a.Sub(b).NeverNegative():
		if great {
			return a, true
		}
		return b, true
	case b.Sub(a).NeverNegative():
		if great {
			return b, true
		}
		return a, true
	}
	return a, false
}

// aligned cuts several tensors of equal width into parts that have their ends in common.
func aligned(all []moments) ([]moments, bool) {
	same := func(m moments) bool {
		return slices.EqualFunc(m, all[0], func(p, q part) bool { return p.width.Equal(q.width) })
	}
	if !slices.ContainsFunc(all[1:], func(m moments) bool { return !same(m) }) {
		return all, true
	}
	var edges []symbolic.Expr
	for k, m := range all {
		var at symbolic.Expr
		if k == 0 {
			edges = append(edges, at)
		}
		for _, p := range m {
			at = at.Add(p.width)
			var ok bool
			if edges, ok = insertEdge(edges, at); !ok {
				return nil, false
			}
		}
	}
	out := make([]moments, len(all))
	for k, m := range all {
		if len(m) == len(edges)-1 {
			out[k] = m
			continue
		}
		for e := 1; e < len(edges); e++ {
			piece, ok := m.cut(edges[e-1], edges[e].Sub(edges[e-1]))
			if !ok || len(piece) != 1 {
				return nil, false
			}
			out[k] = append(out[k], piece[0])
		}
	}
	return out, true
}

func insertEdge(edges []symbolic.Expr, at symbolic.Expr) ([]symbolic.Expr, bool) {
	if slices.ContainsFunc(edges, at.Equal) {
		return edges, true
	}
	for k := len(edges) - 1; k >= 0; k-- {
		difference := at.Sub(edges[k])
		if difference.NeverNegative() {
			edges = append(edges, symbolic.Expr{})
			copy(edges[k+2:], edges[k+1:])
			edges[k+1] = at
			return edges, true
		}
		if !difference.Neg().NeverNegative() {
			return nil, false
		}
	}
	return nil, false
}

// gradient is the expected squared norm of the gradient on the channels of a tensor, part by part, as jets.
type gradient []slope

type slope struct {
	width symbolic.Expr
	at    affine
	among float64 // the gradient is at the largest of this many values; 0 where it is at any
}

func (g gradient) total() affine {
	var out affine
	for _, s := range g {
		out = out.add(s.at)
	}
	return out
}

func (g gradient) by(n Number) gradient {
	out := make(gradient, len(g))
	for k, s := range g {
		s.at = s.at.by(n)
		out[k] = s
	}
	return out
}

// cut is the gradient on some channels, spread evenly within each part.
func (g gradient) cut(start, count symbolic.Expr) (gradient, bool) {
	var out gradient
	ok := cutParts(len(g), func(k int) symbolic.Expr { return g[k].width }, start, count, func(k int, w symbolic.Expr) {
		s := g[k]
		if !s.width.Equal(w) {
			s.at = s.at.by(exactly(w.Div(s.width)))
		}
		s.width = w
		out = append(out, s)
	})
	return out, ok
}

// on cuts a gradient at given widths.
func (g gradient) on(widths []symbolic.Expr) (gradient, bool) {
	var out gradient
	var at symbolic.Expr
	for _, w := range widths {
		piece, ok := g.cut(at, w)
		if !ok {
			return nil, false
		}
		out = append(out, slope{width: w, at: piece.total(), among: piece.among()})
		at = at.Add(w)
	}
	return out, true
}

func (g gradient) among() float64 {
	if len(g) == 0 {
		return 0
	}
	return g[0].among
}

// joined merges neighbouring parts with equal gradients per channel.
func (g gradient) joined() gradient {
	var out gradient
	for _, s := range g {
		if n := len(out); n > 0 && out[n-1].among == s.among &&
			out[n-1].at.by(exactly(s.width)).sameAs(s.at.by(exactly(out[n-1].width))) {
			out[n-1].width, out[n-1].at = out[n-1].width.Add(s.width), out[n-1].at.add(s.at)
			continue
		}
		out = append(out, s)
	}
	return out
}

// add is the sum of the gradients that several readers send back.
func (g gradient) add(h gradient) (gradient, bool) {
	if len(g) == 1 && len(h) == 1 {
		return gradient{{g[0].width, g[0].at.add(h[0].at), 0}}, true
	}
	if slices.EqualFunc(g, h, func(s, t slope) bool { return s.width.Equal(t.width) }) {
		out := slices.Clone(g)
		for k := range out {
			out[k].at, out[k].among = g[k].at.add(h[k].at), 0
		}
		return out.joined(), true
	}
	if len(g) == 1 {
		g, h = h, g
	}
	if len(h) == 1 { // even over the channels
		var out gradient
		for _, s := range g {
			out = append(out, slope{width: s.width, at: s.at.add(h[0].at.by(exactly(s.width.Div(h[0].width))))})
		}
		return out.joined(), true
	}
	edges := []symbolic.Expr{{}}
	for _, x := range []gradient{g, h} {
		var at symbolic.Expr
		for _, s := range x {
			at = at.Add(s.width)
			var ok bool
			if edges, ok = insertEdge(edges, at); !ok {
				return nil, false
			}
		}
	}
	widths := make([]symbolic.Expr, len(edges)-1)
	for k := range widths {
		widths[k] = edges[k+1].Sub(edges[k])
	}
	a, ok1 := g.on(widths)
	b, ok2 := h.on(widths)
	if !ok1 || !ok2 {
		return nil, false
	}
	for k := range a {
		a[k].at, a[k].among = a[k].at.add(b[k].at), 0
	}
	return a.joined(), true
}
