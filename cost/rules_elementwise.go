package cost

// References:
//
//	[ioffe2015] Batch Normalization, arXiv:1502.03167, algorithm 2 (inference)
//	[ba2016]    Layer Normalization, arXiv:1607.06450
//	[wu2018]    Group Normalization, arXiv:1803.08494
//	[zhang2019] Root Mean Square Layer Normalization, arXiv:1910.07467

// normRules are the rules of normalisations.
func normRules() []Rule {
	return []Rule{
		{
			Kinds:    []string{"batchnorm"},
			Formulas: []Formula{{Params, "2*C*affine"}, {Buffers, "2*C"}, {FLOPs, "2*B*C*P"}},
			Keeps:    Keeps{Input: true, Extra: "8*C"}, Cheap: true,
			Counts: "scale and shift are params, running mean and variance buffers; inference is one multiply and one add per element",
			Source: "Ioffe & Szegedy 2015, arXiv:1502.03167, algorithm 2",
		},
		{
			Kinds: []string{"layernorm"}, Casting: Wide,
			Formulas: []Formula{{Params, "2*C*affine"}, {FLOPs, "B*C*P*(5 + 2*affine)"}},
			Keeps:    Keeps{Input: true, Extra: "8*B*P"}, Cheap: true,
			Counts: "per element: sum, subtract, square, sum, multiply by the inverse deviation; with scale and shift 2 more; the root of each row or group is left out",
			Source: "Ba et al. 2016, arXiv:1607.06450",
		},
		{
			Kinds: []string{"groupnorm"}, Casting: Wide,
			Formulas: []Formula{{Params, "2*C*affine"}, {FLOPs, "B*C*P*(5 + 2*affine)"}},
			Keeps:    Keeps{Input: true, Extra: "8*B*groups"}, Cheap: true,
			Counts: "as layernorm, over groups of channels",
			Source: "Wu & He 2018, arXiv:1803.08494",
		},
		{
			Kinds: []string{"rmsnorm"}, Casting: Wide,
			Formulas: []Formula{{Params, "C*affine"}, {FLOPs, "B*C*P*(3 + affine)"}},
			Keeps:    Keeps{Input: true, Extra: "4*B*P"}, Cheap: true,
			Counts: "per element: square, sum, multiply by the inverse root; with scale 1 more",
			Source: "Zhang & Sennrich 2019, arXiv:1910.07467",
		},
	}
}

// activationRules count the operations per element of the definition, exp, erf and divide as one each. They keep the tensors
// that current frameworks keep: some their output, some their input, and in place some a copy.
func activationRules() []Rule {
	input, output := Keeps{Input: true}, Keeps{Output: true}
	copied := Keeps{Extra: "bytes*B*C*P"}
	each := func(kind, flops string, keeps Keeps, inPlace *Keeps, counts, source string) Rule {
		return Rule{Kinds: []string{kind}, Formulas: []Formula{{FLOPs, flops}}, Keeps: keeps, InPlace: inPlace, Cheap: true, Counts: counts, Source: source}
	}
	const howard = "Howard et al. 2019, arXiv:1905.02244, section 5.2"
	wide := func(r Rule) Rule { r.Casting = Wide; return r }
	return []Rule{
		each("relu", "B*C*P", output, &output, "one comparison per element", "definition"),
		each("relu6", "2*B*C*P", input, &copied, "two comparisons per element", "definition"),
		each("leaky_relu", "2*B*C*P", input, &output, "a comparison and a multiply per element", "definition"),
		each("sigmoid", "4*B*C*P", output, nil, "negate, exp, add, divide", "definition"),
		each("tanh", "6*B*C*P", output, nil, "as 2·sigmoid(2x) − 1", "definition"),
		each("gelu", "5*B*C*P", input, nil, "as x/2·(1 + erf(x/√2))", "Hendrycks & Gimpel 2016, arXiv:1606.08415"),
		each("silu", "5*B*C*P", input, &copied, "sigmoid and a multiply", "Elfwing et al. 2017, arXiv:1702.03118"),
		each("hard_sigmoid", "4*B*C*P", input, &copied, "add, two comparisons, divide", howard),
		each("hard_swish", "5*B*C*P", input, &copied, "hard_sigmoid and a multiply", howard),
		wide(each("log_softmax", "6*B*C*P", output, nil, "softmax and a logarithm", "definition")),
		each("elu", "4*B*C*P", input, &output, "a comparison, exp, subtract, multiply", "Clevert et al. 2015, arXiv:1511.07289"),
		wide(each("softplus", "3*B*C*P", input, nil, "exp, add, log", "definition")),
		each("mish", "10*B*C*P", input, nil, "softplus, tanh, multiply", "Misra 2019, arXiv:1908.08681"),
		wide(each("exp", "B*C*P", output, nil, "one per element", "definition")),
		wide(each("log", "B*C*P", input, nil, "one per element", "definition")),
		each("sqrt", "B*C*P", output, nil, "one per element", "definition"),
		wide(each("power", "B*C*P", input, nil, "one per element", "definition")),
		each("clip", "2*B*C*P", input, &copied, "two comparisons per element", "definition"),
		each("erf", "B*C*P", input, nil, "one per element", "definition"),
		each("elementwise", "B*C*P", input, nil, "one per element, whatever it is", "convention"),
		wide(each("softmax", "5*B*C*P", output, nil, "maximum, subtract, exp, sum, divide", "definition")),
		{
			Kinds: []string{"drop_path"}, View: true, Trains: "rate", Keeps: Keeps{Extra: "bytes*B", Where: "rate"},
			Counts: "nothing at inference; training keeps a number for each sample. Where a branch is left out for the whole batch, survives says in how many steps it runs", Source: "Huang et al. 2016, arXiv:1603.09382, section 3, sample by sample",
		},
		{
			Kinds: []string{"dropout"}, View: true, Trains: "rate", Keeps: Keeps{Extra: "B*C*P", Where: "rate"},
			Variants: []Variant{{Way: WideMasks, Keeps: Keeps{Extra: "bytes*B*C*P", Where: "rate"}}},
			Counts:   "nothing at inference; training keeps a mask", Source: "Srivastava et al. 2014, JMLR 15",
		},
	}
}

// poolRules are the rules of layers that reduce extents.
func poolRules() []Rule {
	return []Rule{
		{
			Kinds: []string{"maxpool"}, Formulas: []Formula{{FLOPs, "B*N*P*(K - 1)"}}, Keeps: Keeps{Input: true, Extra: "8*B*N*P"},
			Counts: "K − 1 comparisons per window", Source: "definition",
		},
		{
			Kinds: []string{"avgpool"}, Formulas: []Formula{{FLOPs, "B*N*P*K"}}, Keeps: Keeps{Input: true},
			Counts: "K − 1 adds and a divide per window", Source: "definition",
		},
		{
			Kinds: []string{"adaptive_avgpool"}, Formulas: []Formula{{FLOPs, "B*N*W"}}, Keeps: Keeps{Input: true},
			Counts: "an add for each position of each window but the first, and a divide", Source: "definition",
		},
		{
			Kinds: []string{"global_avgpool"}, Formulas: []Formula{{FLOPs, "B*C*Q"}},
			Variants: []Variant{{Way: MeanKeepsInput, Keeps: Keeps{Input: true}}},
			Counts:   "Q − 1 adds and a divide per channel", Source: "definition",
		},
		{
			Kinds: []string{"global_maxpool"}, Formulas: []Formula{{FLOPs, "B*C*(Q - 1)"}}, Keeps: Keeps{Input: true, Extra: "8*B*C"},
			Counts: "Q − 1 comparisons per channel", Source: "definition",
		},
	}
}

// rearrangingRules are the rules of layers that move values, which is memory traffic but no arithmetic.
func rearrangingRules() []Rule {
	return []Rule{
		{
			Kinds: []string{"upsample", "resize"}, Formulas: []Formula{{FLOPs, "bilinear*B*N*P*(2^(axes + 1) - 1)"}},
			Counts: "nearest: nothing; bilinear: a multiply for each of 2^axes corners and the adds between them", Source: "definition",
		},
		{
			Kinds: []string{"flatten", "slice", "subsample", "crop"}, View: true,
			Counts: "nothing: what comes out is a view of what came in", Source: "definition",
		},
		{
			Kinds:  []string{"shuffle", "zero_pad"},
			Counts: "values are moved, not computed", Source: "definition",
		},
	}
}

// mergeRules are the rules of merges.
func mergeRules() []Rule {
	return append(sumRules(), []Rule{
		{
			Kinds: []string{"add"}, Formulas: []Formula{{FLOPs, "B*N*P*(operands - 1)"}},
			Counts: "one operation per element for each path after the first", Source: "definition",
		},
		{
			Kinds: []string{"multiply"}, Formulas: []Formula{{FLOPs, "B*N*P*(operands - 1)"}}, Keeps: Keeps{Input: true, InputFor: OtherOperands},
			Counts: "one operation per element for each path after the first; training keeps all paths", Source: "definition",
		},
		{
			Kinds: []string{"mean"}, Formulas: []Formula{{FLOPs, "B*N*P*operands"}}, Keeps: Keeps{Extra: "8"},
			Counts: "the adds and a divide per element", Source: "definition",
		},
		{
			Kinds: []string{"depth_attention"}, Formulas: []Formula{{Params, "2*C"}, {MACs, "2*B*N*P*operands"}, {FLOPs, "2*macs + operands*(4*B*N*P + 5*B*P)"}, {Activations, "B*P*(N + operands)"}},
			Casting: Promoted, Keeps: Keeps{Input: true, Extra: "operands*B*P*(bytes + 4)"},
			Counts: "per path the product with a vector, an RMS norm with scale and a multiply and an add per element, and a softmax over the paths; training keeps all paths, their shares and the root of each norm, and normalises again",
			Source: "Kimi Team 2026, arXiv:2603.15031, equations 2 to 4",
		},
		{
			Kinds: []string{"subtract"}, Formulas: []Formula{{FLOPs, "B*N*P*(operands - 1)"}},
			Counts: "as add", Source: "definition",
		},
		{
			Kinds: []string{"divide"}, Formulas: []Formula{{FLOPs, "B*N*P*(operands - 1)"}}, Keeps: Keeps{Input: true, InputFor: Divisors},
			Counts: "one operation per element for each path after the first; training keeps the dividend for the gradient of the divisor, and the divisor for both", Source: "definition",
		},
		{
			Kinds: []string{"pow"}, Formulas: []Formula{{FLOPs, "B*N*P*(operands - 1)"}}, Keeps: Keeps{Input: true, Output: true},
			Counts: "one operation per element for each path after the first; training keeps base, exponent and power", Source: "definition",
		},
		{
			Kinds: []string{"maximum", "minimum"}, Formulas: []Formula{{FLOPs, "B*N*P*(operands - 1)"}}, Keeps: Keeps{Input: true},
			Counts: "one operation per element for each path after the first; training keeps all paths", Source: "definition",
		},
		{
			Kinds: []string{"where"}, Keeps: Keeps{Extra: "choices"},
			Counts: "values are chosen, not computed; training keeps the choice, a byte per element before it is stretched", Source: "definition",
		},
		{
			Kinds: []string{"matmul"}, Casting: Narrow, Formulas: []Formula{{MACs, "B*P*C*N"}, {FLOPs, "2*macs"}, {Activations, "B*P*N"}}, Products: []Product{{"B*P*C*N", [2][]int{{0}, {1}}}},
			Keeps: Keeps{Input: true, InputFor: OtherFactors}, Counts: "a product of two activations; training keeps each for the gradient of the other", Source: "definition",
		},
		attendRule(),
		{
			Kinds:  []string{"concat"},
			Counts: "values are copied, not computed; what a concat costs is the width of all that reads it", Source: "definition",
		},
	}...)
}
