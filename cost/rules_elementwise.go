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
			Counts:   "scale and shift are params, running mean and variance buffers; inference is one multiply and one add per element",
			Source:   "Ioffe & Szegedy 2015, arXiv:1502.03167, algorithm 2",
		},
		{
			Kinds:    []string{"layernorm", "groupnorm"},
			Formulas: []Formula{{Params, "2*C*affine"}, {FLOPs, "B*C*P*(5 + 2*affine)"}},
			Counts:   "per element: sum, subtract, square, sum, multiply by the inverse deviation; with scale and shift 2 more; the root of each row or group is left out",
			Source:   "Ba et al. 2016, arXiv:1607.06450; Wu & He 2018, arXiv:1803.08494",
		},
		{
			Kinds:    []string{"rmsnorm"},
			Formulas: []Formula{{Params, "C*affine"}, {FLOPs, "B*C*P*(3 + affine)"}},
			Counts:   "per element: square, sum, multiply by the inverse root; with scale 1 more",
			Source:   "Zhang & Sennrich 2019, arXiv:1910.07467",
		},
	}
}

// activationRules count the operations per element of the definition, exp, erf and divide as one each.
func activationRules() []Rule {
	each := func(flops, counts, source string, kinds ...string) Rule {
		return Rule{Kinds: kinds, Formulas: []Formula{{FLOPs, flops}}, Counts: counts, Source: source}
	}
	return []Rule{
		each("B*C*P", "one comparison per element", "definition", "relu"),
		each("2*B*C*P", "two comparisons per element", "definition", "relu6"),
		each("2*B*C*P", "a comparison and a multiply per element", "definition", "leaky_relu"),
		each("4*B*C*P", "negate, exp, add, divide", "definition", "sigmoid"),
		each("6*B*C*P", "as 2·sigmoid(2x) − 1", "definition", "tanh"),
		each("5*B*C*P", "as x/2·(1 + erf(x/√2))", "Hendrycks & Gimpel 2016, arXiv:1606.08415", "gelu"),
		each("5*B*C*P", "sigmoid and a multiply", "Elfwing et al. 2017, arXiv:1702.03118", "silu"),
		each("4*B*C*P", "add, two comparisons, divide", "Howard et al. 2019, arXiv:1905.02244, section 5.2", "hard_sigmoid"),
		each("5*B*C*P", "hard_sigmoid and a multiply", "Howard et al. 2019, arXiv:1905.02244, section 5.2", "hard_swish"),
		each("5*B*C*P", "maximum, subtract, exp, sum, divide", "definition", "softmax"),
		{Kinds: []string{"dropout"}, View: true, Counts: "nothing at inference", Source: "Srivastava et al. 2014, JMLR 15"},
	}
}

// poolRules are the rules of layers that reduce extents.
func poolRules() []Rule {
	return []Rule{
		{
			Kinds: []string{"maxpool"}, Formulas: []Formula{{FLOPs, "B*N*P*(K - 1)"}},
			Counts: "K − 1 comparisons per window", Source: "definition",
		},
		{
			Kinds: []string{"avgpool"}, Formulas: []Formula{{FLOPs, "B*N*P*K"}},
			Counts: "K − 1 adds and a divide per window", Source: "definition",
		},
		{
			Kinds: []string{"adaptive_avgpool"}, Formulas: []Formula{{FLOPs, "B*N*W"}},
			Counts: "an add for each position of each window but the first, and a divide", Source: "definition",
		},
		{
			Kinds: []string{"global_avgpool"}, Formulas: []Formula{{FLOPs, "B*C*Q"}},
			Counts: "Q − 1 adds and a divide per channel", Source: "definition",
		},
	}
}

// rearrangingRules are the rules of layers that move values, which is memory traffic but no arithmetic.
func rearrangingRules() []Rule {
	return []Rule{
		{
			Kinds: []string{"upsample"}, Formulas: []Formula{{FLOPs, "bilinear*B*N*P*(2^(axes + 1) - 1)"}},
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
	return []Rule{
		{
			Kinds: []string{"add", "multiply"}, Formulas: []Formula{{FLOPs, "B*N*P*(operands - 1)"}},
			Counts: "one operation per element for each path after the first", Source: "definition",
		},
		{
			Kinds: []string{"mean"}, Formulas: []Formula{{FLOPs, "B*N*P*operands"}},
			Counts: "the adds and a divide per element", Source: "definition",
		},
		{
			Kinds:  []string{"concat"},
			Counts: "values are copied, not computed; what a concat costs is the width of all that reads it", Source: "definition",
		},
	}
}
