package cost

import (
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/internal/choose"
)

// Quantity is something a network costs. Quantities never mix: a [Costs] keeps one expression for each.
type Quantity int

// The quantities, in the order reports show them. A further one is a name here and a row in quantities.go.
const (
	Params Quantity = iota
	TrainableParams
	Buffers
	MACs
	FLOPs
	Activations
	OutputElements
	ParamBytes
	TrainingMACs
	TrafficBytes
	CIO
	Intensity
	TrainingSavedBytes
	TrainingSavedBytesWithoutInput
	InferencePeakBytes
	PeakInputHeldBytes
	KVCacheBytes
	ActiveParams
	CutBytes
	GradientBytes
	OptimizerBytes
	TrainingTotalBytes
	RecomputedMACs
	TrainingPeakBytes
	RecomputedTrafficBytes
	Paths
	ShortestPath
	MeanPath
	LongestPath
	SignalGain
	GradientGain
	EffectivePath
	quantityCount
)

// Unit is what a quantity is measured in.
type Unit string

// The units: elements and operations are counts, memory is bytes, and intensity is operations per byte.
const (
	Count Unit = "count"
	Bytes Unit = "bytes"
	Ratio Unit = "ratio"
)

// row is all there is to know of a quantity, the way it is computed included. There are three ways: a sum over the layers
// (neither derive nor whole is given), what follows from other costs, and what is computed for the network as a whole.
type row struct {
	name  string
	unit  Unit
	doc   string
	needs []Quantity // computed with it, and before it
	open  bool       // has no closed form, since it is a maximum over all layers
	gain  bool       // what a network carries, not what it costs: what goes with a skip is a factor, and no difference
	model bool       // a model of what frameworks do, close to it but not exact
	// perLayer says that layers have it and the network does not: it is of the place behind each, not a share in a total.
	perLayer bool

	// layer is what an operation costs; nil where the formula of its rule says it, and layers without one cost nothing.
	layer func(*layerCost) symbolic.Expr
	// ofWeights says that an operation that uses the weights of another one costs nothing, and atInference that one that only
	// runs while training does.
	ofWeights, atInference bool
	// derive makes the cost of a layer, or of a network, from the others of the same.
	derive func(*counter, *Costs) symbolic.Expr
	// whole is the cost of a network, and the shares of its layers in it.
	whole func(*counter, *trace.Trace) whole
}

// whole is the cost of a network that is no sum of what its layers cost by themselves.
type whole struct {
	total  symbolic.Expr
	digits Digits
	// share is that of a layer; all of them and input add up to total, if there is one. Nil where layers have none.
	share func(*trace.Operation) symbolic.Expr
	input symbolic.Expr // the share of the network's input
}

// failed is a cost that cannot be known, and why.
func failed(err error) whole { return whole{total: symbolic.Failed(err)} }

// String is the quantity's name in code, flags, columns and JSON alike.
func (q Quantity) String() string { return q.row().name }

// Unit is what the quantity is measured in.
func (q Quantity) Unit() Unit { return q.row().unit }

// Doc says in one line what is counted.
func (q Quantity) Doc() string { return q.row().doc }

// Closes reports whether the quantity can have a closed form. A peak is a maximum over all layers and has none.
func (q Quantity) Closes() bool { return !q.row().open }

// Needs lists the quantities that this one is computed from.
func (q Quantity) Needs() []Quantity { return slices.Clone(q.row().needs) }

// Gain reports whether the quantity is carried, not paid: what goes with a skip is a factor of it.
func (q Quantity) Gain() bool { return q.row().gain }

// IsModel reports whether the quantity is a model of what frameworks do, close to it but not exact.
func (q Quantity) IsModel() bool { return q.row().model }

// PerLayer reports whether only single layers have the quantity, and no network.
func (q Quantity) PerLayer() bool { return q.row().perLayer }

// Quantities lists all that networks cost, in report order; what they carry is among the [Readings], and what only layers have
// among the [LayerQuantities].
func Quantities() []Quantity {
	return quantities(func(r *row) bool { return !r.gain && !r.perLayer })
}

// LayerQuantities lists what each layer has and no network, in report order. There is a value for each layer where
// [Options.Layers] asks for them.
func LayerQuantities() []Quantity { return quantities(func(r *row) bool { return r.perLayer }) }

// quantities lists those whose rows say so.
func quantities(is func(*row) bool) []Quantity {
	var out []Quantity
	for q := range quantityCount {
		if is(q.row()) {
			out = append(out, q)
		}
	}
	return out
}

// ParseQuantity returns the named quantity, be it paid or carried. The error is *choose.UnknownError.
func ParseQuantity(name string) (Quantity, error) {
	all := slices.Concat(Quantities(), LayerQuantities(), Readings())
	return choose.Named("cost", name, all, func(q Quantity) []string { return []string{q.String()} })
}

// Costs holds one expression per quantity, exact but for the gains of a model; the zero value costs nothing.
type Costs struct {
	of     [quantityCount]symbolic.Expr
	digits [quantityCount]Digits
}

// Digits says how far the expression of a quantity can be trusted.
type Digits int

// The three ways in which a number is known, from the best to the worst.
const (
	AllDigits      Digits = iota // exact
	RoundedDigits                // the first digits of a number that has too many
	ModelledDigits               // the first digits of a model of the expectation
)

// Of is the cost in one quantity.
func (c Costs) Of(q Quantity) symbolic.Expr { return c.of[q] }

// Digits says how far the cost in one quantity can be trusted.
func (c Costs) Digits(q Quantity) Digits { return c.digits[q] }

// Add is the sum, quantity by quantity.
func (c Costs) Add(d Costs) Costs {
	for q := range c.of {
		c.of[q], c.digits[q] = c.of[q].Add(d.of[q]), max(c.digits[q], d.digits[q])
	}
	return c
}

// Sub is the difference, quantity by quantity; of gains it is the factor.
func (c Costs) Sub(d Costs) Costs {
	for q := range c.of {
		c.digits[q] = max(c.digits[q], d.digits[q])
		switch {
		case !quantityRows[q].gain:
			c.of[q] = c.of[q].Sub(d.of[q])
		case !c.of[q].IsZero():
			c.of[q], c.digits[q] = gainRatio(c.of[q], d.of[q], c.digits[q])
		}
	}
	return c
}
