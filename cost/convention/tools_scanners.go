package convention

// scanners are the tools that print what each module costs, with its memory traffic.
func scanners() []Convention {
	const sequences = "its rule of linear layers is for vectors, and stops at a sequence"
	scan := func(name string, also []string, version, layernorm string, attends Charge) Convention {
		return Convention{
			Name: name, Also: also, Version: version, Sees: "modules of the types that it lists", Calls: FirstCall,
			Quirks: []string{
				"a module that is called several times counts once, as it was called first",
				"a pool whose kernel is one number is charged for that number, not its square",
				"four operations for each element of a norm and two for each channel; dropout counts at inference too",
			},
			Figures: []Figure{
				{Name: "flops", Prints: "FLOPs", About: Work, Twice: true, Charges: []Charge{
					{On: convs + " linear", As: "module", Is: "2*macs - out + biased"}, {On: transposed, As: "module", Is: "2*spread - out + biased + 16*calls"},
					{On: "batchnorm", As: "module", Is: "2*in + 2*affine + 2*channels"}, {On: "layernorm", As: derived, Is: layernorm},
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
		scan("torchscan", []string{"torch-scan"}, "0.2.0dev (ebbaeb2)", "6*in + 2*affine + 2*rows", Charge{On: attention, As: "module", Is: "2*macs - 4*out + 4*biased + 2*scores - lines + calls"}),
		scan("torchscan-0.1.2", []string{"torch-scan-0.1.2"}, "0.1.2", "0", Charge{On: attention, As: "module", Is: "0"}),
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
				{On: "batchnorm groupnorm", As: "module", Is: "in + affine"}, {On: "layernorm", As: derived, Is: "in"}, {On: rectifiers + " elu gelu tanh", As: "module", Is: "in"},
				{On: "hard_swish hard_sigmoid", As: "module", Is: "out"}, {On: pools, As: "module", Is: "in"}, {On: "upsample resize", As: "module", Is: "rows"},
			}}, params("Parameters")},
		},
	}
}
