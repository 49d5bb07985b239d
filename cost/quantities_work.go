package cost

import (
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// workRows are the rows of arithmetic and traffic in a forward pass and in a training step.
func workRows() map[Quantity]row {
	return map[Quantity]row{
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
			doc:   "elements that all layers output, views apart: what one adds up by hand, for the whole batch",
			layer: (*layerCost).outputElements,
		},
		TrainingMACs: {
			name: "training_macs", unit: Count, needs: []Quantity{MACs},
			doc:   "multiply-accumulates of a training step: forward, gradients of inputs where something before is trained, gradients of weights that are trained, and forward again through reversible repeats; in expectation, where layers survive in some steps only",
			whole: trainingMACs,
		},
		RecomputedMACs: {
			name: "recomputed_macs", unit: Count, needs: []Quantity{MACs},
			doc:   "multiply-accumulates of the forward pass that the backward pass repeats: of checkpoints beside training_macs, of reversible repeats among them",
			whole: func(c *counter, t *trace.Trace) whole { return c.backward(t, true) },
		},
		TrafficBytes: {
			name: "traffic_bytes", unit: Bytes, atInference: true, needs: []Quantity{Params, Buffers},
			doc:   "bytes that layers read and write one by one: activations, parameters and buffers, concat copies included, views not",
			layer: (*layerCost).traffic,
		},
		RecomputedTrafficBytes: {
			name: "recomputed_traffic_bytes", unit: Bytes, needs: []Quantity{TrafficBytes},
			doc:   "what the backward pass reads and writes to make recomputed concats, norms and activations again",
			whole: recomputedTraffic,
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
	}
}
