package cost

import "github.com/skipcost/skipcost/arch/symbolic"

// trainingRows are the rows of memory in training.
func trainingRows() map[Quantity]row {
	return map[Quantity]row{
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
		TrainingPeakBytes: {
			name: "training_peak_bytes", unit: Bytes, open: true, model: true, needs: []Quantity{GradientBytes},
			doc:   "the most bytes of activations and gradients there at once over a forward and backward pass; a model, frameworks may hold some tensors longer",
			whole: trainingPeakBytes,
		},
	}
}
