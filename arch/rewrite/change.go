package rewrite

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/internal/choose"
)

// Change is the kind of skip that a skip is rewritten to.
type Change string

// The changes. ToAdd and ToConcat join the same paths the other way; ToDense is a concat whose body outputs a growth rate; Cut
// leaves the trunk alone. The others change the steps of a network, not single merges, see [Recasting]: parallel streams, a
// learned factor on each branch, two branches side by side, a learned sum or a softmax attention over all layers before, the
// values of the first attention layer added in all others, and reversible couplings.
const (
	ToAdd     Change = "add"
	ToConcat  Change = "concat"
	ToDense   Change = "densenet"
	Cut       Change = "none"
	ToStreams Change = "streams"

	ToScaled   Change = "scaled"
	ToParallel Change = "parallel"
	ToWeighted Change = "weighted"

	ToAttention  Change = "attention"
	ToValue      Change = "value"
	ToReversible Change = "reversible"
)

// fact is the documentation of a change.
type fact struct {
	change              Change
	doc, params, source string
}

// facts are those of the changes, in the order documentation shows them.
func facts() []fact {
	return []fact{
		{
			ToAdd, "the last layer of the body outputs the width of the shortcut, and the two are added; other kinds are plain adds again", "0",
			"He et al. 2016, arXiv:1512.03385",
		},
		{ToConcat, "the body keeps its width, and the layers behind the merge read shortcut and body side by side", "those of wider readers", "Huang et al. 2017, arXiv:1608.06993"},
		{ToDense, "a concat, for which the last layer of the body outputs only the growth rate", "those of wider readers", "Huang et al. 2017, arXiv:1608.06993"},
		{Cut, "the shortcut is cut, and the body alone remains", "0", ""},
		{
			ToStreams, "parallel streams, which each branch reads, and is written to, by learned numbers (hyper-connections)",
			"n(n+2); dynamic d(n+2) + n(n+2) + 2; mhc n·d(n²+2n) + n²+2n + 3", "Zhu et al. 2024, arXiv:2409.19606; Xie et al. 2025, arXiv:2512.24880",
		},
		{ToScaled, "an add of the body times one learned number (ReZero)", "1", "Bachlechner et al. 2020, arXiv:2003.04887"},
		{
			ToParallel, "two bodies side by side behind one norm, in place of one after the other (GPT-J)", "those of one norm of two less",
			"Wang and Komatsuzaki 2021, GPT-J-6B",
		},
		{
			ToWeighted, "adds whose repeat also reads a learned sum of all iterations before (DenseFormer; MUDDFormer with --form dynamic)",
			"L(L+3)/2 for L iterations; dynamic dt + t² + t for each sum of t",
			"Pagliardini et al. 2024, arXiv:2402.02622; Xiao et al. 2025, arXiv:2502.12170",
		},
		{
			ToAttention, "each body reads what entered and all bodies before, or blocks of them, by a learned softmax (attention residuals)",
			"2d, and 2d at the end", "Kimi Team 2026, arXiv:2603.15031",
		},
		{
			ToValue, "adds whose attention layers add the values of the first one to their own (value residuals)", "2, but for the first", "Zhou et al. 2024, arXiv:2410.17897",
		},
		{
			ToReversible, "two bodies as an additive coupling of two streams, of which training keeps the last (RevNet, Reformer)", "0",
			"Gomez et al. 2017, arXiv:1707.04585; Kitaev et al. 2020, arXiv:2001.04451",
		},
	}
}

// Changes lists them in the order documentation shows them.
func Changes() []Change {
	var all []Change
	for _, f := range facts() {
		all = append(all, f.change)
	}
	return all
}

func (c Change) fact() fact {
	for _, f := range facts() {
		if f.change == c {
			return f
		}
	}
	return fact{}
}

// Doc says what becomes of a skip, in one line for documentation.
func (c Change) Doc() string { return c.fact().doc }

// Params is a formula of the parameters that the change adds for each body, in the number n of streams and the width d.
func (c Change) Params() string { return c.fact().params }

// Source is the paper or model that the kind comes from.
func (c Change) Source() string { return c.fact().source }

// Edit rewrites one link. A merge that becomes an add or a concat is one for all its links.
type Edit struct {
	Link Link
	To   Change
	// Growth is the width that the body's last layer outputs under ToDense.
	Growth symbolic.Expr
	// Projections says what becomes of the projections of the link; empty keeps them.
	Projections Projections
	// Reduce puts a projection behind a concat, back to the width that the merge had, so that no layer behind it changes.
	Reduce bool
}

// Projections says what a rewrite does with projections: layers that only change the width, so that the operands of an add fit
// together.
type Projections string

// What becomes of them.
const (
	KeepProjections Projections = "keep"
	DropProjections Projections = "drop"
	AddProjections  Projections = "add"
)

// ProjectionChoices lists them in the order documentation shows them.
func ProjectionChoices() []Projections {
	return []Projections{KeepProjections, DropProjections, AddProjections}
}

// Doc says what becomes of them, for documentation.
func (p Projections) Doc() string {
	switch p {
	case KeepProjections:
		return "projections stay, and the last layer of a body takes the width of what it is added to"
	case DropProjections:
		return "projections of a shortcut under a concat go, which needs none"
	case AddProjections:
		return "the shortcut of each add whose widths differ gets a projection to the width of the body, and no layer changes (He et al. 2016, arXiv:1512.03385, section 3.3, option B)"
	}
	return ""
}

// ParseChange returns the named change.
func ParseChange(name string) (Change, error) { return choose.Word("kind of skip", name, Changes()) }
