package onnx

import (
	"slices"
	"sync"

	"github.com/skipcost/skipcost/arch/onnx/wire"
)

// rule translates a node of one operator.
type rule func(c *call) ([]*item, error)

// folding computes a node whose inputs are all known. A result of nil means that it cannot be known.
type folding func(c *call) (*item, error)

// saying is the shape that the graphs in a node state for an output; nil for none.
type saying func(c *call, output int) *wire.ValueInfo

// opening translates the graphs in a node as often as they run; false where that is not known.
type opening func(c *call) ([]*item, bool, error)

// An operator holds all facts about an operator. Fields that are left out have the value for most operators: inputs are
// activations, the width is where readers want it, and outputs made of constants are constant.
type operator struct {
	name   string
	domain string     // empty for the standard
	work   Arithmetic // what there is to count of it

	rule   rule    // translates a node that reads activations
	fold   folding // computes numbers from known ones
	knows  rule    // what it makes is known, whatever it reads: constants, and shapes
	opens  opening // runs the graphs in its nodes
	says   saying  // what these say of an output, where they are not run
	source bool    // it makes constants out of nothing
	// literal says that its output is written into the node, as the attribute value or one named after its type.
	literal bool

	weights []int // inputs that are learned
	factors []int // inputs that are learned if they are matrices, and may as well be activations
	width   width // of its inputs

	passes   passing  // of its first input
	learned  learning // whether what it makes of learned tensors is learned
	lists    bool     // it may read sequences
	integers bool     // integers that it reads first are learned: those of a quantized layer
	settles  bool     // its folding says what is learned of the result
	derive   rule     // what it makes of weights, if more is to say than its dimensions, which are those that its rule makes

	commutes bool // two inputs may change places
}

// width is the axis that an operator takes for the width.
type width int

const (
	widthOfReaders width = iota // that which its own readers want
	widthSecond
	widthLast
	widthMoved // it moves axes, so that its readers say nothing of its inputs
)

// passing says whether the elements of the output of an operator are those of its input.
type passing int

const (
	passesNothing passing = iota
	passesScaled          // they are, but for a scale
	passesElements
)

// learning says from which of its inputs an operator passes learned values on: it moves them, combines them one by one, or
// scales them together. Other operators make masks and tables of constants.
type learning int

const (
	keepsNothing learning = iota
	keepsFirst            // the scale and zero point of a quantized tensor are not learned, and neither are the statistics of a norm that weights go through
	keepsAll
	keepsChosen // those that a constant chooses from: its others are masked
)

// Arithmetic says which work of an operator is counted.
type Arithmetic int

// The arithmetic of operators.
const (
	unsaid   Arithmetic = iota
	Counted             // it is that of the layers which the operator becomes
	None                // there is none: elements are moved, kept, compared with nothing, or known beforehand
	OfGraphs            // it is that of the graphs in its nodes, as often as they run
	Named               // it depends on the data, or on the way it is done: a note names the operator
)

// String describes it in a few words.
func (a Arithmetic) String() string {
	return [...]string{"unsaid", "counted", "none", "of its graphs", "named in a note"}[a]
}

// doing gives the operators of a table an arithmetic, except those that have another.
func doing(work Arithmetic, table []*operator) []*operator {
	for _, o := range table {
		if o.work == unsaid {
			o.work = work
		}
	}
	return table
}

// Domains beside that of the standard: the common extension, and what may become of the standard.
const (
	contributed = "com.microsoft"
	preview     = "ai.onnx.preview"
)

// operatorKey identifies an operator.
type operatorKey struct{ domain, name string }

// A repertoire is all operators, and the patterns of nodes that make up one layer. Translators carry it along, because
// operators translate the graphs in their nodes in turn.
type repertoire struct {
	operators map[operatorKey]*operator
	fusions   []fusion
	endings   map[string][]ending // of the fusions, by the operator of their last node, in the order in which they are tried
}

// An ending is a pattern of a fusion.
type ending struct {
	fusion  *fusion
	pattern *pattern
}

// everything is the only repertoire, built once and never changed.
var everything = sync.OnceValue(func() *repertoire {
	r := &repertoire{operators: map[operatorKey]*operator{}, fusions: allFusions(), endings: map[string][]ending{}}
	for _, o := range allOperators() {
		r.operators[operatorKey{o.domain, o.name}] = o
	}
	for k := range r.fusions {
		for _, p := range r.fusions[k].patterns {
			r.endings[p.op] = append(r.endings[p.op], ending{&r.fusions[k], p})
		}
	}
	return r
})

func allOperators() []*operator {
	all := slices.Concat(
		productOperators(), recurrentOperators(), normOperators(), elementOperators(), poolOperators(), movingOperators(), quantizedOperators(), attentionOperators(),
		indexOperators(), constantOperators(), graphOperators(), sequenceOperators(), dataOperators(), signalOperators(), textOperators(), lossOperators(),
		blockOperators(), stateOperators(), fusedOperators(), channelsLastOperators(),
	)
	return append(all, alsoContributed(all)...)
}

// alsoContributed are operators of the standard that the common extension has too, for more types of elements.
func alsoContributed(standard []*operator) []*operator {
	names := []string{"DequantizeLinear", "GatherND", "GridSample", "MatMulInteger", "Pad", "QuantizeLinear", "Range", "Trilu", "Unique"}
	var out []*operator
	for _, o := range standard {
		if o.domain == "" && slices.Contains(names, o.name) {
			also := *o
			out = append(out, &also)
		}
	}
	return contributes(out)
}

// constantOperators make constants.
func constantOperators() []*operator {
	return doing(None, []*operator{
		{name: "Constant", knows: (*call).constant, literal: true},
		{name: "ConstantOfShape", fold: (*call).foldFill, rule: (*call).fillsShape, derive: (*call).ofOneValue},
		{name: "Range", fold: (*call).foldRange, rule: (*call).countedBy, derive: (*call).countedBy},
		{name: "RandomNormal", source: true, derive: (*call).ofShape}, {name: "RandomUniform", source: true, derive: (*call).ofShape},
		{name: "EyeLike", rule: (*call).alike}, {name: "RandomNormalLike", rule: (*call).alike}, {name: "RandomUniformLike", rule: (*call).alike},
	})
}

// isStandard reports whether a node's operator is one of the standard.
func isStandard(n *wire.Node) bool { return n.Domain == "" || n.Domain == "ai.onnx" }

// operator is the operator of a node. One without a domain that the standard does not have is taken for one of the common
// extension; a known name in another domain is not known, but is assumed to treat its weights alike.
func (r *repertoire) operator(n *wire.Node) *operator {
	domain := n.Domain
	if isStandard(n) {
		domain = ""
	}
	for _, of := range []string{domain, "", contributed} {
		o := r.operators[operatorKey{of, n.Op}]
		if o != nil && of != domain && domain != "" {
			o = o.elsewhere()
		}
		if o != nil {
			return o
		}
	}
	return &operator{name: n.Op}
}

// elsewhere is an operator of the same name in a domain that is not known.
func (o *operator) elsewhere() *operator {
	out := *o
	out.rule, out.fold, out.knows, out.opens, out.source = nil, nil, nil, nil, false
	return &out
}

// weighs reports whether an input is learned.
func (o *operator) weighs(input int) bool {
	return slices.Contains(o.weights, input) || slices.Contains(o.factors, input)
}

// multiplies reports whether an input is the first weight of a layer, or a factor of a product: what comes after these are biases and
// the like.
func (o *operator) multiplies(input int) bool {
	if len(o.factors) > 0 {
		return slices.Contains(o.factors, input)
	}
	return len(o.weights) > 0 && o.weights[0] == input
}

// isKnown reports whether an operator is translated, folded, opened, or makes constants.
func (o *operator) isKnown() bool {
	return o.rule != nil || o.fold != nil || o.knows != nil || o.opens != nil || o.source
}
