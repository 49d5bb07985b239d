package trace

import (
	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// References:
//
//	[zhu2024] Hyper-Connections, arXiv:2409.19606, equations 2 and 23 to 26, Algorithm 2
//	[zhu2025] Frac-Connections: Fractional Extension of Hyper-Connections, arXiv:2503.14125, equations 16 to 20
//	[xie2025] mHC: Manifold-Constrained Hyper-Connections, arXiv:2512.24880, equations 7 and 8

// joints are the connections of streams H of width d with the branch of a site: read makes the input of the branch from n
// streams, write makes streams from its output, and mix makes streams from streams.
type joints struct {
	read, mix func() *Value
	write     func(*Value) *Value
	reads     symbolic.Expr // the input of the branch at initialisation, as a multiple of the mean of the streams; zero where it is one of them
}

// joints begins a site on streams.
func (st *streams) joints(c *chain, in *Value) joints {
	switch st.form {
	case arch.DynamicStreams:
		if st.parts {
			return st.dynamicParts(c, in)
		}
		return st.dynamic(c, in)
	case arch.ConstrainedStreams:
		return st.constrained(c, in)
	}
	n, one := st.count, symbolic.Int(1)
	mix := func(name string, from, into symbolic.Expr, v *Value) *Value {
		return c.add(name, arch.Mix, values{arch.StreamsIn: from, arch.StreamsOut: into}, v)
	}
	if st.parts {
		return joints{
			mix:   func() *Value { return mix("mix", n, n, in) },
			read:  func() *Value { return mix("read", n, n, in) },
			write: func(v *Value) *Value { return c.add("write", "scale", values{"values": n}, v) },
		}
	}
	return joints{
		mix:   func() *Value { return mix("mix", n, n, in) },
		read:  func() *Value { return mix("read", n, one, in) },
		write: func(v *Value) *Value { return mix("write", one, n, v) },
	}
}

// end adds streams up. Constrained ones are read as in front of a branch, as in the models that have them.
func (st *streams) end(c *chain, in *Value) *Value {
	if st.form != arch.ConstrainedStreams {
		return c.add("sum", arch.Collect, values{arch.StreamsIn: st.count}, in)
	}
	m, one := st.matrices(in), symbolic.Int(1)
	v := m.numbers(c, m.flat(c, in), st.count, one)
	v = c.add("shares", "sigmoid", nil, v)
	return m.product(c, "sum", c.reshape("row", v, m.places, st.count, one), in, one)
}

// sums is the output of end at initialisation, as a multiple of the mean of the streams. Weights of constrained streams begin
// at a half.
func (st *streams) sums() symbolic.Expr {
	if st.form == arch.ConstrainedStreams {
		return st.count.Div(symbolic.Int(2))
	}
	return st.count
}

// matrices are streams seen as a matrix of n rows and d columns for each position.
type matrices struct {
	*streams
	of     *Value
	places symbolic.Expr // positions of all samples
}

func (st *streams) matrices(of *Value) matrices {
	return matrices{streams: st, of: of, places: of.Shape.Positions().Mul(of.Shape.Batch())}
}

// product is a matrix for each position times a tensor with a number of rows, viewed as streams again.
func (m matrices) product(c *chain, name string, matrix, v *Value, rows symbolic.Expr) *Value {
	columns := m.width
	from := c.reshape(name+".rows", v, m.places, columns, v.rows(columns))
	if c.failed {
		return nil
	}
	out := c.add(name, string(arch.MatMul), nil, matrix, from)
	return c.reshape(name+".streams", out, m.of.Shape.Batch(), append([]symbolic.Expr{columns.Mul(rows)}, m.of.Shape.Extents...)...)
}

// rows is how many streams of a width a tensor has; 0 for none.
func (v *Value) rows(width symbolic.Expr) symbolic.Expr {
	if v == nil {
		return symbolic.Expr{}
	}
	return v.Shape.Width.Div(width)
}

// dynamic adds to each learned weight a number computed from the streams: tanh of a product of the normalised stream with
// learned vectors, with one learned scale for reading and mixing and another for writing, [zhu2024] equations 23 to 26.
func (st *streams) dynamic(c *chain, in *Value) joints {
	m, n, one := st.matrices(in), st.count, symbolic.Int(1)
	two := symbolic.Int(2)
	v := c.reshape("each", in, m.places, st.width, n)
	v = c.add("norm", "layernorm", values{"affine": symbolic.Int(0)}, v)
	v = c.add("weigh", "linear", values{"out": n.Add(two)}, v)
	v = c.add("squash", "tanh", nil, v)
	v = c.add("scale", "scale", values{"values": two}, v)
	v = c.add("numbers", "shift", values{"values": n.Mul(n.Add(two))}, v)
	column := func(name string, from int64, count symbolic.Expr) *Value {
		return c.add(name, "slice", values{"start": symbolic.Int(from), "count": count}, v)
	}
	return joints{
		mix: func() *Value { return m.product(c, "mix", column("mixes", 2, n), in, n) },
		read: func() *Value {
			return m.product(c, "read", c.reshape("reads.row", column("reads", 0, one), m.places, n, one), in, one)
		},
		write: func(f *Value) *Value { return m.product(c, "write", column("writes", 1, one), f, n) },
	}
}

// dynamicParts does the same for parts of one tensor, of which a branch reads as many sums, [zhu2025] equations 18 to 20; the
// norm learns a scale.
func (st *streams) dynamicParts(c *chain, in *Value) joints {
	m, n, one, two := st.matrices(in), st.count, symbolic.Int(1), symbolic.Int(2)
	v := c.reshape("each", in, m.places, st.width, n)
	v = c.add("norm", "rmsnorm", values{"affine": one}, v)
	v = c.add("weigh", "linear", values{"out": n.Mul(two).Add(one)}, v)
	v = c.add("squash", "tanh", nil, v)
	v = c.add("scale", "scale", values{"values": two}, v)
	v = c.add("numbers", "shift", values{"values": n.Mul(n.Mul(two).Add(one))}, v)
	column := func(name string, from, count symbolic.Expr) *Value {
		return c.add(name, "slice", values{"start": from, "count": count}, v)
	}
	return joints{
		mix:  func() *Value { return m.product(c, "mix", column("mixes", n.Add(one), n), in, n) },
		read: func() *Value { return m.product(c, "read", column("reads", one, n), in, n) },
		write: func(f *Value) *Value {
			numbers := c.seen("writes.each", "expand", column("writes", symbolic.Expr{}, one), m.places, st.width, n)
			parts := c.reshape("write.parts", f, m.places, st.width, n)
			out := c.add("write", string(arch.Multiply), nil, parts, numbers)
			return c.reshape("write.together", out, in.Shape.Batch(), in.Shape.Dims()...)
		},
	}
}

// constrained computes all weights from all streams together: weights between 0 and 1 for reading, between 0 and 2 for writing,
// and for mixing a matrix whose rows and columns add up to 1, [xie2025] equations 7 and 8.
func (st *streams) constrained(c *chain, in *Value) joints {
	m, n, one := st.matrices(in), st.count, symbolic.Int(1)
	v := m.numbers(c, m.flat(c, in), n.Mul(n.Add(symbolic.Int(2))), symbolic.Int(3))
	part := func(name string, start, count symbolic.Expr) *Value {
		return c.add(name, "slice", values{"start": start, "count": count}, v)
	}
	shares := func(name string, start, columns, rows symbolic.Expr) *Value {
		return c.reshape(name+".matrix", c.add(name+".shares", "sigmoid", nil, part(name, start, n)), m.places, columns, rows)
	}
	return joints{
		reads: st.sums(),
		mix: func() *Value {
			matrix := c.reshape("mixes.matrix", part("mixes", n.Mul(symbolic.Int(2)), n.Mul(n)), m.places, n, n)
			return m.product(c, "mix", c.add("mixes.balanced", "sinkhorn", nil, matrix), in, n)
		},
		read: func() *Value { return m.product(c, "read", shares("reads", symbolic.Expr{}, n, one), in, one) },
		write: func(f *Value) *Value {
			twice := c.add("writes.twice", "scale", values{"values": symbolic.Expr{}, arch.MeanSquare: symbolic.Int(4)}, shares("writes", n, one, n))
			return m.product(c, "write", twice, f, n)
		},
	}
}

// flat normalises all streams of a position together, without learned scale.
func (m matrices) flat(c *chain, in *Value) *Value {
	return c.add("norm", "rmsnorm", values{"affine": symbolic.Int(0)}, in)
}

// numbers computes a number of weights from all streams of a position, with learned scales.
func (m matrices) numbers(c *chain, in *Value, count, scales symbolic.Expr) *Value {
	v := c.add("weigh", "linear", values{"out": count}, in)
	v = c.add("scale", "scale", values{"values": scales}, v)
	return c.add("numbers", "shift", values{"values": count}, v)
}
