package convention

import "slices"

// published are conventions by which figures of many networks are printed.
func published() []Convention { return slices.Concat(repositories(), frameworks()) }

// repositories are those of collections of networks and of papers.
func repositories() []Convention {
	return []Convention{
		{
			Name: "torchvision", Also: []string{"tv"}, Version: "_ops of its model documentation", Sees: "convolutions and matrix products",
			Quirks:  []string{"multiply-accumulates alone, printed as GFLOPS"},
			Figures: []Figure{{Name: "macs", Prints: "GFLOPS", About: Work, Charges: []Charge{{On: products(), Is: "macs"}}}, params("num_params")},
		},
		{
			Name: "pytorchcv", Also: []string{"pcv", "imgclsmob"}, Version: "FLOPs/2 of its README (7f31dc8)", Sees: "modules of the types that it lists",
			Quirks: []string{
				"half of its operations: two for a multiply-accumulate, four for each element of a norm, one of an activation, a pool's window for each element that it puts out",
				"a convolution without bias has one operation less for each pair of channels, not for each element that it puts out",
				"its networks have no pool in front of hidden linear layers",
			},
			Figures: []Figure{{Name: "macs", Prints: "FLOPs/2", About: Work, Charges: []Charge{
				{On: convs, Is: "macs - filters/2"}, {On: linear, Is: "macs - out/2 + biased/2"}, {On: transposed + " sigmoid batchnorm upsample", Is: "2*in"},
				{On: "relu relu6 hard_sigmoid", Is: "in/2"}, {On: "shuffle", As: "module", Is: "in/2"}, {On: "leaky_relu hard_swish", Is: "in"}, {On: "elu prelu", Is: "3*in/2"}, {On: "silu", Is: "5*in/2"},
				{On: windows + " " + globalPool, As: written, Is: "window/2"},
			}}, params("Params")},
		},
		mmcv(),
		{
			Name: "mmpretrain", Also: []string{"mmcls"}, Version: "get_flops.py of mmpretrain, by mmengine", Sees: "the graph that torch.jit traces",
			Quirks:  []string{"counts as mmengine does, but leaves the classifier out"},
			Figures: []Figure{headless(tracedByJIT("Flops")[0])},
		},
		{
			Name: "pycls", Version: "model_complexity.json (dev)", Sees: "its own blocks, by rules beside their code",
			Quirks: []string{"one operation for each bias; activations are what products and pools put out"},
			Figures: []Figure{
				{Name: "macs", Prints: "flops", About: Work, Charges: []Charge{{On: convs + " linear", Is: "macs + biased"}, {On: "attention matmul", Is: "macs"}}},
				params("params"),
				{Name: "activations", Prints: "acts", About: Activations, Charges: []Charge{{On: products(), Is: "activations"}, {On: pools, Is: "out"}}},
			},
		},
		{
			Name: "condensenet", Also: []string{"condense"}, Version: "its authors' README and paper, arXiv:1711.09224", Sees: "modules of the types that it lists",
			Quirks: []string{"one operation for each element of a ReLU, a pool's window for each element that it puts out, and the biases of linear layers"},
			Figures: []Figure{{Name: "macs", Prints: "FLOPs", About: Work, Charges: []Charge{
				{On: convs, Is: "macs"}, {On: linear, Is: "macs + biased"}, {On: "relu", Is: "in"}, {On: "avgpool " + globalPool, Is: "window"},
			}}, params("Params")},
		},
		{
			Name: "thop-readme", Also: []string{"thop-2019"}, Version: "the table of its README", Sees: listed,
			Quirks: []string{"a multiply-accumulate of a linear layer counts twice", "four operations for each element of a batch norm, one for each bias of a convolution"},
			Figures: []Figure{{Name: "macs", Prints: "MACs", About: Work, Charges: []Charge{
				{On: convs, As: "module", Is: "macs + biased"}, {On: linear, As: "module", Is: "2*macs"}, {On: "batchnorm", As: "module", Is: "4*in"},
			}}, params("Params")},
		},
	}
}

// frameworks are what comes with frameworks other than torch.
func frameworks() []Convention {
	return []Convention{
		{
			Name: "keras", Also: []string{"tensorflow", "keras-flops"}, Version: "tf.profiler, flops_registry.py of TensorFlow 2", Sees: "operators that have statistics registered",
			Quirks: []string{"fused batch norms and ReLU have no statistics and count nothing", "softmax is five operations an element"},
			Figures: []Figure{{Name: "flops", Prints: "total_float_ops", About: Work, Twice: true, Charges: []Charge{
				{On: convs + " " + transposed + " linear", Is: "2*macs + biased"}, {On: matmul, Is: "2*macs"}, {On: attention, Is: "2*macs + 4*biased + 5*scores"},
				{On: windows, Is: "window"}, {On: globalPool, Is: "in"}, {On: "add multiply subtract divide maximum minimum", Is: "more"}, {On: "softmax", Is: "5*in"}, {On: "reduce", Is: "in"},
			}}, params("Total params"), {
				Name: "state", Prints: "Total params, all", About: Parameters, Charges: []Charge{{On: learners(), Is: "params"}, {On: "batchnorm", Is: "buffers"}},
			}},
		},
		{
			Name: "darknet", Also: []string{"bflops"}, Version: "BFLOPS of AlexeyAB/darknet", Sees: "its own layers",
			Quirks: []string{"biases, norms, activations and connected layers count nothing", "a pool is charged for its windows, a shortcut for what it puts out"},
			Figures: []Figure{{Name: "flops", Prints: "BFLOPS", About: Work, Twice: true, Charges: []Charge{
				{On: convs, Is: "2*macs"}, {On: "maxpool", Is: "window"}, {On: "add", Is: "more"},
			}}},
		},
		{
			Name: "netscope", Version: "macc of its analysis (dgschwend)", Sees: "layers of a Caffe prototxt",
			Quirks:  []string{"biases are parameters but no work; norms, activations and pools are counted apart"},
			Figures: []Figure{{Name: "macs", Prints: "macc", About: Work, Charges: []Charge{{On: convs + " " + transposed + " linear", Is: "macs"}}}, params("param")},
		},
	}
}

// mmcv is the counter behind most figures of OpenMMLab until 2022.
func mmcv() Convention {
	whole := Figure{Name: "whole", Prints: "FLOPs", About: Work, Charges: []Charge{
		{On: convs + " " + transposed, As: "module", Is: "macs + biased"}, {On: linear, As: "module", Is: "macs"}, {On: "batchnorm groupnorm layernorm", As: "module", Is: "in + affine"},
		{On: rectifiers + " elu", As: "module", Is: "in"}, {On: pools, As: "module", Is: "in"}, {On: "upsample", As: "module", Is: "out"},
	}}
	backbone := headless(whole)
	backbone.Name = "macs"
	return Convention{
		Name: "mmcv", Also: []string{"mm"}, Version: "get_model_complexity_info, as mmpretrain publishes it", Sees: listed,
		Quirks: []string{
			"two operations for each element of a norm, one of a ReLU or pool, one for each bias of a convolution, none for those of a linear layer",
			"mmpretrain counts backbones, without the classifier behind; its VGG has the classifier in the backbone, and so its figures are of the whole",
		},
		Figures: []Figure{backbone, whole, params("Parameters")},
	}
}

// headless is a figure that leaves the classifier out.
func headless(f Figure) Figure {
	f.Headless = true
	return f
}
