package cost

// References:
//
//	[vaswani2017] Attention Is All You Need, arXiv:1706.03762, section 3.2
//	[ainslie2023] GQA: Training Generalized Multi-Query Transformer Models, arXiv:2305.13245

// attentionRule is [vaswani2017], with shared heads for keys and values as in [ainslie2023].
func attentionRule() Rule {
	return Rule{
		Kinds: []string{"attention"},
		Formulas: []Formula{
			{Params, "inner*(C + 2*C*kv_heads/heads + N) + bias*(inner + 2*inner*kv_heads/heads + N)"},
			{MACs, "B*P*inner*(C + 2*C*kv_heads/heads + N) + 2*B*inner*P*keys"},
			{FLOPs, "2*macs + bias*B*P*(inner + 2*inner*kv_heads/heads + N) + 6*B*heads*P*keys"},
			{Activations, "B*P*(inner + 2*inner*kv_heads/heads + N) + B*heads*P*keys + B*P*inner"},
		},
		Factored: "3*C + 2*inner + 2*inner*kv_heads/heads + N + bias*(inner + 2*inner*kv_heads/heads + N)",
		Products: own("2*B*inner*P*keys"),
		Cache:    "2*B*keys*inner*kv_heads/heads",
		Casting:  Narrow, Cast: "inner*(C + 2*C*kv_heads/heads)", CastAlways: "inner*N",
		Inside: "B*P*inner*N",
		// Queries, keys, values and the sums lie in memory, scores do not.
		Between: Between{
			Inner:     "2*B*P*(C + 2*inner + 2*inner*kv_heads/heads) + " + cacheRead,
			Workspace: "max(B*P*(2*inner + 2*inner*kv_heads/heads), B*P*(inner + N))",
		},
		Keeps: Keeps{Input: true, InputFor: OwnWeights, Extra: "bytes*B*P*(2*inner + 2*inner*kv_heads/heads) + 4*B*heads*P"},
		Variants: []Variant{
			{SeparateSteps, Keeps{Input: true, InputFor: OwnWeights, Extra: separateSteps}, scoresBetween()},
			{ScaledSteps, Keeps{Input: true, InputFor: OwnWeights, Extra: separateSteps + " + 8"}, scoresBetween()},
		},
		Counts: "query, key, value and output projections; scores and weighted sum over all positions or those of a window, with those cached before; no mask saved; 6 flops per score: scale and softmax",
		Source: "Vaswani et al. 2017, arXiv:1706.03762, section 3.2; shared key and value heads: Ainslie et al. 2023, arXiv:2305.13245",
	}
}

// cacheRead is the number of cached keys and values, which are read and not computed.
const cacheRead = "2*B*cached*inner*kv_heads/heads"

// attendRule is scaled dot-product attention: [vaswani2017], equation 1. An attention layer is this with its projections.
func attendRule() Rule {
	const (
		scores, sums = "B*P*keys*C", "B*P*keys*N"
		given        = "bytes*B*heads*P*keys + 4*autocast*B*heads*P*keys"
	)
	between := Between{Inner: "4*B*heads*P*keys + B*cached*kv_heads/heads*(C + N)", Workspace: "2*B*heads*P*keys + B*P*N"}
	return Rule{
		Kinds: []string{"dot_product_attention"},
		Formulas: []Formula{
			{MACs, scores + " + " + sums},
			{FLOPs, "2*macs + 6*B*heads*P*keys"},
			{Activations, "B*heads*P*keys + B*P*N"},
		},
		Products: []Product{{scores, [2][]int{{0}, {1}}}, {sums, [2][]int{{0, 1}, {2}}}},
		Cache:    "B*keys*kv_heads/heads*(C + N)",
		Casting:  Narrow,
		Between:  Between{Inner: "B*cached*kv_heads/heads*(C + N)"},
		Keeps:    Keeps{Input: true, Output: true, Extra: "4*B*heads*P"},
		Variants: []Variant{
			{SeparateSteps, Keeps{Input: true, InputFor: OtherFactors, Extra: given}, between},
			{ScaledSteps, Keeps{Input: true, InputFor: OtherFactors, Extra: given + " + 8*queries"}, between}, // which are scaled
		},
		Counts: "scores and weighted sum over all keys or those of a window, with those cached before; no mask saved; 6 flops per score: scale and softmax",
		Source: "Vaswani et al. 2017, arXiv:1706.03762, equation 1",
	}
}

// separateSteps is what attention keeps beside its input if it stores its scores: queries, keys, values and the weights of all
// pairs of positions, and the weighted sums for the weights of the output projection.
const separateSteps = "bytes*B*(P*((1 + trained)*inner + 2*inner*kv_heads/heads) + heads*P*keys) + 4*autocast*B*heads*P*keys"

// scoresBetween is the memory between the steps of attention that stores its scores: queries, keys and values with the scores;
// the values with the scores before and after the softmax; the sums with the output. The values with the weights and the sums
// are never more than the first of these.
func scoresBetween() Between {
	return Between{
		Inner:     "2*(B*P*(C + inner + 2*inner*kv_heads/heads) + 2*B*heads*P*keys + B*P*inner) + " + cacheRead,
		Workspace: "max(B*P*(inner + 2*inner*kv_heads/heads) + B*heads*P*keys, B*P*inner*kv_heads/heads + 2*B*heads*P*keys, B*P*(inner + N))",
	}
}
