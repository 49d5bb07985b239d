package cost

// References:
//
//	[deepseek2024] DeepSeek-V2: A Strong, Economical, and Efficient Mixture-of-Experts Language Model, arXiv:2405.04434, section 2.1
//	[dao2024]      Transformers are SSMs, arXiv:2405.21060, sections 6 and 7

// latentAttentionRule is [deepseek2024], equations 1 to 11. For cached positions, the projections from latents to keys and
// values are absorbed into those of the queries and the output, as in section 2.1.2, so that the products run over latents.
func latentAttentionRule() Rule {
	const (
		query    = "heads*(head_width + rope)"
		up       = "heads*(head_width + value)"
		matrices = "(direct*C*" + query + " + query_rank*(C + " + query + ") + C*(rank + rope) + rank*" + up + " + heads*value*N)"
		products = "B*heads*P*keys*(head_width + rope + value + absorbed*(2*rank - head_width - value))"
		latents  = "2*query_rank + 2*rank"
		made     = latents + " + 2*" + query + " + 2*heads*value"
		scores   = " + bytes*B*heads*P*keys + 4*autocast*B*heads*P*keys"
	)
	const (
		outwards = "B*P*(heads*value + N)" // the sums with what comes out
		atOnce   = "max(2*B*P*(" + query + " + heads*value), " + outwards + ")"
		// Beside the values, queries and keys are in memory with the scores, or the sums with the weights, or the scores before
		// and after the softmax.
		separate = "max(B*P*heads*value + B*heads*P*keys + max(2*B*P*" + query + ", B*P*heads*value, B*heads*P*keys), " + outwards + ")"
	)
	between := "2*B*P*(C + " + latents + " + rope + 2*" + query + " + 2*heads*value) + B*cached*(rank + rope)"
	return Rule{
		Kinds: []string{"latent_attention"},
		Formulas: []Formula{
			{Params, matrices + " + query_rank + rank"},
			{MACs, "B*P*" + matrices + " + " + products},
			{FLOPs, "2*macs + 4*B*P*(query_rank + rank) + 6*B*heads*P*keys"},
			{Activations, "B*P*(query_rank + " + query + " + rank + rope + " + up + " + N + heads*value) + B*heads*P*keys"},
		},
		Factored: "2*C + " + query + " + 3*query_rank + 3*rank + rope + " + up + " + heads*value + N",
		Products: own(products),
		Inside:   "B*P*(query_rank*" + query + " + rank*" + up + " + heads*value*N)",
		Cache:    "B*keys*(rank + rope)",
		Casting:  Narrow, Cast: "C*(direct*" + query + " + query_rank + rank + rope)",
		CastAlways: "query_rank*" + query + " + rank*" + up + " + heads*value*N",
		Between:    Between{Inner: between, Workspace: atOnce},
		Keeps:      Keeps{Input: true, InputFor: OwnWeights, Extra: "bytes*B*P*(" + made + ") + 4*B*P*(heads + 2 - direct)"},
		Variants: []Variant{
			{SeparateSteps, Keeps{Input: true, InputFor: OwnWeights, Extra: "bytes*B*P*(" + made + ") + 4*B*P*(2 - direct)" + scores},
				Between{Inner: between + " + 4*B*heads*P*keys", Workspace: separate}},
			{ScaledSteps, Keeps{Input: true, InputFor: OwnWeights, Extra: "bytes*B*P*(" + made + ") + 4*B*P*(2 - direct) + 8" + scores},
				Between{Inner: between + " + 4*B*heads*P*keys", Workspace: separate}},
		},
		Counts: "the layers down to the latents, their norms, those up to the heads, and out; scores and weighted sum over all positions or those of a window, over cached ones in the latent; " +
			"6 flops per score: scale and softmax; what training keeps is of the written-out layers, libraries differ",
		Source: "DeepSeek-AI 2024, arXiv:2405.04434, section 2.1",
	}
}

// mambaRule is [dao2024], figure 6. The state is counted as the recurrence of equation 1: each position updates it and reads
// it, with a multiply-accumulate each for every element. Implementations that work on chunks of positions do more.
func mambaRule() Rule {
	const (
		convolved = "(inner + 2*groups*state)"
		projected = "(2*inner + 2*groups*state + heads)"
		recurs    = "2*B*P*inner*state"
	)
	return Rule{
		Kinds: []string{"mamba2"},
		Formulas: []Formula{
			{Params, "C*" + projected + " + " + convolved + "*(K + 1) + 3*heads + inner + inner*N"},
			{MACs, "B*P*(C*" + projected + " + " + convolved + "*K + inner*N) + " + recurs},
			{FLOPs, "2*macs + B*P*(6*" + convolved + " + 6*heads + inner*state + 13*inner)"},
			{Activations, "B*P*(" + projected + " + " + convolved + " + N)"},
		},
		Factored: "C + " + projected + " + " + convolved + " + K + " + convolved + " + 3*heads + inner + inner + N",
		Products: own(recurs),
		Inside:   "B*P*(" + convolved + "*K + inner*N)",
		Cache:    "B*(inner*state + " + convolved + "*K)",
		Casting:  Narrow, Cast: "C*" + projected, CastAlways: "inner*N",
		Between: Between{Inner: "2*B*P*(" + projected + " + " + convolved + " + 2*inner)", Workspace: "B*P*max(" + projected + " + " + convolved + " + inner, inner + N)"},
		Keeps:   Keeps{Input: true, InputFor: OwnWeights, Extra: "bytes*B*P*(" + projected + " + inner) + 4*B*P*groups"},
		Counts: "projection, causal convolution, one update and one reading of the state at each position, and the projection out; 6 flops for bias and SiLU of what is convolved, 6 for the " +
			"step and decay of each head, 1 for each number of the state that decays, and for each channel 1 for the step, 2 for the skip, 6 for the gate, 4 for the norm; training keeps the projected and what the heads give, as the fused kernel does, which makes the rest again",
		Source: "Dao & Gu 2024, arXiv:2405.21060, sections 6 and 7",
	}
}
