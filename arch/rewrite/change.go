package rewrite

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/internal/choose"
)

// Change is what a skip is rewritten to.
type Change string

// The changes. ToAdd and ToConcat join the same paths the other way; ToDense is a concat whose body outputs a growth rate;
// Cut leaves the trunk alone. The others are told of a network's steps, not of single merges, see [Recasting]:
// parallel streams, a learned factor on each branch, two branches side by side, a learned sum or a softmax of all that came before, and couplings that can be
// run back.
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
	ToReversible Change = "reversible"
)

// Changes lists them in the order documentation shows them.
func Changes() []Change {
	return []Change{ToAdd, ToConcat, ToDense, Cut, ToStreams, ToScaled, ToParallel, ToWeighted, ToAttention, ToReversible}
}

// Doc says what becomes of a skip, in one line for documentation.
func (c Change) Doc() string {
	switch c {
	case ToAdd:
		return "the last layer of the body outputs the width of the shortcut, and the two are added; other kinds are plain adds again"
	case ToConcat:
		return "the body keeps its width, and the layers behind the merge read shortcut and body side by side"
	case ToDense:
		return "a concat, for which the last layer of the body outputs only the growth rate"
	case Cut:
		return "the shortcut is cut, and the body alone remains"
	case ToStreams:
		return "parallel streams, which each branch reads, and is written to, by learned numbers (hyper-connections)"
	case ToScaled:
		return "an add of the body times one learned number (ReZero)"
	case ToParallel:
		return "two bodies side by side behind one norm, in place of one after the other (GPT-J)"
	case ToWeighted:
		return "adds whose repeat also reads a learned sum of all iterations before (DenseFormer)"
	case ToAttention:
		return "each body reads what entered and all bodies before, or blocks of them, by a learned softmax (attention residuals)"
	case ToReversible:
		return "two bodies as an additive coupling of two streams, of which training keeps the last (RevNet, Reformer)"
	}
	return ""
}

// Edit rewrites one link. A merge that becomes an add or a concat is one for all its links.
type Edit struct {
	Link Link
	To   Change
	// Growth is the width that the body's last layer outputs under ToDense.
	Growth symbolic.Expr
	// Projections says what becomes of the layers that make the widths of an add meet; empty keeps them.
	Projections Projections
	// Reduce puts a projection behind a concat, back to the width that the merge had, so that no layer behind it changes.
	Reduce bool
}

// Projections says what becomes of projections: layers that do nothing but make widths meet.
type Projections string

// KeepProjections leaves them as they are, and the last layer of a body takes the width of what it is added to. DropProjections
// takes away those of a shortcut under a concat, which needs none. AddProjections puts one on the shortcut of an add whose
// widths differ, to the width of the body (He et al. 2016, arXiv:1512.03385, section 3.3, option B), and no layer changes.
const (
	KeepProjections Projections = "keep"
	DropProjections Projections = "drop"
	AddProjections  Projections = "add"
)

// ProjectionChoices lists them in the order documentation shows them.
func ProjectionChoices() []Projections {
	return []Projections{KeepProjections, DropProjections, AddProjections}
}

// ParseChange returns the named change.
func ParseChange(name string) (Change, error) { return choose.Word("kind of skip", name, Changes()) }
