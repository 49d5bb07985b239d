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

// row holds all facts about a quantity, and the way it is computed, of which there are three: as a sum over the layers (neither
// derive nor whole is set), from other quantities (derive), and for the network as a whole (whole).
type row struct {
	name  string
	unit  Unit
	doc   string
	needs []Quantity // computed with it, and before it
	open  bool       // has no closed form, since it is a maximum over all layers
	gain  bool       // no cost but a gain: a skip changes it by a factor, and not by a difference
	model bool       // a model of what frameworks do, close to it but not exact
	// perLayer says that only layers have it and no network: it belongs to the place behind a layer, and is no share of a
	// total.
	perLayer bool

	// layer computes the cost of an operation; nil where it is the formula of the operation's rule, or 0 without one.
	layer func(*layerCost) symbolic.Expr
	// ofWeights says that an operation with the weights of another one costs nothing; atInference says so of one that only runs
	// while training.
	ofWeights, atInference bool
	// derive computes the cost of a layer, or of a network, from its other costs.
	derive func(*counter, *Costs) symbolic.Expr
	// whole is the cost of a network, and the shares of its layers in it.
	whole func(*counter, *trace.Trace) whole
}

// whole is the cost of a network that is no sum of costs of single layers.
type whole struct {
	total  symbolic.Expr
	digits Digits
	// share is the share of a layer; all shares and input add up to total, if there is one. Nil where layers have no shares.
	share func(*trace.Operation) symbolic.Expr
	input symbolic.Expr // the share of the network's input
}

// failed is an unknown cost, with the reason.
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

// Gain reports whether a skip changes the quantity by a factor, and not by a difference.
func (q Quantity) Gain() bool { return q.row().gain }

// IsModel reports whether the quantity is a model of what frameworks do, close to it but not exact.
func (q Quantity) IsModel() bool { return q.row().model }

// PerLayer reports whether only single layers have the quantity, and no network.
func (q Quantity) PerLayer() bool { return q.row().perLayer }

// Quantities lists all costs of networks, in report order. Paths, signal and gradient are among the [Readings], and quantities
// of layers alone among the [LayerQuantities].
func Quantities() []Quantity {
	return quantities(func(r *row) bool { return !r.gain && !r.perLayer })
}

// LayerQuantities lists the quantities that only layers have, in report order. There is a value for each layer where
// [Options.Layers] asks for them.
func LayerQuantities() []Quantity { return quantities(func(r *row) bool { return r.perLayer }) }

// quantities lists the quantities whose rows meet a condition.
func quantities(is func(*row) bool) []Quantity {
	var out []Quantity
	for q := range quantityCount {
		if is(q.row()) {
			out = append(out, q)
		}
	}
	return out
}

// ParseQuantity returns the named quantity, a cost or a reading. The error is *choose.UnknownError.
func ParseQuantity(name string) (Quantity, error) {
	all := slices.Concat(Quantities(), LayerQuantities(), Readings())
	return choose.Named("cost", name, all, func(q Quantity) []string { return []string{q.String()} })
}

// Costs holds one expression per quantity, exact but for the gains of a model; the zero value costs nothing.
type Costs struct {
	of     [quantityCount]symbolic.Expr
	digits [quantityCount]Digits
}

// Digits says how exactly a quantity is known.
type Digits uint8

// The three ways in which a number is known, from the best to the worst.
const (
	AllDigits      Digits = iota // exact
	RoundedDigits                // the first digits of a number that has too many
	ModelledDigits               // the first digits of a model of the expectation
)

// Of is the cost in one quantity.
func (c Costs) Of(q Quantity) symbolic.Expr { return c.of[q] }

// Digits says how exactly the cost in one quantity is known.
func (c Costs) Digits(q Quantity) Digits { return c.digits[q] }

// Add is the sum, quantity by quantity.
func (c Costs) Add(d Costs) Costs {
	for q := range c.of {
		c.of[q], c.digits[q] = c.of[q].Add(d.of[q]), max(c.digits[q], d.digits[q])
	}
	return c
}

// Sub is the difference, quantity by quantity; for gains, the quotient.
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
