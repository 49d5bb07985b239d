package grid

// run is the state of a reader in one width.
type run[T any] struct {
	code      *code[T]
	scalars   []T   // the variables that are bound
	columns   [][]T // those along the last axis
	polys     []state[T]
	undefined []bool // by axis: a power has a negative exponent, so that no result is whole
	held      []bool // by result, of the row: every value is whole
	scratch   []T
}

// state is a polynomial under way.
type state[T any] struct {
	left   [][]T // the coefficients behind each axis but the last
	column []T   // along the last
	above  []T   // the coefficients of a group by power, while it is computed
}

func newRun[T any](c *code[T]) *run[T] {
	r := &run[T]{
		code: c, scalars: make([]T, c.variables), columns: make([][]T, c.variables), polys: make([]state[T], len(c.polys)),
		undefined: make([]bool, c.axes), held: make([]bool, len(c.results)),
	}
	for k, p := range c.polys {
		for _, n := range p.left {
			r.polys[k].left = append(r.polys[k].left, make([]T, n))
		}
	}
	return r
}

// bind gives an axis but the last a value: the functions that change with it are computed, and all polynomials folded, each before
// the functions that read it.
func (r *run[T]) bind(axis int, value int64) {
	r.scalars[axis] = r.code.lane.word(value)
	r.undefined[axis] = false
	done := 0
	for _, c := range r.code.functions[axis] {
		reads := make([][]T, len(c.polys))
		for n, k := range c.polys {
			for ; done <= k; done++ {
				r.fold(done, axis)
			}
			reads[n] = []T{r.value(k, axis)}
		}
		result := make([]T, 1)
		r.call(&c, axis, result, reads)
		r.scalars[c.variable] = result[0]
	}
	for ; done < len(r.polys); done++ {
		r.fold(done, axis)
	}
}

// fold binds the variables of an axis in a polynomial.
func (r *run[T]) fold(k, axis int) {
	of, lane := &r.code.polys[k], r.code.lane
	from := of.first
	if axis > 0 {
		from = r.polys[k].left[axis-1]
	}
	to := r.polys[k].left[axis]
	clear(to)
	for t, f := range of.folds[axis] {
		c := from[t]
		for _, x := range f.factors {
			for range x.power {
				c = lane.mul(c, r.scalars[x.variable])
			}
		}
		to[f.to] = lane.add(to[f.to], c)
	}
}

// value is a polynomial all of whose variables are bound; that of no terms is 0.
func (r *run[T]) value(k, axis int) T {
	if left := r.polys[k].left[axis]; len(left) > 0 {
		return left[0]
	}
	return r.code.lane.word(0)
}

// call computes a function of columns.
func (r *run[T]) call(c *call[T], axis int, dst []T, reads [][]T) {
	lane := r.code.lane
	copy(dst, reads[0])
	switch {
	case c.rounds:
		lane.floor(dst, r.code.polys[c.polys[0]].denominator)
	case c.extreme:
		for _, a := range reads[1:] {
			lane.extreme(dst, a, c.greatest)
		}
	default:
		if !lane.power(dst, c.table) {
			r.undefined[axis] = true
		}
	}
}

// row computes all results at places from … to − 1 of the last axis.
func (r *run[T]) row(last *Axis, from, to int64) {
	if len(r.code.results) == 0 {
		return
	}
	axis, length := r.code.axes-1, int(to-from)
	r.undefined[axis] = false
	x := sized(&r.columns[axis], length)
	r.code.lane.fill(x, last, from)
	for _, c := range r.code.functions[axis] {
		reads := make([][]T, len(c.polys))
		for n, k := range c.polys {
			reads[n] = r.column(k, x)
		}
		r.call(&c, axis, sized(&r.columns[c.variable], length), reads)
	}
	for n, k := range r.code.results {
		r.held[n] = r.code.lane.divide(r.column(k, x), r.code.polys[k].denominator)
	}
}

// column is the numerator of a polynomial along the last axis.
func (r *run[T]) column(k int, x []T) []T {
	of, s, lane := &r.code.polys[k], &r.polys[k], r.code.lane
	coefficients := of.first
	if axis := r.code.axes - 1; axis > 0 {
		coefficients = s.left[axis-1]
	}
	dst := sized(&s.column, len(x))
	if len(of.groups) == 0 {
		clear(dst)
	}
	for n, g := range of.groups {
		part := dst
		if n > 0 {
			part = sized(&r.scratch, len(x))
		}
		above := sized(&s.above, len(g.terms))
		for power, t := range g.terms {
			if above[power] = lane.word(0); t >= 0 {
				above[power] = coefficients[t]
			}
		}
		lane.horner(part, above, x)
		for _, f := range g.factors {
			for range f.power {
				lane.mulTo(part, r.columns[f.variable])
			}
		}
		if n > 0 {
			lane.addTo(dst, part)
		}
	}
	return dst
}

// holds reports whether every value of a result in the row is whole.
func (r *run[T]) holds(result int) bool {
	for _, u := range r.undefined {
		if u {
			return false
		}
	}
	return r.held[result]
}

func (r *run[T]) result(k int) []T { return r.polys[r.code.results[k]].column }

// sized is a buffer of a length, which is kept.
func sized[T any](buffer *[]T, n int) []T {
	if cap(*buffer) < n {
		*buffer = make([]T, n)
	}
	*buffer = (*buffer)[:n]
	return *buffer
}
