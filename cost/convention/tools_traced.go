package convention

import "slices"

// traced are the tools that see operations however code spells them, or most of them: in a traced, dispatched or exported graph.
func traced() []Convention { return slices.Concat(jit(), dispatched()) }

// jit are those that have torch.jit trace the graph.
func jit() []Convention {
	return []Convention{
		{
			Name: "fvcore", Also: []string{"timm", "detectron2"}, Version: "0.1.6 (3378afe)", Sees: "the graph that torch.jit traces",
			Quirks: []string{
				"adds two operations for each element of a batch norm and five of a layer norm to multiply-accumulates",
				"of all pools only adaptive average pools count, and these only where they are no mean",
				"einsum is counted by numpy's path and rounded to three digits",
				"convolutions with padding named in words count nothing in torch 1.13",
			},
			Figures: tracedByJIT("flops"),
		},
		{
			Name: "mmengine", Version: "2543429", Sees: "the graph that torch.jit traces", Quirks: []string{"counts as fvcore does, from which it was copied"},
			Figures: tracedByJIT("flops"),
		},
		{
			Name: "torchprofile", Version: "ec8bf8a", Sees: "the graph that torch.jit traces",
			Quirks: []string{"products of whole numbers in the traced code count 1 each: 4 in each attention layer", "transposed convolutions are charged for the grid that comes out"},
			Figures: []Figure{{Name: "macs", Prints: "macs", About: Work, Charges: []Charge{
				{On: convs + " linear experts matmul lstm", Is: "macs"}, {On: transposed, Is: "spread"}, {On: attention, Is: "macs + 4*calls"}, {On: "tokens", Is: "calls"},
				{On: "batchnorm layernorm", Is: "affine"}, {On: "groupnorm", Is: "in"}, {On: "leaky_relu", Is: "out"},
				{On: "avgpool " + adaptive, Is: "out"}, {On: "multiply", Is: "more"}, {On: "scale", Is: "out"}, {On: "upsample resize", Is: "4*bilinear"},
			}}},
		},
	}
}

// dispatched are those that see functions or operators as they run, or a graph of other making.
func dispatched() []Convention {
	return []Convention{
		{
			Name: "ptflops-aten", Also: []string{"ptflops:aten"}, Version: "0.7.5 (d612c75), backend aten", Sees: "the operators that torch dispatches",
			Quirks: []string{"the bias of a linear layer counts only where its input has at most three axes"},
			Figures: []Figure{{Name: "macs", Prints: "macs", About: Work, Charges: []Charge{
				{On: convs + " " + transposed, Is: "macs + biased"}, {On: linear, Is: "macs + lined"}, {On: attention, Is: "macs + 4*biased"}, {On: "matmul experts", Is: "macs"}, {On: "lstm", Is: "placed"},
			}}, params("params")},
		},
		{
			Name: "calflops", Version: "29ca584", Sees: "functions of torch that it patches; modules call them too, operators do not",
			Quirks: []string{
				"torch.bmm and @ count nothing, and so attention has its projections and softmax only",
				"ReLU6 as a module goes through a function that is not patched",
				"upsampling by a factor is charged for what comes in; the bias of a transposed convolution for the grid of a convolution",
			},
			Figures: []Figure{
				{Name: "flops", Prints: "FLOPs", About: Work, Twice: true, Charges: append(patched("2*macs", "2*macs + biased", "2*macs - 2*products + scores"),
					Charge{On: "lstm", Is: "2*macs + 10*out"}, Charge{On: "batchnorm", As: written, Is: "in + affine"}, Charge{On: "layernorm groupnorm", As: written, Is: "4*in + affine"},
					Charge{On: "relu leaky_relu prelu elu gelu silu softmax " + pools, As: written, Is: "in"}, Charge{On: "relu6", As: "function", Is: "in"},
					Charge{On: "add multiply subtract divide", As: "function", Is: "more"}, Charge{On: "upsample", As: written, Is: "in"}, Charge{On: "resize", As: written, Is: "rows"},
				)},
				{Name: "macs", Prints: "MACs", About: Work, Charges: patched("macs", "macs", "macs - products")},
				params("params"),
			},
		},
		{
			Name: "torch_flops", Version: "9ee8d4a", Sees: "the graph that torch.fx traces",
			Quirks: []string{"a pool whose kernel is one number is charged for that number, not its square", "the first product of each sum is not followed by an add: 2·k − 1", "functional activations, norms and softmax are free"},
			Figures: []Figure{{Name: "flops", Prints: "total flops", About: Work, Twice: true, Charges: []Charge{
				{On: convs + " linear", As: "module", Is: "2*macs - out + biased"}, {On: "batchnorm layernorm groupnorm", As: "module", Is: "4*in"},
				{On: "relu gelu", As: "module", Is: "out"}, {On: "leaky_relu", As: "module", Is: "4*out"}, {On: "scale", Is: "out"},
				{On: "maxpool", As: "module", Is: "side - out"}, {On: "avgpool", As: "module", Is: "side"}, {On: adaptive, As: "module", Is: "guessed"},
				{On: "add subtract multiply divide", Is: "more"}, {On: matmul, Is: "2*macs - out"}, {On: "softmax", As: "operator", Is: "3*in - rows"},
				{On: attention, As: "keywords", Is: "calls", Fails: "torch.fx cannot trace the code"},
			}}},
		},
		onnxTool(),
	}
}

// tracedByJIT is what fvcore and its copies print.
func tracedByJIT(prints string) []Figure {
	return []Figure{
		{Name: "macs", Prints: prints, About: Work, Charges: []Charge{
			{On: convs + " " + transposed + " linear attention experts matmul", Is: "macs"}, {On: "batchnorm", Is: "in + affine"}, {On: "layernorm groupnorm", Is: "4*in + affine"},
			{On: adaptive, As: written, Is: "in"}, {On: "upsample resize", Is: "nearest + 4*bilinear"},
		}},
		{Name: "activations", Prints: "activations", About: Activations, Charges: []Charge{{On: convs + " " + transposed + " linear attention experts matmul", Is: "activations"}}},
		params("parameters"),
	}
}

// patched are the products that calflops sees, where the bias of a convolution may count.
func patched(product, conv, attends string) []Charge {
	return []Charge{{On: convs + " " + transposed, Is: conv}, {On: linear, Is: product}, {On: matmul, As: "function", Is: product}, {On: attention, Is: attends}}
}

// onnxTool reads exported graphs.
func onnxTool() Convention {
	return Convention{
		Name: "onnx-tool", Version: "1.0.0 (00f5f0a)", Sees: "the nodes of an ONNX file as torch exports it at opset 13", Folded: true,
		Quirks: []string{
			"norms behind a convolution are in its weights already; all others cost 31 operations an element",
			"a root is 24 operations, an exponential 32, softmax 36, a division 4",
			"what a norm that is not folded has in buffers counts among its params, and so do constants of one axis",
			"whole numbers that compute shapes count: 8 in each attention layer, 6 where the class token is repeated",
		},
		Figures: []Figure{
			{Name: "macs", Prints: "macs", About: Work, Charges: []Charge{
				{On: convs + " linear", Is: "macs + biased"}, {On: transposed, Is: "mirrored + biased"}, {On: "lstm", Is: "placed + 180*out"}, {On: matmul, Is: "macs"},
				{On: attention, Is: "macs + 4*biased + 4*out + 36*scores + 8*calls"}, {On: "class_token", Is: "6*calls"},
				{On: "batchnorm", Is: "31*out"}, {On: "layernorm", Is: "39*in + 2*affine + 25*rows"}, {On: "groupnorm", Is: "7*in + 2*affine"},
				{On: "relu", Is: "out"}, {On: "relu6 leaky_relu prelu clip", Is: "2*out"}, {On: "gelu", Is: "7*out"}, {On: "sigmoid exp power", Is: "32*out"}, {On: "silu", Is: "33*out"},
				{On: "hard_sigmoid", Is: "4*out"}, {On: "hard_swish", Is: "5*out"}, {On: "tanh", Is: "76*out"}, {On: "elu", Is: "35*out"}, {On: "sqrt", Is: "24*out"}, {On: "softmax", Is: "36*in"},
				{On: windows, Is: "window"}, {On: "adaptive_avgpool", Is: "ratio"}, {On: globalPool, As: written, Is: "in + 4*out"}, {On: globalPool, As: "operator", Is: "in"}, {On: "reduce", Is: "in"},
				{On: "add subtract multiply", Is: "more"}, {On: "divide", Is: "4*more"}, {On: "scale shift position_embedding", Is: "out"}, {On: "upsample resize", Is: "4*bilinear"},
			}},
			{Name: "params", Prints: "params", About: Parameters, Charges: []Charge{
				{On: learners(), Is: "params"}, {On: "batchnorm", Is: "buffers"}, {On: attention, Is: "6*calls"}, {On: "class_token", Is: "9*calls"},
			}},
		},
	}
}
