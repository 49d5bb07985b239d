package cost

import "github.com/skipcost/skipcost/arch/symbolic"

// weightRows are the rows of parameters and buffers.
func weightRows() map[Quantity]row {
	return map[Quantity]row{
		Params: {
			name: "params", unit: Count, ofWeights: true,
			doc: "learnable elements: weights, biases, norm scale and shift",
		},
		TrainableParams: {
			name: "trainable_params", unit: Count, ofWeights: true, needs: []Quantity{Params},
			doc:   "params that training does not leave as they are (--freeze, --train)",
			layer: (*layerCost).trained,
		},
		ActiveParams: {
			name: "active_params", unit: Count, ofWeights: true, needs: []Quantity{Params},
			doc:   "params that work on one position: all, but of a mixture of experts those of the active ones",
			layer: (*layerCost).active,
		},
		Buffers: {
			name: "buffers", unit: Count, ofWeights: true,
			doc: "elements kept but not learned: running mean and variance of batch norms, and buffers",
		},
		ParamBytes: {
			name: "param_bytes", unit: Bytes, needs: []Quantity{Params},
			doc:    "params × bytes per parameter",
			derive: func(c *counter, of *Costs) symbolic.Expr { return c.options.paramBytes(of.of[Params]) },
		},
	}
}
