package cost

import (
	"github.com/skipcost/skipcost/arch/flow"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// row is what there is to know of the quantity. What a row computes may use others, but must not ask them for their rows.
func (q Quantity) row() *row { return &quantityRows[q] }

// quantityRows is written here and never changed.
var quantityRows = [quantityCount]row{
	Params: {
		name: "params", unit: Count, ofWeights: true,
		doc: "learnable elements: weights, biases, norm scale and shift",
	},
	TrainableParams: {
		name: "trainable_params", unit: Count, ofWeights: true, needs: []Quantity{Params},
		doc:   "params that training does not leave as they are (--freeze, --train)",
		layer: (*layerCost).trained,
	},
	Buffers: {
		name: "buffers", unit: Count, ofWeights: true,
		doc: "elements kept but not learned: running mean and variance of batch norms",
	},
	MACs: {
		name: "macs", unit: Count, atInference: true,
		doc: "multiply-accumulates of convolutions, linear layers, attention and matrix products, for the whole batch",
	},
	FLOPs: {
		name: "flops", unit: Count, atInference: true, needs: []Quantity{MACs},
		doc: "floating-point operations: 2·macs + bias adds + element-wise work, for the whole batch",
	},
	Activations: {
		name: "activations", unit: Count, atInference: true,
		doc: "elements that convolutions, linear layers and matrix products output, for the whole batch",
	},
	OutputElements: {
		name: "output_elements", unit: Count, atInference: true,
		doc:   "elements that all operations output, views apart: what one adds up by hand, for the whole batch",
		layer: (*layerCost).outputElements,
	},
	ParamBytes: {
		name: "param_bytes", unit: Bytes, needs: []Quantity{Params},
		doc:    "params × bytes per parameter",
		derive: func(c *counter, of *Costs) symbolic.Expr { return c.options.paramBytes(of.of[Params]) },
	},
	TrainingMACs: {
		name: "training_macs", unit: Count, needs: []Quantity{MACs},
		doc:   "multiply-accumulates of a training step: forward, gradients of inputs where something before is trained, gradients of weights that are trained",
		whole: trainingMACs,
	},
	TrafficBytes: {
		name: "traffic_bytes", unit: Bytes, atInference: true, needs: []Quantity{Params, Buffers},
		doc:   "bytes that layers read and write one by one: activations, parameters and buffers, concat copies included, views not",
		layer: (*layerCost).traffic,
	},
	CIO: {
		name: "cio", unit: Count, atInference: true,
		doc: "elements that convolutions read and write, parameters apart (Chao et al. 2019, arXiv:1909.00948, section 3.2)",
	},
	Intensity: {
		name: "intensity", unit: Ratio, needs: []Quantity{FLOPs, TrafficBytes},
		doc: "flops / traffic_bytes: operations for each byte that is read or written",
		derive: func(_ *counter, of *Costs) symbolic.Expr {
			if of.of[TrafficBytes].IsZero() {
				return symbolic.Expr{}
			}
			return of.of[FLOPs].Div(of.of[TrafficBytes])
		},
	},
	TrainingSavedBytes: {
		name: "training_saved_bytes", unit: Bytes,
		doc:   "kept from the forward pass for the backward pass: each storage that some layer needs, once; parameters and buffers apart",
		whole: keptBytes,
	},
	TrainingSavedBytesWithoutInput: {
		name: "training_saved_bytes_without_input", unit: Bytes,
		doc:   "the same without the network's input",
		whole: keptBytesWithoutInput,
	},
	InferencePeakBytes: {
		name: "inference_peak_bytes", unit: Bytes, open: true,
		doc:   "the most bytes of activations there at once in a forward pass that frees each tensor at its last use; weights apart",
		whole: peakBytes,
	},
	PeakInputHeldBytes: {
		name: "peak_input_held_bytes", unit: Bytes, open: true,
		doc:   "the same with the network's input held to the end",
		whole: peakInputHeldBytes,
	},
	KVCacheBytes: {
		name: "kv_cache_bytes", unit: Bytes, atInference: true,
		doc:   "keys and values that attention layers keep while text is generated: 2 · key and value heads · head size · positions · bytes for each",
		layer: (*layerCost).cacheBytes,
	},
	GradientBytes: {
		name: "gradient_bytes", unit: Bytes, needs: []Quantity{Params},
		doc:   "gradients of the parameters that are trained",
		layer: (*layerCost).gradientBytes,
	},
	OptimizerBytes: {
		name: "optimizer_bytes", unit: Bytes, needs: []Quantity{Params},
		doc:   "state of the optimizer, and with mixed precision the fp32 copy of the weights",
		layer: (*layerCost).optimizerBytes,
	},
	TrainingTotalBytes: {
		name: "training_total_bytes", unit: Bytes, needs: []Quantity{ParamBytes, GradientBytes, OptimizerBytes, TrainingSavedBytes},
		doc: "param_bytes + gradient_bytes + optimizer_bytes + training_saved_bytes",
		derive: func(_ *counter, of *Costs) symbolic.Expr {
			return symbolic.Sum(of.of[ParamBytes], of.of[GradientBytes], of.of[OptimizerBytes], of.of[TrainingSavedBytes])
		},
	},
	RecomputedMACs: {
		name: "recomputed_macs", unit: Count, needs: []Quantity{MACs},
		doc:   "multiply-accumulates of the forward pass that checkpoints make the backward pass repeat",
		whole: recomputedMACs,
	},
	TrainingPeakBytes: {
		name: "training_peak_bytes", unit: Bytes, open: true, model: true, needs: []Quantity{GradientBytes},
		doc:   "the most bytes of activations and gradients there at once over a forward and backward pass; a model, frameworks may hold some tensors longer",
		whole: trainingPeakBytes,
	},
	RecomputedTrafficBytes: {
		name: "recomputed_traffic_bytes", unit: Bytes, needs: []Quantity{TrafficBytes},
		doc:   "what the backward pass reads and writes to make recomputed concats, norms and activations again",
		whole: recomputedTraffic,
	},
	Paths: {
		name: "paths", unit: Count, gain: true, doc: "ways from the input to an output, through one operand at each merge",
		whole: carried(func(r *flow.Reading) flow.Quantity { return r.Paths }),
	},
	ShortestPath: {
		name: "shortest_path", unit: Count, gain: true, doc: "weight layers on the shortest of the paths",
		whole: carried(func(r *flow.Reading) flow.Quantity { return r.ShortestPath }),
	},
	MeanPath: {
		name: "mean_path", unit: Ratio, gain: true, doc: "weight layers on a path, on average over the paths",
		whole: carried(func(r *flow.Reading) flow.Quantity { return r.MeanPath }),
	},
	LongestPath: {
		name: "longest_path", unit: Count, gain: true, doc: "weight layers on the longest of the paths",
		whole: carried(func(r *flow.Reading) flow.Quantity { return r.LongestPath }),
	},
	SignalGain: {
		name: "signal_gain", unit: Ratio, gain: true, doc: "mean square of the output over that of the input, in expectation over the initial weights",
		whole: carried(func(r *flow.Reading) flow.Quantity { return r.SignalGain }),
	},
	GradientGain: {
		name: "gradient_gain", unit: Ratio, gain: true, doc: "mean square of the gradient per unit at the first weight layer's output over that at the last's, likewise",
		whole: carried(func(r *flow.Reading) flow.Quantity { return r.GradientGain }),
	},
	EffectivePath: {
		name: "effective_path", unit: Ratio, gain: true, doc: "weight layers on a path, on average by the gradient that paths carry",
		whole: carried(func(r *flow.Reading) flow.Quantity { return r.EffectivePath }),
	},
}
