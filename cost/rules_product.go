package cost

// References:
//
//	[dumoulin2016] A guide to convolution arithmetic for deep learning, arXiv:1603.07285

// productRules are the rules of layers whose work is multiply-accumulates, and of the embedding, whose table is a weight.
func productRules() []Rule {
	return []Rule{linearRule(), convolutionRule(), transposedConvolutionRule(), attentionRule(), latentAttentionRule(), compressedAttentionRule(), mambaRule(), embeddingRule(), expertsRule()}
}

// linearRule is a matrix product with a weight for each pair of units.
func linearRule() Rule {
	return Rule{
		Kinds: []string{"linear"},
		Formulas: []Formula{
			{Params, "C*N + bias*N"},
			{MACs, "B*P*C*N"},
			{FLOPs, "2*macs + bias*B*P*N"},
			{Activations, "B*P*N"},
		},
		Factored: "C + N + bias*N",
		Casting:  Narrow,
		Cast:     "C*N",
		Keeps:    Keeps{Input: true, InputFor: OwnWeights},
		Counts:   "one weight for each pair of incoming and outgoing unit; the product is taken at every position",
		Source:   "definition",
	}
}

// convolutionRule is [dumoulin2016]: the kernel is applied at every outgoing position.
func convolutionRule() Rule {
	r := kernelRule("P", "conv", "conv1d", "conv2d", "conv3d")
	r.Counts = "the whole kernel at every outgoing position, products with padding included"
	r.Source = "Dumoulin & Visin 2016, arXiv:1603.07285; same count as torchvision's published figures"
	return r
}

// transposedConvolutionRule is [dumoulin2016], section 4: the kernel is applied at every incoming position.
func transposedConvolutionRule() Rule {
	r := kernelRule("Q", "conv_transpose", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
	r.Counts = "the whole kernel at every incoming position, what padding cuts off included"
	r.Source = "Dumoulin & Visin 2016, arXiv:1603.07285, section 4"
	return r
}

// kernelRule is the rule of a kernel that is applied at a number of positions.
func kernelRule(positions string, kinds ...string) Rule {
	return Rule{
		Kinds: kinds,
		Formulas: []Formula{
			{Params, "K*C*N/groups + bias*N"},
			{MACs, "B*" + positions + "*K*C*N/groups"},
			{FLOPs, "2*macs + bias*B*P*N"},
			{Activations, "B*P*N"},
			{CIO, "B*(C*Q + N*P)"},
		},
		Factored: "K*C/groups + N + bias*N",
		Casting:  Narrow, CastAlways: "K*C*N/groups",
		Keeps: Keeps{Input: true},
	}
}

// embeddingRule is a table of rows that are looked up.
func embeddingRule() Rule {
	return Rule{
		Kinds:    []string{"embedding"},
		Formulas: []Formula{{Params, "vocab*N"}},
		Factored: "vocab + N",
		Reads:    "B*P*N",
		Casting:  Promoted,
		Keeps:    Keeps{Input: true, InputFor: OwnWeights, Indices: true},
		Counts:   "the table, of which each position reads a row; looking it up is no arithmetic",
		Source:   "definition",
	}
}
