package convention

// summaries are the tools that print a table of modules, with the bytes that they take a pass to need.
func summaries() []Convention {
	const leaves = "modules that hold no others, by their parameters"
	torchinfo := func(name, version, linearly string, held Charge, quirks ...string) Convention {
		own := Charge{On: convs + " " + transposed + " linear batchnorm layernorm groupnorm rmsnorm prelu lstm gru rnn embedding", As: "module", Is: "8*out"}
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
					{On: "batchnorm layernorm groupnorm rmsnorm prelu embedding", As: "module", Is: "sampled"},
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
			Charge{On: convs + " " + transposed + " linear batchnorm layernorm groupnorm rmsnorm prelu lstm gru rnn embedding", As: "module", Is: "4*params"},
			"a linear layer counts a sequence of tokens as one"),
		{
			Name: "torchsummary", Version: "345d898", Sees: "each call of each module, by its weight and bias",
			Quirks: []string{
				"parameters by other names than weight and bias are lost, and those of a module that is called twice count twice",
				"its bytes of a pass count what a block puts out again for the block; they are not reproduced",
			},
			Figures: []Figure{{Name: "params", Prints: "Total params", About: Parameters, Charges: []Charge{
				{On: convs + " " + transposed + " linear batchnorm layernorm groupnorm rmsnorm prelu embedding", As: "module", Is: "params"},
			}}},
		},
		{
			Name: "pytorch_model_summary", Version: "85f70f8", Sees: "the network's children and what they hold",
			Quirks:  []string{"parameters that the network itself holds are lost, as a class token"},
			Figures: []Figure{{Name: "params", Prints: "Total params", About: Parameters, Charges: []Charge{{On: without(learners(), "class_token"), Is: "params"}}}},
		},
	}
}

// scanners are the tools that print what each module costs, with its memory traffic.
func scanners() []Convention {
	const sequences = "its rule of linear layers is for vectors, and stops at a sequence"
	scan := func(name, version, layernorm string, attends Charge) Convention {
		return Convention{
			Name: name, Version: version, Sees: "modules of the types that it lists", Calls: FirstCall,
			Quirks: []string{
				"a module that is called several times counts once, as it was called first",
				"a pool whose kernel is one number is charged for that number, not its square",
				"four operations for each element of a norm and two for each channel; dropout counts at inference too",
			},
			Figures: []Figure{
				{Name: "flops", Prints: "FLOPs", About: Work, Twice: true, Charges: []Charge{
					{On: convs + " linear", As: "module", Is: "2*macs - out + biased"}, {On: transposed, As: "module", Is: "2*spread - out + biased + 16*calls"},
					{On: "batchnorm", As: "module", Is: "2*in + 2*affine + 2*channels"}, {On: "layernorm", As: "module", Is: layernorm},
					{On: "relu", As: "module", Is: "in"}, {On: "relu6", As: "module", Is: "2*in"}, {On: "elu tanh", As: "module", Is: "6*in"}, {On: "leaky_relu sigmoid", As: "module", Is: "4*in"},
					{On: "maxpool", As: "module", Is: "side - out"}, {On: "avgpool", As: "module", Is: "side + out"}, {On: adaptive, As: "module", Is: "guessed + out"},
					{On: "dropout", As: "module", Is: "in"}, attends, {On: attention, As: "keywords", Is: "calls", Fails: "its rule of attention wants its inputs by position, and the code gives them by keyword"},
				}},
				{Name: "macs", Prints: "MACs", About: Work, Charges: []Charge{
					{On: convs + " linear", As: "module", Is: "macs"}, {On: transposed, As: "module", Is: "spread + 8*calls"}, {On: "batchnorm", As: "module", Is: "in + affine"},
					{On: "maxpool", As: "module", Is: "side - out"}, {On: "avgpool", As: "module", Is: "side + out"}, {On: adaptive, As: "module", Is: "guessed + out"},
					{On: attention, As: "keywords", Is: "calls", Fails: "its rule of attention wants its inputs by position, and the code gives them by keyword"},
				}},
				params("Trainable params"),
			},
		}
	}
	return []Convention{
		scan("torchscan", "0.2.0dev (ebbaeb2)", "6*in + 2*affine + 2*rows", Charge{On: attention, As: "module", Is: "2*macs - 4*out + 4*biased + 2*scores - lines + calls"}),
		scan("torchscan-0.1.2", "0.1.2", "0", Charge{On: attention, As: "module", Is: "0"}),
		{
			Name: "torchstat", Version: "b52a3b0", Sees: "modules of the types that it lists", Calls: LastCall,
			Quirks: []string{"a module that is called several times counts once, as it was called last", "adaptive pools and attention count nothing", "linear layers on sequences make it fail"},
			Figures: []Figure{
				{Name: "madd", Prints: "Total MAdd", About: Work, Twice: true, Charges: []Charge{
					{On: convs, As: "module", Is: "2*macs - out + biased"}, {On: linear, As: "module", Is: "2*macs - out"}, {On: "batchnorm", As: "module", Is: "4*in"},
					{On: "relu relu6", As: "module", Is: "in"}, {On: "maxpool", As: "module", Is: "window - out"}, {On: "avgpool", As: "module", Is: "window"},
					{On: "softmax", As: "module", Is: "3*in - calls"}, {On: transposed, As: "module", Is: "2*macs - entered"}, {On: linear, As: "module", Is: "long", Fails: sequences},
				}},
				{Name: "flops", Prints: "Total Flops", About: Work, Charges: []Charge{
					{On: convs, As: "module", Is: "macs + biased"}, {On: linear, As: "module", Is: "macs"}, {On: "batchnorm", As: "module", Is: "in + affine"},
					{On: rectifiers + " elu", As: "module", Is: "in"}, {On: windows, As: "module", Is: "in"}, {On: "upsample resize", As: "module", Is: "rows"},
					{On: linear, As: "module", Is: "long", Fails: sequences},
				}},
				params("Total params"),
			},
		},
		{
			Name: "flopth", Version: "7079f17", Sees: "modules of the types that it lists", Calls: LastCall,
			Quirks: []string{"a module that is called several times counts once, as it was called last", "a linear layer on a sequence counts the square of its length"},
			Figures: []Figure{{Name: "flops", Prints: "FLOPs", About: Work, Charges: []Charge{
				{On: convs, As: "module", Is: "macs + biased"}, {On: transposed, As: "module", Is: "spread + biased"}, {On: linear, As: "module", Is: "flat"},
				{On: "batchnorm groupnorm", As: "module", Is: "in + affine"}, {On: "layernorm", As: "module", Is: "in"}, {On: rectifiers + " elu gelu tanh", As: "module", Is: "in"},
				{On: "hard_swish hard_sigmoid", As: "module", Is: "out"}, {On: pools, As: "module", Is: "in"}, {On: "upsample resize", As: "module", Is: "rows"},
			}}, params("Parameters")},
		},
	}
}
