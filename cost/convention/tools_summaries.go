package convention

// summaries are the tools that print a table of modules, with the bytes that they take a pass to need.
func summaries() []Convention {
	const leaves = "modules that hold no others, by their parameters"
	torchinfo := func(name, version, linearly string, held Charge, quirks ...string) Convention {
		own := Charge{On: convs + " " + transposed + " linear batchnorm layernorm groupnorm rmsnorm prelu lstm gru rnn embedding", As: derived, Is: "8*out"}
		input := Charge{On: "input", Is: "4*out + 56*calls"}
		return Convention{
			Name: name, Version: version, Sees: leaves,
			Quirks: append([]string{
				"the parameters of a module, biases included, times the positions that come out; of a norm for each sample only",
				"attention counts nothing: its output projection is never called as a module",
				"bytes of a pass are twice what modules with parameters put out, and the input has 56 bytes of its Python object",
			}, quirks...),
			Figures: []Figure{
				{Name: "macs", Prints: "Total mult-adds", About: Work, Charges: []Charge{
					{On: convs + " " + transposed + " lstm gru rnn", As: "module", Is: "placed"}, {On: linear, As: "module", Is: linearly},
					{On: "batchnorm layernorm groupnorm rmsnorm prelu embedding", As: derived, Is: "sampled"},
				}},
				params("Total params"),
				{Name: "pass", Prints: "Forward/backward pass size", About: Memory, Charges: []Charge{own}},
				{Name: "param_bytes", Prints: "Params size", About: Memory, Charges: []Charge{held}},
				{Name: "input", Prints: "Input size", About: Memory, Charges: []Charge{input}},
				{Name: "total", Prints: "Estimated Total Size", About: Memory, Charges: []Charge{input, own, held}},
			},
		}
	}
	return []Convention{
		torchinfo("torchinfo", "1.8.0 and later (5c4164f)", "placed", Charge{On: learners(), Is: "4*params"}),
		torchinfo("torchinfo-1.8.0", "1.8.0", "sampled",
			Charge{On: convs + " " + transposed + " linear batchnorm layernorm groupnorm rmsnorm prelu lstm gru rnn embedding", As: derived, Is: "4*params"},
			"a linear layer counts a sequence of tokens as one"),
		{
			Name: "torchsummary", Version: "345d898", Sees: "each call of each module, by its weight and bias",
			Quirks: []string{
				"parameters by other names than weight and bias are lost, and those of a module that is called twice count twice",
				"its bytes of a pass count what a block puts out again for the block; they are not reproduced",
			},
			Figures: []Figure{{Name: "params", Prints: "Total params", About: Parameters, Charges: []Charge{
				{On: convs + " " + transposed + " linear batchnorm layernorm groupnorm rmsnorm prelu embedding", As: derived, Is: "params"},
			}}},
		},
		{
			Name: "pytorch_model_summary", Version: "85f70f8", Sees: "the network's children and what they hold",
			Quirks:  []string{"parameters that the network itself holds are lost, as a class token"},
			Figures: []Figure{{Name: "params", Prints: "Total params", About: Parameters, Charges: []Charge{{On: without(learners(), "class_token"), Is: "params"}}}},
		},
	}
}
