package arch

import (
	"fmt"
	"slices"
	"sync"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Kind is a kind of operation: its name, its parameters, its shape rule, and the facts about it that other packages ask for.
// Its costs are in the rule of the same name in package cost.
type Kind struct {
	Name       string
	Doc        string      // one line for documentation
	Parameters []Parameter // in the order documentation shows them
	Short      string      // the parameter that a bare value binds, as in {linear: N}; empty if there is none
	Axes       AxisRange   // how many spatial extents its input may have
	Merge      bool        // joins several paths instead of following one
	Source     bool        // reads nothing: further inputs, learned tensors, constants
	Input      bool        // a source that is one more input of the network

	// Depth is how many weight layers, products with learned weights, the longest way through the operation passes. Those
	// beside one another, as the projections to queries, keys and values, are told apart by WeightLayers alone.
	Depth int

	Links    bool // a merge whose paths beside its trunk are links of the network: add, mean, concat, and multiply
	Gates    bool // a merge whose paths scale one another
	Joins    bool // puts its operands side by side unchanged: a concat, or a copy, which is a concat of one tensor
	Products bool // multiplies two activations as matrices
	Alone    bool // may join a single path, because it learns something for each path
	Operands int  // how many paths a merge joins; 0 for any number from two on
	Chooses  int  // the first so many inputs only choose among values: no gradient passes to them
	KeysAt   int  // the input with the keys, whose positions the queries are compared with
	HandsOn  bool // the gradient of an input is that of the output, or a part of it

	Pools     bool // a window moves over the positions and gives one value at each place
	Reshapes  bool // the same values in another shape
	Stretches bool // repeats values to fill a shape, as broadcasting does
	Slices    bool // some consecutive channels of its input
	// MayBeEmpty says that the output may have no elements, as the cache of a language model before the first token.
	MayBeEmpty bool
	Rescales   bool // learns a scale or a shift of its input, as a norm does, and nothing else
	Pads       bool // adds channels of zeros and changes nothing else

	Folds      bool // at inference a scale and a shift per channel, which can be folded into the weights and the bias of a product before it
	TakesFolds bool // a product into whose weights and bias the scale and the shift of the layer behind it can be folded

	Transposed bool      // each position of the input spreads over the kernel, instead of gathering from it
	Function   *Function // the function of each value by itself; nil where there is none or it is not known

	ways    func(a Args) symbolic.Expr        // see Ways; nil for one way
	layers  func(a Args) symbolic.Expr        // see WeightLayers; nil for those of one way
	byAxes  []*Kind                           // the kinds of one number of extents that this one stands for: conv for conv1d, conv2d, conv3d
	demands func(in []Shape, a Args) []Demand // see Demands; nil for none
	shape   func(in []Shape, a Args) (Shape, *Fault)
	weights func(in, out Shape, a Args) [][]symbolic.Expr // see Weights; nil for kinds that do not learn
	// byPaths is the extents of each tensor that is learned by a kind of merge, where they depend on the number of its paths.
	byPaths func(width, paths symbolic.Expr, a Args) [][]symbolic.Expr
}

// AxisRange is an inclusive range of numbers of spatial extents.
type AxisRange struct{ Min, Max int }

// Parameter is one argument that a kind takes.
type Parameter struct {
	Name    string
	Type    ParameterType
	Doc     string
	Default symbolic.Expr // used if neither Required nor SameAs
	Word    string        // default word, for Padding and Choice
	SameAs  string        // the default is the value of this other parameter
	Words   []string      // words accepted in place of a number
	While   Generation    // what becomes of it while text is generated, unless the layer gives it
	Opens   bool          // a layer that says it is written out, see [Kind.Opens]
	True    int64         // what true stands for, where true and false (0) may be said; else 0
	// Required parameters have no default.
	Required bool
}

// ParameterType says which values a parameter takes.
type ParameterType int

// The parameter types. PerAxis types take one value for all axes or a list with one per axis.
const (
	Count        ParameterType = iota // whole number, at least 1
	Size                              // whole number, at least 0
	Flag                              // true or false, or an expression that is 1 or 0
	Share                             // fraction, at least 0 and at most 1
	CountPerAxis                      // Count, per axis
	SizePerAxis                       // Size, per axis
	Choice                            // one of Words
	Dims                              // a shape: width, then 0 to 3 extents
	Sharing                           // the name of a layer before, or true or false
	Tensor                            // the name of a tensor
	Factor                            // number, at least 0
	Initial                           // an initialisation, see ParseInit
)

// Takes reports whether a whole number is among the values of the type. 0 stands in a shape where kinds say that there may be no
// elements.
func (t ParameterType) Takes(n int64) bool {
	switch t {
	case Share, Flag, Sharing:
		return n == 0 || n == 1
	case Size, SizePerAxis, Factor:
		return n >= 0
	}
	return n >= 1
}

// Counts reports whether the values of the type are whole numbers that stand for any amount.
func (t ParameterType) Counts() bool {
	return t == Count || t == Size || t.PerAxis() || t == Dims
}

// String describes the values of the type for documentation.
func (t ParameterType) String() string {
	return [...]string{"count", "size", "true or false", "share", "count per axis", "size per axis", "word", "shape", "name of a layer", "name of a tensor", "number", "initialisation"}[t]
}

// List reports whether the type takes a list of values.
func (t ParameterType) List() bool { return t.PerAxis() || t == Dims }

// PerAxis reports whether the type takes one value per spatial axis.
func (t ParameterType) PerAxis() bool { return t == CountPerAxis || t == SizePerAxis }

// Parameter returns the named parameter of the kind.
func (k *Kind) Parameter(name string) (Parameter, bool) {
	for _, p := range k.Parameters {
		if p.Name == name {
			return p, true
		}
	}
	return Parameter{}, false
}

// Shape applies the shape rule of the kind: the shape of the output for inputs of these shapes, which were found to fit
// together where there are several, or the reason why the kind refuses them.
func (k *Kind) Shape(in []Shape, a Args) (Shape, *Fault) {
	if k.Operands > 0 && len(in) != k.Operands {
		return Shape{}, &Fault{Message: fmt.Sprintf("joins %d paths, not %d", k.Operands, len(in)), Hint: k.Doc}
	}
	for _, d := range k.Demands(in, a) {
		if f := d.fault(); f != nil {
			return Shape{}, f
		}
	}
	return k.shape(in, a)
}

// For is the kind that a name stands for on an input: conv is conv1d, conv2d or conv3d by the number of extents; every other
// kind is itself.
func (k *Kind) For(in Shape) *Kind {
	if k.byAxes == nil {
		return k
	}
	return k.byAxes[len(in.Extents)-1]
}

// kindTable is built once and never changed.
var kindTable = sync.OnceValue(func() []*Kind {
	all := slices.Concat(productKinds(), normKinds(), activationKinds(), poolKinds(), rearrangingKinds(), sequenceKinds(), tensorKinds(), recurrentKinds(), streamKinds(), mergeKinds())
	for _, k := range all {
		if k.Learns() && !k.Merge {
			k.Parameters = append(slices.Clip(k.Parameters), sharedParameter())
		}
		if k.WeightLayer() {
			k.Parameters = append(slices.Clip(k.Parameters), initParameter())
		}
	}
	return all
})

// Kinds lists every kind of layer and merge in the order documentation shows them.
func Kinds() []*Kind { return slices.Clone(kindTable()) }

// kindNames has each kind under its name.
var kindNames = sync.OnceValue(func() map[string]*Kind {
	names := map[string]*Kind{}
	for _, k := range kindTable() {
		names[k.Name] = k
	}
	return names
})

// KindByName returns the kind of that name, or nil.
func KindByName(name string) *Kind { return kindNames()[name] }

// Fault is why a shape rule refuses its input.
type Fault struct{ Message, Hint string }

var anyAxes = AxisRange{0, MaxExtents}
var someAxes = AxisRange{1, MaxExtents}

func count(name, doc string) Parameter {
	return Parameter{Name: name, Type: Count, Doc: doc, Required: true}
}

func flag(name, doc string, byDefault int64) Parameter {
	return Parameter{Name: name, Type: Flag, Doc: doc, Default: symbolic.Int(byDefault), True: 1}
}

func perAxis(name, doc string, byDefault int64) Parameter {
	return Parameter{Name: name, Type: CountPerAxis, Doc: doc, Default: symbolic.Int(byDefault)}
}

// The words that arguments may have in place of numbers.
const (
	SamePadding  = "same"  // of windows: as many zeros that ⌈S/stride⌉ positions come out
	ValidPadding = "valid" // of windows: no zeros
	AsWide       = "width" // as much as the width that comes in
	AllElements  = "all"   // as much as comes out, or as there are
)

func padding() Parameter {
	return Parameter{
		Name: "padding", Type: SizePerAxis, Word: SamePadding, Words: []string{SamePadding, ValidPadding},
		Doc: "same: ⌈S/stride⌉ positions come out; valid: none; or the number of zeros on each side",
	}
}

func morePadding() Parameter {
	return Parameter{Name: "more_padding", Type: SizePerAxis, Doc: "further zeros at one end"}
}

// unchanged is the shape rule of everything that works element by element or along the width.
func unchanged(in []Shape, _ Args) (Shape, *Fault) { return in[0], nil }

// DefaultText describes the default of a parameter for documentation: empty where it must be given.
func (p Parameter) DefaultText() string {
	switch {
	case p.Required:
		return ""
	case p.SameAs != "":
		return p.SameAs
	case p.Word != "":
		return p.Word
	case p.Type == Initial:
		return "he"
	case p.Type == Tensor:
		return "none"
	case (p.Type == Flag || p.Type == Sharing) && p.Default.IsZero():
		return "false"
	case p.Type == Flag:
		return "true"
	}
	return p.Default.ASCII()
}
