package cost

import "github.com/skipcost/skipcost/arch/symbolic"

// peaks finds the largest of consecutive sizes between two places, in logarithmic time (a segment tree).
type peaks struct {
	tree []symbolic.Expr // the sizes from the middle on; before it each is the larger of the two at twice its place
}

func newPeaks(n int, at func(int) symbolic.Expr) peaks {
	p := peaks{tree: make([]symbolic.Expr, 2*n)}
	for k := range n {
		p.tree[n+k] = at(k)
	}
	for k := n - 1; k > 0; k-- {
		p.tree[k] = larger(p.tree[2*k], p.tree[2*k+1])
	}
	return p
}

// over is the largest size from one place up to another, without that.
func (p peaks) over(from, to int) symbolic.Expr {
	var most symbolic.Expr
	n := len(p.tree) / 2
	for from, to = from+n, to+n; from < to; from, to = from/2, to/2 {
		if from%2 == 1 {
			most = larger(most, p.tree[from])
			from++
		}
		if to%2 == 1 {
			to--
			most = larger(most, p.tree[to])
		}
	}
	return most
}

// grouped lists the members of numbered groups, each group in order.
type grouped struct {
	begin   []int32 // where the members of a group begin; those of the next begin where they end
	members []int32
}

// group puts each of n things into groups, by calling each for it.
func group(groups, n int, each func(k int, put func(group int32))) grouped {
	g := grouped{begin: make([]int32, groups+1)}
	for k := range n {
		each(k, func(of int32) { g.begin[of+1]++ })
	}
	for k := range groups {
		g.begin[k+1] += g.begin[k]
	}
	g.members = make([]int32, g.begin[groups])
	filled := make([]int32, groups)
	for k := range n {
		each(k, func(of int32) {
			g.members[g.begin[of]+filled[of]] = int32(k)
			filled[of]++
		})
	}
	return g
}

func (g grouped) of(group int32) []int32 { return g.members[g.begin[group]:g.begin[group+1]] }
