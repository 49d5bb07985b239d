package cost

import "github.com/skipcost/skipcost/arch/flow"

// carriedRows are the rows of paths, signal and gradient, see [Readings].
func carriedRows() map[Quantity]row {
	return map[Quantity]row{
		Paths: {
			name: "paths", unit: Count, gain: true, doc: "ways from the input to an output, through one operand at each merge",
			whole: carried(flow.Ways, func(r *flow.Reading) flow.Quantity { return r.Paths }),
		},
		ShortestPath: {
			name: "shortest_path", unit: Count, gain: true, doc: "weight layers on the shortest of the paths",
			whole: carried(flow.Ways, func(r *flow.Reading) flow.Quantity { return r.ShortestPath }),
		},
		MeanPath: {
			name: "mean_path", unit: Ratio, gain: true, doc: "weight layers on a path, on average over the paths",
			whole: carried(flow.Ways, func(r *flow.Reading) flow.Quantity { return r.MeanPath }),
		},
		LongestPath: {
			name: "longest_path", unit: Count, gain: true, doc: "weight layers on the longest of the paths",
			whole: carried(flow.Ways, func(r *flow.Reading) flow.Quantity { return r.LongestPath }),
		},
		SignalGain: {
			name: "signal_gain", unit: Ratio, gain: true, doc: "mean square of the output over that of the input, in expectation over the initial weights",
			whole: carried(flow.Gains, func(r *flow.Reading) flow.Quantity { return r.SignalGain }),
		},
		GradientGain: {
			name: "gradient_gain", unit: Ratio, gain: true, doc: "mean square of the gradient per unit at the first weight layer's output over that at the last's, likewise",
			whole: carried(flow.Gains, func(r *flow.Reading) flow.Quantity { return r.GradientGain }),
		},
		EffectivePath: {
			name: "effective_path", unit: Ratio, gain: true, doc: "weight layers on a path, on average by the gradient that paths carry",
			whole: carried(flow.Gains, func(r *flow.Reading) flow.Quantity { return r.EffectivePath }),
		},
	}
}
