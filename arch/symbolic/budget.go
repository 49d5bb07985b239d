package symbolic

import (
	"fmt"
	"math"
	"slices"
)

// Work is a kind of work that reading and pricing a network takes, whatever it is written in.
type Work int

// The kinds of work.
const (
	Products Work = iota // products of terms, where expressions are multiplied out
	Steps                // steps that are run and tensors that operations read, trials of closed forms included
	Layers               // layers and merges that are made, each of which takes memory
	Nodes                // nodes of graphs in nodes and of functions, as often as they run, and tensors in lists
	Values               // elements of tensors that are computed while a graph is read, of which long expressions count several times
	Terms                // terms of costs, where layers are priced and what they cost is added up
	Links                // links that are listed, drawn or rewritten
	Changes              // what is priced anew for each link that is cut
	Runs                 // runs of channels, where signal and gradient differ between the channels of a tensor
	works                // how many there are
)

// Limit is the most of a kind of work that one run may take: reading a network, resolving and pricing it.
type Limit struct {
	Most  int
	Name  string // as messages count it: more than 150000 layers
	Where string // what takes it
}

// Limit is the limit of a kind of work.
func (w Work) Limit() Limit { return limits()[w] }

// String is the name of a kind of work.
func (w Work) String() string { return w.Limit().Name }

// AllWork lists the kinds of work.
func AllWork() []Work {
	return []Work{Products, Steps, Layers, Nodes, Values, Terms, Links, Changes, Runs}
}

// limits bound time and memory on any input. The largest published networks stay far below them.
func limits() [works]Limit {
	return [works]Limit{
		Products: {500_000, "products of terms", "multiplying out the expressions of a file"},
		Steps:    {2_000_000, "steps", "running steps and reading tensors, trials of closed forms included"},
		Layers:   {150_000, "layers", "layers and merges of repeats that are written out, each of which takes memory"},
		Nodes:    {1 << 17, "nodes", "graphs in nodes, such as bodies of loops, and functions, as often as they run, and lists of tensors"},
		Values:   {1 << 21, "values", "tensors of shapes and places that are computed while a graph is read"},
		Terms:    {20_000_000, "terms of costs", "pricing layers whose sizes are formulas, and adding up, term by term where a sum has no closed form"},
		Links:    {1 << 17, "links", "links of a network that are listed, drawn or rewritten, one by one"},
		Changes:  {20_000_000, "changes", "pricing a network without each of its links, by the layers that differ and the costs asked for"},
		Runs:     {1_000_000, "runs of channels", "signal and gradient of tensors whose channels differ, as in concats of concats"},
	}
}

// Budget is the work that one run may still take. All that a run does to a network spends from the same one: parsing, opening graphs,
// resolving, pricing.
type Budget struct{ most, left [works]int }

// NewBudget has as much work of each kind as its [Limit].
func NewBudget() *Budget {
	b := &Budget{}
	for _, w := range AllWork() {
		b.most[w] = w.Limit().Most
	}
	b.left = b.most
	return b
}

// With is a copy of the budget with another limit for one kind of work, all of it left.
func (b *Budget) With(w Work, most int) *Budget {
	c := *b
	c.most[w], c.left[w] = most, most
	return &c
}

// Copy is a budget with what it has left, for work that may have to be done several times; of a nil budget, a new
// one.
func (b *Budget) Copy() *Budget {
	if b == nil {
		return NewBudget()
	}
	c := *b
	return &c
}

// Spend takes work from the budget. It reports false once more was asked for than there was. A nil budget, which is for work
// that something else bounds, never ends.
func (b *Budget) Spend(w Work, n int) bool {
	if b == nil {
		return true
	}
	if b.left[w] < math.MinInt/2 {
		return false
	}
	b.left[w] -= min(n, math.MaxInt/2)
	return b.left[w] >= 0
}

// Beyond words the limit that a kind of work went beyond: "more than 150000 layers".
func (b *Budget) Beyond(w Work) string { return fmt.Sprintf("more than %d %s", b.most[w], w) }

// Over reports whether more of a kind of work was asked for than there was.
func (b *Budget) Over(w Work) bool { return b.left[w] < 0 }

// Exceeded reports whether more of any kind of work was asked for than there was.
func (b *Budget) Exceeded() bool { return slices.ContainsFunc(AllWork(), b.Over) }
