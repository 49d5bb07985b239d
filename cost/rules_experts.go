package cost

// References:
//
//	[shazeer2017] Outrageously Large Neural Networks: The Sparsely-Gated Mixture-of-Experts Layer, arXiv:1701.06538, section 2
//	[jiang2024]   Mixtral of Experts, arXiv:2401.04088, section 2.1

// expertsRule is the rule of a mixture of experts: all of them are params, and the active ones work on each position.
func expertsRule() Rule {
	return Rule{
		Kinds: []string{"experts"},
		Formulas: []Formula{
			{Params, "count*(hidden*(C*(1 + gated) + N) + bias*(hidden*(1 + gated) + N)) + router*C*count + router_bias*count"},
			{ActiveParams, "active*(hidden*(C*(1 + gated) + N) + bias*(hidden*(1 + gated) + N)) + router*C*count + router_bias*count"},
			{MACs, "B*P*(active*hidden*(C*(1 + gated) + N) + router*C*count)"},
			{FLOPs, "2*macs + B*P*active*(bias*(hidden*(1 + gated) + N) + hidden*(5 + gated)) + B*P*N*(2*active - 2 + router) + (5*router + router_bias)*B*P*count"},
			{Activations, "B*P*(active*(hidden*(1 + gated) + N) + router*count)"},
		},
		Factored: "count*((1 + gated)*(C + hidden) + N + hidden + bias*(hidden*(1 + gated) + N)) + router*(C + count) + router_bias*count",
		// At most as many experts are read as all positions choose.
		Reads:   "min(count, B*P*active)*(hidden*(C*(1 + gated) + N) + bias*(hidden*(1 + gated) + N)) + router*C*count + router_bias*count",
		Casting: Narrow, Cast: "count*hidden*C*(1 + gated) + router*C*count", CastAlways: "count*hidden*N",
		Inside: "B*P*active*hidden*N",
		Between: Between{
			// The input is read by the router and by each layer into an active expert.
			Inner: "B*P*C*(active*(1 + gated) + router - 1) + 2*B*P*(active*hidden*(2 + gated) + (active - 1)*N + 2*router*count)",
			// The output of the first layer with that of its activation, or the latter with the output of the second layer.
			Workspace: "max(B*P*active*hidden*(2 + gated), B*P*active*(hidden + N))",
		},
		Keeps: Keeps{Input: true, InputFor: OwnWeights, Extra: "bytes*B*P*(active*(C + hidden*(2 + 2*gated) + N + 1) + router*count) + 8*B*P*active"},
		Counts: "every expert is params, the active ones are work: two layers with a SiLU or GELU between, 5 flops per element, and the product with the gate; their sum by shares; each layer into them reads the input; " +
			"the router's scores and their softmax; what training keeps besides the input is a model, libraries differ",
		Source: "Shazeer et al. 2017, arXiv:1701.06538, section 2; Jiang et al. 2024, arXiv:2401.04088, section 2.1",
	}
}
