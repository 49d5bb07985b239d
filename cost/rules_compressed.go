package cost

// References:
//
//	[deepseek2026] DeepSeek-V4, section 2.3, as transformers models/deepseek_v4 @02356fe

// compressedAttentionRule is [deepseek2026], equations 9 to 23.
func compressedAttentionRule() Rule {
	const (
		all    = "heads*head_width"
		narrow = "out_groups*out_rank"
		wide   = "head_width*(1 + picks)" // of what entries sum up, which overlap where they are picked
		summed = "sums*2*" + wide         // that, and how much of it
		index  = "picks*4*index_width"    // the same in the width of the index
		scores = "heads*P*(keys + reads)"
		picked = "index_heads*index_width*P*entries"

		ofInput  = "C*(query_rank + head_width + " + summed + " + " + index + " + index_heads)"
		ofInside = "query_rank*" + all + " + " + all + "*out_rank + " + narrow + "*N + query_rank*index_heads*index_width"
		norms    = "query_rank + head_width + sums*head_width + picks*index_width"
		products = "2*B*" + scores + "*head_width + B*" + picked
		kept     = "2*query_rank + 3*" + all + " + 2*head_width + " + narrow + " + " + summed
		extra    = "bytes*B*(P*(" + kept + ") + 2*made*head_width) + 4*B*(P*(heads + 2) + made)"
		pairs    = " + bytes*B*" + scores + " + 4*autocast*B*" + scores

		// Several products read the input: two always, and those of entries and of the index.
		inner = "B*P*C*(1 + 2*sums + 3*picks) + 2*B*P*(" + kept + " + " + index + " + index_heads*(index_width + 1)) + 4*B*made*(head_width + picks*index_width)" +
			" + B*cached*head_width + B*(entries - made)*(head_width + picks*index_width)"
		// The keys and the entries are in memory with the queries and the latent, with their norms, or with the sums; before
		// that with the index and the input of its queries. At the end, the groups of heads are, with the sums or with the
		// output.
		held      = "B*P*head_width + B*entries*(head_width + picks*index_width)"
		indexed   = "picks*B*P*(query_rank + index_heads*(index_width + 1) + entries)"
		outwards  = "B*P*(" + narrow + " + max(" + all + ", N))"
		queries   = "B*P*(" + all + " + max(" + all + ", query_rank))"
		workspace = "max(" + held + " + max(" + queries + ", " + indexed + "), " + outwards + ")"
		// The queries with the scores are never more than twice the larger of both.
		pairwise = "max(" + held + " + max(" + queries + ", 2*B*" + scores + ", " + indexed + "), " + outwards + ")"
	)
	steps := Between{inner + " + 4*B*" + scores, pairwise}
	return Rule{
		Kinds: []string{"compressed_attention"},
		Formulas: []Formula{
			{Params, ofInput + " + " + ofInside + " + " + norms + " + heads + ratio*" + wide + " + picks*ratio*2*index_width"},
			{MACs, "B*P*(" + ofInput + " + " + ofInside + ") + " + products},
			{FLOPs, "2*macs + B*P*(4*query_rank + 4*head_width + 3*" + all + ") + B*heads*P*(6*(keys + reads) + 2)" +
				" + 7*B*P*(sums*" + wide + " + 2*picks*index_width) + 4*B*made*(sums*head_width + picks*index_width) + 3*B*index_heads*P*entries"},
			{Activations, "B*P*(query_rank + 2*" + all + " + head_width + " + narrow + " + N + " + summed + " + " + index + " + index_heads*(index_width + 1)) + B*" + scores + " + B*index_heads*P*entries"},
		},
		Factored: "2*C + 3*query_rank + " + all + " + 2*head_width + heads + 2*" + narrow + " + " + all + "/out_groups + N + sums*(3*" + wide + " + 2*C + ratio + head_width)" +
			" + picks*(7*index_width + 2*C + ratio) + index_heads*(index_width + 1) + picks*(query_rank + C)",
		Products: own(products),
		Inside:   "B*P*(" + ofInside + ")",
		Cache:    "B*keys*head_width + B*entries*(head_width + picks*index_width)",
		Casting:  Narrow, Cast: ofInput, CastAlways: ofInside,
		Between: Between{Inner: inner, Workspace: workspace},
		Keeps:   Keeps{Input: true, InputFor: OwnWeights, Extra: extra + " + 4*B*heads*P"},
		Variants: []Variant{
			{SeparateSteps, Keeps{Input: true, InputFor: OwnWeights, Extra: extra + pairs}, steps},
			{ScaledSteps, Keeps{Input: true, InputFor: OwnWeights, Extra: extra + " + 8" + pairs}, steps},
		},
		Counts: "the layers to queries, to the shared key, and out; to what entries sum up and how much of it, and to the index; scores and weighted sums over the positions of the window and " +
			"the entries read, whose sums are element by element; the index scores all entries. 6 flops per score: scale and softmax, 2 for the number of each head in it; 7 for what each position gives to an " +
			"entry, bias, softmax, product and sum; 4 per element of a norm, 3 of one without scale; 3 per score of the index. The choice of entries passes no gradient; what training keeps is of the written-out layers, libraries differ",
		Source: "DeepSeek-AI 2026, DeepSeek-V4, section 2.3",
	}
}
