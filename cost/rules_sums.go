package cost

// References:
//
//	[pagliardini2024] DenseFormer, arXiv:2402.02622, section 3
//	[heddes2025]      DeepCrossAttention, arXiv:2502.06785, section 3: GRN-v1 to v3
//	[xiao2025]        MUDDFormer, arXiv:2502.12170, equations 5 to 16

// sumRules are the rules of sums with learned weights. A sum is a product of a small matrix with the paths, at every position.
func sumRules() []Rule {
	const (
		sums    = "B*P*N*operands"
		numbers = "ways*operands"
		heddes  = "Heddes et al. 2025, arXiv:2502.06785, section 3"
	)
	return []Rule{
		{
			Kinds: []string{"weighted"}, Formulas: []Formula{{Params, numbers}, {MACs, sums}, {FLOPs, "2*macs"}, {Activations, "B*N*P"}},
			Casting: Promoted, Keeps: Keeps{Input: true, InputFor: OwnWeights},
			Counts: "a multiply and an add per element for each path, as the product with a vector of numbers that it is; training keeps all paths",
			Source: "Pagliardini et al. 2024, arXiv:2402.02622, section 3",
		},
		{
			Kinds: []string{"channel_sum"}, Formulas: []Formula{{Params, numbers + "*C"}, {MACs, sums}, {FLOPs, "2*macs"}, {Activations, "B*N*P"}},
			Factored: "ways*(C + operands)",
			Casting:  Promoted, Keeps: Keeps{Input: true, InputFor: OwnWeights},
			Counts: "as weighted, with a number for each channel of each path; training keeps all paths", Source: heddes + ", GRN-v2",
		},
		{
			Kinds:    []string{"gated_sum"},
			Formulas: []Formula{{Params, numbers + "*C + ways*C"}, {MACs, "2*" + sums}, {FLOPs, "2*macs + B*P*operands*(N + ways)"}, {Activations, "B*P*(N + " + numbers + ")"}},
			Products: own(sums), Cache: "0", Factored: "ways*(C + operands) + ways*C",
			Casting: Promoted, Keeps: Keeps{Input: true, Extra: "bytes*B*P*" + numbers},
			Counts: "per path and sum the product with a learned vector, rectified and added to a number for each channel, and a multiply and an add per element; training keeps all paths and what was rectified",
			Source: heddes + ", GRN-v3",
		},
		{
			Kinds: []string{"dynamic_sum"},
			Formulas: []Formula{
				{Params, numbers + "*(C + " + numbers + " + 1)"},
				{MACs, "B*P*" + numbers + "*(C + " + numbers + ") + " + sums},
				{FLOPs, "2*macs + B*P*(3*C + 6*" + numbers + ")"},
				{Activations, "B*P*(N + 2*" + numbers + ")"},
			},
			Products: own(sums), Cache: "0", Inside: "B*P*(" + numbers + ")^2", Factored: "C + 4*" + numbers,
			Casting: Narrow, Cast: "C*" + numbers, CastAlways: "(" + numbers + ")^2",
			Between: Between{Inner: "B*P*(3*C + 8*" + numbers + ")"},
			Keeps:   Keeps{Input: true, Extra: "bytes*B*P*(trained*(C + " + numbers + ") + 2*" + numbers + ") + 4*B*P"},
			Counts: "an RMS norm without scale of the first path, a layer to as many units as there are numbers, GELU, a layer to the numbers and a shift; a multiply and an add per element for each path and sum; " +
				"training keeps all paths, the normalised one, and what both layers and the shift put out",
			Source: "Xiao et al. 2025, arXiv:2502.12170, equations 5 to 16",
		},
	}
}
