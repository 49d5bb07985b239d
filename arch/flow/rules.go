package flow

import (
	"github.com/skipcost/skipcost/arch/trace"
)

// Rule says how signal and gradient pass one kind of layer at initialisation, in words and as what is computed.
type Rule struct {
	Kinds      []string
	Forward    string // what becomes of m, u and q
	Backward   string // what becomes of G
	Assumption string // what must hold for it; empty where it is exact
	Source     string

	forward  func(f *field, op *trace.Operation, in []moments) (moments, error)
	backward func(f *field, op *trace.Operation, g gradient) ([]gradient, error)
}

// Known reports whether there is a rule at all, or only the statement that there is none.
func (r Rule) Known() bool { return r.forward != nil }

const (
	he2015       = "He et al. 2015, arXiv:1502.01852"
	yang2019     = "Yang et al. 2019, arXiv:1902.08129"
	de2020       = "De & Smith 2020, arXiv:2002.10444"
	balduzzi2017 = "Balduzzi et al. 2017, arXiv:1702.08591"
	hanin2018    = "Hanin & Rolnick 2018, arXiv:1803.01719"
	poole2016    = "Poole et al. 2016, arXiv:1606.05340"
)

// Rules lists every rule.
func Rules() []Rule {
	var all []Rule
	for _, group := range [][]Rule{weightRules(), normRules(), activationRules(), poolRules(), movingRules(), sourceRules(), mergeRules(), unknownRules()} {
		all = append(all, group...)
	}
	return all
}

// RuleOf is the rule of a kind.
func RuleOf(kind string) (Rule, bool) {
	r, ok := lawbook()[kind]
	return r, ok
}

func weightRules() []Rule {
	return []Rule{
		{
			Kinds:    []string{"linear", "conv", "conv1d", "conv2d", "conv3d", "conv_transpose", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"},
			Forward:  "q → g·f·q, u → g·f₂·u, m → 0, with f and f₂ the mean over the taps of the share of positions at which a tap meets the map, and of its square",
			Backward: "G → g·f·G", Assumption: "weights are independent, of mean 0 and variance g/fan-in; biases are 0; with padding, positions are alike",
			Source: he2015 + ", sections 2.2 and 2.3", forward: (*field).weigh, backward: (*field).weighBack,
		},
		{
			Kinds: []string{"attention"}, Forward: "q → g²·(u + (q − u)/T) over T positions", Backward: "G → g²·G/T",
			Assumption: "scores are near 0 at initialisation, so that each position reads the mean of the values; the gradient through the scores is left out",
			Source:     "Noci et al. 2022, arXiv:2206.03126, section 3", forward: (*field).attend, backward: (*field).attendBack,
		},
		{
			Kinds: []string{"embedding"}, Forward: "q → 1, u → 0, m → 0", Backward: "nothing: what comes in are numbers of tokens",
			Assumption: "rows of unit variance, the default of nn.Embedding", Source: "PyTorch, nn.Embedding",
			forward: func(f *field, op *trace.Operation, _ []moments) (moments, error) {
				return moments{{width: op.Output.Shape.Width, square: modelled(1), symmetric: true}}, nil
			},
			backward: func(*field, *trace.Operation, gradient) ([]gradient, error) { return []gradient{nil}, nil },
		},
	}
}

func normRules() []Rule {
	return []Rule{
		{
			Kinds: []string{"batchnorm"}, Forward: "q → 1, u → 0, m → 0, channel by channel", Backward: "G → G/(q − u), channel by channel",
			Assumption: "batch statistics over many values; what the gradient loses along mean and scale is left out", Source: yang2019 + ", section 4; " + de2020,
			forward: (*field).batchNorm, backward: (*field).batchNormBack,
		},
		{
			Kinds: []string{"layernorm", "groupnorm", "rmsnorm"}, Forward: "divides by the mean square s that is left when the mean of the group is taken off; rmsnorm takes no mean off",
			Backward: "G → G/s", Assumption: "groups of many values, whose own mean square is near the expected one", Source: yang2019,
			forward: (*field).groupNorm, backward: (*field).groupNormBack,
		},
	}
}

func activationRules() []Rule {
	return []Rule{
		{
			Kinds: []string{"relu"}, Forward: "of a symmetric value exactly q → q/2; else of a normal one, mean μΦ(μ/s) + sφ(μ/s), second moment (μ² + s²)Φ(μ/s) + μsφ(μ/s)",
			Backward: "G → G/2 behind a symmetric value, else G·Φ(μ/s)", Assumption: "other than symmetric values are normal; a gradient does not know the sign that it meets",
			Source: he2015 + ", section 2.2; " + hanin2018, forward: (*field).activate, backward: (*field).activateBack,
		},
		{
			Kinds:   []string{"relu6", "leaky_relu", "prelu", "sigmoid", "tanh", "gelu", "silu", "hard_sigmoid", "hard_swish", "elu", "softplus", "mish"},
			Forward: "the moments of f(x) for a normal x", Backward: "G times the mean of f′(x)²",
			Assumption: "values are normal; the share of leaky_relu is 0.01, of prelu 0.25, α of elu 1", Source: poole2016 + ", equations 3 and 6",
			forward: (*field).activate, backward: (*field).activateBack,
		},
		{
			Kinds: []string{"dropout"}, Forward: "q → q/(1 − rate), u and m stay", Backward: "G → G/(1 − rate)", Source: "Srivastava et al. 2014, JMLR 15, section 10",
			forward: (*field).drop, backward: (*field).dropBack,
		},
	}
}

func poolRules() []Rule {
	return []Rule{
		{
			Kinds: []string{"maxpool", "global_maxpool"}, Forward: "the moments of the largest of n normal values, n the window", Backward: "G stays: each value goes back to one; an activation before it is met where it is largest",
			Assumption: "values in a window are independent", Source: "the distribution of the largest of n values, n·φ·Φ^(n−1)",
			forward: (*field).maxPool, backward: (*field).maxPoolBack,
		},
		{
			Kinds: []string{"avgpool", "adaptive_avgpool", "global_avgpool"}, Forward: "q → u + (q − u)/n, u and m stay", Backward: "G → G/n",
			Assumption: "values in a window of n are independent but for their channel's mean", Source: "the variance of a mean",
			forward: (*field).average, backward: (*field).averageBack,
		},
		{
			Kinds: []string{"upsample", "resize"}, Forward: "nearest: all stay; bilinear: q − u times Σ w² of the weights on each axis", Backward: "G likewise",
			Assumption: "neighbours are independent but for their channel's mean", Source: "the variance of a weighted mean",
			forward: (*field).resample, backward: (*field).resampleBack,
		},
	}
}

func movingRules() []Rule {
	return []Rule{
		{
			Kinds:   []string{"copy", "flatten", "tokens", "token", "class_token", "position_embedding", "crop", "subsample", "scale", "shift"},
			Forward: "all stay; scale multiplies q and u by mean_square", Backward: "G stays; scale likewise",
			Assumption: "what is cut off is like what is kept; learned shifts, positions and tokens begin small", Source: "values move",
			forward: (*field).pass, backward: (*field).passBack,
		},
		{
			Kinds:   []string{"shuffle", "reshape", "take", "gather", "expand", "tile"},
			Forward: "all stay, as averages over the channels", Backward: "G stays, spread evenly", Assumption: "what is left out or repeated is like the rest", Source: "values move",
			forward: (*field).mix, backward: (*field).mixBack,
		},
		{
			Kinds: []string{"slice"}, Forward: "the moments of the channels that are kept", Backward: "G on the channels that are kept", Source: "values move",
			forward: (*field).slice, backward: (*field).sliceBack,
		},
		{
			Kinds: []string{"zero_pad", "pad"}, Forward: "zeros join the average", Backward: "the share of G that falls on what is not zero", Source: "values move",
			forward: (*field).zeroPad, backward: (*field).zeroPadBack,
		},
	}
}

func sourceRules() []Rule {
	return []Rule{{
		Kinds: []string{"input"}, Forward: "q = 1, u = 0, m = 0", Backward: "ends here", Assumption: "inputs are standard normal", Source: "the convention of " + he2015,
		forward: func(_ *field, op *trace.Operation, _ []moments) (moments, error) { return standard(op.Output), nil },
		backward: func(*field, *trace.Operation, gradient) ([]gradient, error) {
			return nil, nil
		},
	}}
}

func mergeRules() []Rule {
	return []Rule{
		{
			Kinds: []string{"add", "mean", "subtract"}, Forward: "q and u add up, with 2·m·m′ for each pair; a mean of n divides by n²", Backward: "G to every operand, likewise divided",
			Assumption: "operands are independent given their means. Where two of them have a mean, as additive stacks behind a ReLU and without a norm do, all units share a direction and G grows faster",
			Source:     balduzzi2017 + ", section 3; " + de2020, forward: (*field).sum, backward: (*field).sumBack,
		},
		{
			Kinds: []string{"concat"}, Forward: "the parts side by side, weighted by their width", Backward: "to every operand the G that falls on its channels", Source: "values stay as they are",
			forward: (*field).concat, backward: (*field).concatBack,
		},
		{
			Kinds: []string{"multiply"}, Forward: "q, u and m multiply", Backward: "to an operand G times the q of the others", Assumption: "operands are independent", Source: "moments of a product",
			forward: (*field).product, backward: (*field).productBack,
		},
	}
}

// unknownRules name the kinds whose signal and gradient are not known from the description alone.
func unknownRules() []Rule {
	return []Rule{{
		Kinds: []string{
			"experts", "rnn", "gru", "lstm", "softmax", "log_softmax", "exp", "log", "sqrt", "power", "clip", "erf", "elementwise", "lrn", "reduce", "unknown", "parameter", "constant",
			"divide", "pow", "maximum", "minimum", "where", "matmul",
		},
		Forward: "not known", Backward: "not known",
	}}
}
