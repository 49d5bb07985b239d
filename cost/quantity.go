package cost

import "github.com/skipcost/skipcost/arch/symbolic"

// Quantity is something a network costs. Quantities never mix: a [Costs] keeps one expression for each.
type Quantity int

// The quantities, in the order reports show them.
const (
	Params Quantity = iota
	Buffers
	MACs
	FLOPs
	Activations
	ParamBytes
	TrainingMACs
	TrafficBytes
	CIO
	Intensity
	TrainingSavedBytes
	TrainingSavedBytesWithoutInput
	InferencePeakBytes
	PeakInputHeldBytes
	GradientBytes
	OptimizerBytes
	TrainingTotalBytes
	RecomputedMACs
	TrainingPeakBytes
	RecomputedTrafficBytes
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

type quantityInfo struct {
	name string
	unit Unit
	doc  string
}

func (q Quantity) info() quantityInfo {
	switch q {
	case Params:
		return quantityInfo{"params", Count, "learnable elements: weights, biases, norm scale and shift"}
	case Buffers:
		return quantityInfo{"buffers", Count, "elements kept but not learned: running mean and variance of batch norms"}
	case MACs:
		return quantityInfo{"macs", Count, "multiply-accumulates of convolutions, linear layers, attention and matrix products, for the whole batch"}
	case FLOPs:
		return quantityInfo{"flops", Count, "floating-point operations: 2·macs + bias adds + element-wise work, for the whole batch"}
	case Activations:
		return quantityInfo{"activations", Count, "elements that convolutions, linear layers and matrix products output, for the whole batch"}
	case ParamBytes:
		return quantityInfo{"param_bytes", Bytes, "params × bytes per element"}
	case TrainingMACs:
		return quantityInfo{"training_macs", Count, "multiply-accumulates of a training step: forward, gradients of inputs where something before is trained, gradients of weights that are trained"}
	case TrafficBytes:
		return quantityInfo{"traffic_bytes", Bytes, "bytes that layers read and write one by one: activations, parameters and buffers, concat copies included, views not"}
	case CIO:
		return quantityInfo{"cio", Count, "elements that convolutions read and write, parameters apart (Chao et al. 2019, arXiv:1909.00948, section 3.2)"}
	case Intensity:
		return quantityInfo{"intensity", Ratio, "flops / traffic_bytes: operations for each byte that is read or written"}
	case TrainingSavedBytes:
		return quantityInfo{"training_saved_bytes", Bytes, "kept from the forward pass for the backward pass: each storage that some layer needs, once; parameters and buffers apart"}
	case TrainingSavedBytesWithoutInput:
		return quantityInfo{"training_saved_bytes_without_input", Bytes, "the same without the network's input"}
	case InferencePeakBytes:
		return quantityInfo{"inference_peak_bytes", Bytes, "the most bytes of activations there at once in a forward pass that frees each tensor at its last use; weights apart"}
	case PeakInputHeldBytes:
		return quantityInfo{"peak_input_held_bytes", Bytes, "the same with the network's input held to the end"}
	case GradientBytes:
		return quantityInfo{"gradient_bytes", Bytes, "gradients of the parameters that are trained"}
	case OptimizerBytes:
		return quantityInfo{"optimizer_bytes", Bytes, "state of the optimizer, and with mixed precision the fp32 copy of the weights"}
	case TrainingTotalBytes:
		return quantityInfo{"training_total_bytes", Bytes, "param_bytes + gradient_bytes + optimizer_bytes + training_saved_bytes"}
	case RecomputedMACs:
		return quantityInfo{"recomputed_macs", Count, "multiply-accumulates of the forward pass that checkpoints make the backward pass repeat"}
	case RecomputedTrafficBytes:
		return quantityInfo{"recomputed_traffic_bytes", Bytes, "what the backward pass reads and writes to make recomputed concats, norms and activations again"}
	case TrainingPeakBytes:
		return quantityInfo{"training_peak_bytes", Bytes, "the most bytes of activations and gradients there at once over a forward and backward pass; a model, frameworks may hold some tensors longer"}
	}
	return quantityInfo{}
}

// String is the quantity's name in code, flags, columns and JSON alike.
func (q Quantity) String() string { return q.info().name }

// Unit is what the quantity is measured in.
func (q Quantity) Unit() Unit { return q.info().unit }

// Doc says in one line what is counted.
func (q Quantity) Doc() string { return q.info().doc }

// Quantities lists all of them in report order.
func Quantities() []Quantity {
	out := make([]Quantity, quantityCount)
	for k := range out {
		out[k] = Quantity(k)
	}
	return out
}

// Costs holds one exact expression per quantity; the zero value costs nothing.
type Costs struct{ of [quantityCount]symbolic.Expr }

// Of is the cost in one quantity.
func (c Costs) Of(q Quantity) symbolic.Expr { return c.of[q] }

// Add is the sum, quantity by quantity.
func (c Costs) Add(d Costs) Costs {
	for q := range c.of {
		c.of[q] = c.of[q].Add(d.of[q])
	}
	return c
}

// isSum reports whether the cost of a network is the sum over its layers. The others follow from sums or from the order in
// which layers run.
func (q Quantity) isSum() bool {
	switch q {
	case ParamBytes, Intensity, TrainingSavedBytes, TrainingSavedBytesWithoutInput, InferencePeakBytes, PeakInputHeldBytes, TrainingTotalBytes, TrainingPeakBytes,
		RecomputedTrafficBytes:
		return false
	}
	return true
}

// Closes reports whether the quantity can have a closed form. A peak is a maximum over all layers and has none.
func (q Quantity) Closes() bool {
	return q != InferencePeakBytes && q != PeakInputHeldBytes && q != TrainingPeakBytes
}

// IsModel reports whether the quantity is a model of what frameworks do, close to it but not exact.
func (q Quantity) IsModel() bool { return q == TrainingPeakBytes }
