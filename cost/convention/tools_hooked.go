package convention

import "slices"

// hooked are the tools that hook modules: what code writes by functions or operators they do not see, or only some of it.
func hooked() []Convention { return slices.Concat(thops(), ptflops(), summaries(), scanners()) }

const listed = "modules of the types that it lists, subclasses apart"

// thops are thop and the fork that follows it.
func thops() []Convention {
	const lost = "params are those of modules that were called: what a transformer's attention, class token and positions hold is lost"
	fork := func(name, version string) Convention {
		return Convention{Name: name, Version: version, Sees: listed, Quirks: []string{"counts as thop does", lost}, Figures: thop()}
	}
	return []Convention{
		{
			Name: "thop", Version: "0.1.1 (43c064a)", Sees: listed, Figures: thop(),
			Quirks: []string{"four operations for each element of a norm, none for biases", "average pools are charged for what comes out", lost},
		},
		{
			Name: "thop-2021-11", Also: []string{"thop-0.1.0", "thop-0.0.31"}, Version: "0.1.0 (509fb7e)", Sees: listed,
			Quirks: []string{"two operations for each element of a norm, one for each bias of a convolution", lost},
			Figures: []Figure{{Name: "macs", Prints: "macs", About: Work, Charges: []Charge{
				{On: convs, As: "module", Is: "macs + biased"}, {On: transposed, As: "module", Is: "spread + biased"}, {On: linear, As: "module", Is: "macs"},
				{On: "batchnorm layernorm", As: "module", Is: "2*in"}, {On: "prelu leaky_relu", As: "module", Is: "in"}, {On: "lstm", As: "module", Is: "placed + 8*out"},
				{On: "avgpool", As: "module", Is: "out"}, {On: adaptive, As: "module", Is: "floors + out"},
				{On: "softmax", As: "module", Is: "3*in - rows"}, {On: "upsample resize", As: "module", Is: "11*bilinear"},
			}}, called()},
		},
		fork("ultralytics-thop-2.0.0", "2.0.0"), fork("ultralytics-thop-2.0.14", "2.0.14"),
		{
			Name: "ultralytics-thop", Also: []string{"ultralytics"}, Version: "2.1.6 (fbb5e19)", Sees: "modules of the types that it lists, subclasses too",
			Quirks: []string{"four operations for each element of a norm, none for biases", "average pools are charged for all elements in their windows", "on torch 1 attention counts nothing"},
			Figures: []Figure{{Name: "macs", Prints: "macs", About: Work, Charges: []Charge{
				{On: convs + " " + transposed + " linear", As: "module", Is: "macs"}, {On: "batchnorm layernorm groupnorm", As: derived, Is: "2*in + 2*affine"},
				{On: "prelu", As: "module", Is: "in"}, {On: "lstm", As: "module", Is: "placed + 8*out"}, {On: "avgpool", As: "module", Is: "window + out"}, {On: adaptive, As: "module", Is: "covered + out"},
				{On: "softmax", As: "module", Is: "3*in - rows"}, {On: "upsample resize", As: "module", Is: "11*bilinear"},
			}}, params("params")},
		},
	}
}

// thop is what thop and the first releases of its fork print.
func thop() []Figure {
	return []Figure{{Name: "macs", Prints: "macs", About: Work, Charges: []Charge{
		{On: convs + " linear", As: "module", Is: "macs"}, {On: transposed, As: "module", Is: "spread"}, {On: "batchnorm layernorm", As: "module", Is: "2*in + 2*affine"},
		{On: "prelu", As: "module", Is: "in"}, {On: "lstm", As: "module", Is: "placed + 8*out"}, {On: "avgpool", As: "module", Is: "out"}, {On: adaptive, As: "module", Is: "ratio + out"},
		{On: "softmax", As: "module", Is: "3*in - rows"}, {On: "upsample resize", As: "module", Is: "nearest + 11*bilinear"},
	}}, called()}
}

// called is the learned elements of modules that were called and whose type is listed.
func called() Figure {
	return Figure{Name: "params", Prints: "params", About: Parameters, Called: true, Charges: []Charge{
		{On: convs + " " + transposed + " linear batchnorm layernorm prelu lstm gru rnn", As: "module", Is: "params"},
	}}
}

// ptflops are the releases of ptflops that hook modules.
func ptflops() []Convention {
	const keywords = "its hook of attention wants its inputs by position, and the code gives them by keyword"
	hooks := []Charge{
		{On: convs + " " + transposed + " linear", As: "module", Is: "macs + biased"}, {On: "batchnorm groupnorm", As: "module", Is: "in + affine"}, {On: "layernorm", As: "module", Is: "in"},
		{On: rectifiers + " elu gelu", As: "module", Is: "in"}, {On: pools, As: "module", Is: "in"}, {On: "upsample resize", As: "module", Is: "out"},
		{On: attention, As: "module fused", Is: "macs + 5*out + scores"}, {On: attention, As: "keywords", Is: "calls", Fails: keywords}, {On: "lstm", As: "module", Is: "placed + 10*out"},
	}
	functions := []Charge{
		{On: "relu prelu elu gelu " + pools, As: written, Is: "in"}, {On: "relu6 leaky_relu", As: "function", Is: "in"}, {On: "silu softmax", As: written, Is: "in"},
		{On: "upsample resize", As: written, Is: "out"}, {On: "add multiply subtract divide", As: "function", Is: "more"}, {On: matmul, As: "function", Is: "macs"},
		{On: attention, As: "module", Is: "products + scores"},
	}
	return []Convention{
		{
			Name: "ptflops", Also: []string{"ptflops-pytorch", "ptflops:pytorch"}, Version: "0.7.5 (d612c75), backend pytorch", Sees: "modules of the types that it lists, and functions of torch that it patches",
			Quirks: []string{
				"a module that goes through a patched function counts twice: ReLU, ELU, PReLU, GELU, every pool and upsampling",
				"one operation for each bias, two for each element of a norm, one of a layer norm", "attention whose inputs are given by keyword makes it fail",
			},
			Figures: []Figure{{Name: "macs", Prints: "pytorch macs", About: Work, Charges: slices.Concat(hooks, functions)}, params("pytorch params")},
		},
		{
			Name: "ptflops-modules", Version: "0.7.5 (d612c75), backend pytorch, count_functional=False", Sees: listed,
			Quirks:  []string{"one operation for each bias, two for each element of a norm, one of a layer norm"},
			Figures: []Figure{{Name: "macs", Prints: "pytorch count_functional=False macs", About: Work, Charges: hooks}, params("pytorch params")},
		},
		{
			Name: "ptflops-0.6.9", Version: "0.6.9", Sees: listed,
			Quirks: []string{"the bias of a linear layer counts once, not at each position", "layer norms count nothing", "transposed convolutions are charged for the grid that comes out"},
			Figures: []Figure{{Name: "macs", Prints: "macs", About: Work, Charges: []Charge{
				{On: convs, As: "module", Is: "macs + biased"}, {On: transposed, As: "module", Is: "spread + biased"}, {On: linear, As: "module", Is: "macs + bias"},
				{On: "batchnorm groupnorm", As: "module", Is: "in + affine"}, {On: rectifiers + " elu gelu", As: "module", Is: "in"}, {On: pools, As: "module", Is: "in"},
				{On: "upsample resize", As: "module", Is: "out"}, {On: attention, As: "module", Is: "macs + 5*out + scores"}, {On: attention, As: "keywords", Is: "calls", Fails: keywords},
				{On: "lstm", As: "module", Is: "placed + 10*out"},
			}}, params("params")},
		},
	}
}
