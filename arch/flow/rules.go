package flow

import (
	"github.com/skipcost/skipcost/arch"
)

// Rule says how signal and gradient pass one kind of layer at initialisation, in words and as what is computed.
type Rule struct {
	Kinds      []string
	Forward    string // how m, u and q change
	Backward   string // how G changes
	Assumption string // the assumption under which it holds; empty where it is exact
	Source     string
	Because    string // why there is no rule; empty where there is

	law law
}

// Known reports whether there is a rule, and not only the reason why there is none.
func (r Rule) Known() bool { return r.law != nil }

const (
	he2015       = "He et al. 2015, arXiv:1502.01852"
	yang2019     = "Yang et al. 2019, arXiv:1902.08129"
	de2020       = "De & Smith 2020, arXiv:2002.10444"
	balduzzi2017 = "Balduzzi et al. 2017, arXiv:1702.08591"
	hanin2018    = "Hanin & Rolnick 2018, arXiv:1803.01719"
	gilboa2019   = "Gilboa et al. 2019, arXiv:1901.08987"
	noci2022     = "Noci et al. 2022, arXiv:2206.03126"
	poole2016    = "Poole et al. 2016, arXiv:1606.05340"
)

// Rules lists every rule.
func Rules() []Rule {
	var all []Rule
	for _, group := range [][]Rule{weightRules(), recurrentRules(), mixerRules(), normRules(), activationRules(), poolRules(), movingRules(), sourceRules(), streamRules(), mergeRules(), unknownRules()} {
		all = append(all, group...)
	}
	return all
}

// RuleOf is the rule of a kind.
func RuleOf(kind string) (Rule, bool) {
	r, ok := lawbook()[kind]
	return r, ok
}

// activations are the kinds whose function of single values is known: the rectifiers, or the others.
func activations(rectify bool) []string {
	var names []string
	for _, k := range arch.Kinds() {
		if k.Function != nil && k.Function.Rectifies == rectify {
			names = append(names, k.Name)
		}
	}
	return names
}

func weightRules() []Rule {
	return []Rule{
		{
			Kinds:    []string{"linear", "conv", "conv1d", "conv2d", "conv3d", "conv_transpose", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"},
			Forward:  "q → g·f·q, u → g·f₂·u, m → 0, with f and f₂ the mean over the taps of the share of positions at which a tap meets the map, and of its square",
			Backward: "G → g·f·G", Assumption: "weights are independent, of mean 0 and variance g/fan-in; biases are 0; with padding, positions are alike",
			Source: he2015 + ", sections 2.2 and 2.3", law: weights{},
		},
		{
			Kinds: []string{"attention"}, Forward: "q → g²·(u + (q − u)·P), u → g²·(u + (q − u)/T) over T positions, P = E Σp² of the softmax of T scores of variance g²·q·(q − u)",
			Backward:   "G → g²·G·(P + g²·(q − u)·(2q − u)·J), J the squared norm of the softmax's Jacobian",
			Assumption: "positions are alike and independent but for their mean, queries and keys are normal; scores near 0 make a mean over positions, P = 1/T",
			Source:     noci2022 + ", section 3", law: attention{},
		},
		{
			Kinds: []string{"dot_product_attention"}, Forward: "q → u + (q − u)·P of the values, u → u + (q − u)/T, P = E Σp² of the softmax of T scores of variance q·(q′ − u′) of queries and keys",
			Backward:   "to the values G·P, to the queries G·J·(q − u)·(q′ − u′) with q of the values, to the keys with q of the queries for that of the keys",
			Assumption: "as attention", Source: noci2022 + ", section 3", law: attend{},
		},
		{
			Kinds: []string{"embedding"}, Forward: "q → 1, u → 0, m → 0", Backward: "nothing: what comes in are numbers of tokens",
			Assumption: "rows of unit variance, the default of nn.Embedding, unless init says otherwise; tokens differ", Source: "PyTorch, nn.Embedding",
			law: embedding{},
		},
	}
}

func recurrentRules() []Rule {
	const assumption = "what enters the functions of a cell is normal, of variance gx·q + gh·q of the state before; gates, candidates and states are independent; biases are 0; what positions have in common passes as the rest does"
	rule := func(kind, forward, backward string, c cell) Rule {
		return Rule{Kinds: []string{kind}, Forward: forward, Backward: backward + ", step by step from the last", Assumption: assumption, Source: gilboa2019, law: recurrent{c}}
	}
	return []Rule{
		rule("rnn", "q → the mean over the steps of q ← E tanh²", "G through E tanh′², to the input times gx and to the state before times gh", plainCell{}),
		rule("gru", "likewise of q ← E σ²·(E tanh² + q)", "G through update, reset and candidate, with E σ², E σ′² and E tanh′²", gruCell{}),
		rule("lstm", "likewise of the memory c ← E σ²·(c + E tanh²) and q ← E σ²·E tanh²(c)", "G through the memory and each gate, with E σ², E σ′² and E tanh′²", lstmCell{}),
	}
}

func mixerRules() []Rule {
	return []Rule{
		{
			Kinds: []string{"experts"}, Forward: "q → g·E h²·P with P = E Σp² of the softmax of the largest of the router's scores, of variance g·q, u → g·u_h/E of all E experts; h are the values of GELU, or where gated of SiLU times a product",
			Backward:   "G → g²·E h′²·G·P, gated: through both factors; and through the router g²·E h²·G·J, J the squared norm of the softmax's Jacobian",
			Assumption: "scores are normal, positions take experts independently",
			Source:     "Shazeer et al. 2017, arXiv:1701.06538, section 2.1; " + poole2016, law: mixer{throughExperts},
		},
		{
			Kinds: []string{"latent_attention"}, Forward: "as attention, of latents whose norm makes them unit size: q → g²·(u/q + (1 − u/q)·P), u → g²·(u/q + (1 − u/q)/T)",
			Backward:   "G → g²·G·(P/q) and what passes through scores, with the norms' 1/q on the way back to the latents",
			Assumption: "as attention", Source: noci2022 + ", section 3; DeepSeek-AI 2024, arXiv:2405.04434, section 2.1", law: mixer{throughLatent},
		},
		{
			Kinds: []string{"mamba2"}, Forward: "q → g: a norm stands before the product out; u → g times what the SiLUs of values and gate leave", Backward: "G → g²·G·(E s′²/E s² of the gate + E s′²/3·E s² of the values)",
			Assumption: "the state adds little at first, as its steps are between 0.001 and 0.1, and is left out: G comes out up to 15 % low; the convolution begins as PyTorch's", Source: "Dao & Gu 2024, arXiv:2405.21060, section 7; " + poole2016,
			law: mixer{throughMamba},
		},
	}
}

func normRules() []Rule {
	return []Rule{
		{
			Kinds: []string{"batchnorm"}, Forward: "q → 1, u → 0, m → 0, channel by channel; all norms: times mean_square, that of the scale at first", Backward: "G → G/(q − u), channel by channel; all norms: times mean_square",
			Assumption: "batch statistics over many values; what the gradient loses along mean and scale is left out", Source: yang2019 + ", section 4; " + de2020,
			law: batchNorm{},
		},
		{
			Kinds: []string{"layernorm"}, Forward: "q → 1, u → (u − o)/s, m → 0, with s = q − o and o the mean square of the mean over the N channels, m² + (q − m²)/N",
			Backward: "G → G/s", Assumption: "channels are many, so that their own mean square is near the expected one", Source: yang2019, law: groupNorm{centred: true},
		},
		{
			Kinds: []string{"groupnorm"}, Forward: "likewise, with o of the mean over a group of n channels and all positions, m² + (u − m²)/n",
			Backward: "G → G/s", Assumption: "groups of many values, whose own mean square is near the expected one", Source: yang2019, law: groupNorm{centred: true, allPositions: true},
		},
		{
			Kinds: []string{"lrn"}, Forward: "all stay", Backward: "G stays", Assumption: "squares are small against k/α, as with PyTorch's k = 1 and α = 10⁻⁴", Source: "Krizhevsky et al. 2012, section 3.3",
			law: pass{},
		},
		{
			Kinds: []string{"rmsnorm"}, Forward: "q → 1, u → u/q, m → m/√q", Backward: "G → G/q",
			Assumption: "channels are many, so that their own mean square is near the expected one", Source: yang2019, law: groupNorm{},
		},
	}
}

func activationRules() []Rule {
	return []Rule{
		{
			Kinds: activations(true), Forward: "of a symmetric value exactly q → q·(1 + a²)/2 with a the share of negative ones that passes, 0 for relu; else of a normal one, for relu mean μΦ(μ/s) + sφ(μ/s), second moment (μ² + s²)Φ(μ/s) + μsφ(μ/s)",
			Backward:   "G → G·(1 + a²)/2 behind a symmetric value, else G·(p + a²·(1 − p)) with p = Φ(μ/s)",
			Assumption: "other than symmetric values are normal; a gradient does not know the sign that it meets; a is 0.01 for leaky_relu, 0.25 for prelu",
			Source:     he2015 + ", section 2.2; " + hanin2018, law: activation{},
		},
		{
			Kinds: activations(false), Forward: "the moments of f(x) for a normal x", Backward: "G times the mean of f′(x)²",
			Assumption: "values are normal; α of elu is 1", Source: poole2016 + ", equations 3 and 6", law: activation{},
		},
		{
			Kinds: []string{"softmax"}, Forward: "m → 1/n, q → E Σp²/n of the shares p of n scores of variance q − m², u likewise of u − m²", Backward: "G → G·E(Σp² − 2Σp³ + (Σp²)²)/n",
			Assumption: "scores along the width are normal, alike and independent; near 0 they make a mean over positions, q → 1/n²", Source: noci2022 + ", section 3; the squared norm of the Jacobian diag(p) − p·pᵀ", law: softmax{},
		},
		{
			Kinds: []string{"log_softmax"}, Forward: "m → −ln n − v/2 for n scores of variance v, q → m² + v, u likewise with the variance of the channel means", Backward: "G stays",
			Assumption: "scores along the width are normal and many", Source: "moments of x − ln Σ exp(x)", law: logSoftmax{},
		},
		{
			Kinds: []string{"dropout", "drop_path"}, Forward: "q → q/(1 − rate), u and m stay", Backward: "G → G/(1 − rate)", Source: "Srivastava et al. 2014, JMLR 15, section 10",
			law: dropout{},
		},
	}
}

func poolRules() []Rule {
	return []Rule{
		{
			Kinds: []string{"maxpool", "global_maxpool"}, Forward: "the moments of the largest of n normal values, n the window", Backward: "G stays: each value goes back to one; an activation before it is met where it is largest",
			Assumption: "values in a window are independent", Source: "the distribution of the largest of n values, n·φ·Φ^(n−1)",
			law: maxPool{},
		},
		{
			Kinds: []string{"avgpool", "adaptive_avgpool", "global_avgpool"}, Forward: "q → u + (q − u)/n, u and m stay", Backward: "G → G/n",
			Assumption: "values in a window of n are independent but for their channel's mean", Source: "the variance of a mean",
			law: averagePool{},
		},
		{
			Kinds: []string{"upsample", "resize"}, Forward: "nearest: all stay; bilinear: q − u times Σ w² of the weights on each axis", Backward: "G likewise",
			Assumption: "neighbours are independent but for their channel's mean", Source: "the variance of a weighted mean",
			law: resample{},
		},
	}
}

func movingRules() []Rule {
	return []Rule{
		{
			Kinds:   []string{"copy", "flatten", "tokens", "token", "class_token", "position_embedding", "crop", "subsample", "scale", "shift"},
			Forward: "all stay; scale multiplies q and u by mean_square", Backward: "G stays; scale likewise",
			Assumption: "what is cut off is like what is kept; learned shifts, positions and tokens begin small", Source: "values move",
			law: pass{},
		},
		{
			Kinds:   []string{"shuffle", "reshape", "take", "gather", "expand", "tile"},
			Forward: "all stay, as averages over the channels", Backward: "G stays, spread evenly", Assumption: "what is left out or repeated is like the rest", Source: "values move",
			law: mix{},
		},
		{
			Kinds: []string{"slice"}, Forward: "the moments of the channels that are kept", Backward: "G on the channels that are kept", Source: "values move",
			law: slice{},
		},
		{
			Kinds: []string{"zero_pad", "pad"}, Forward: "zeros join the average", Backward: "the share of G that falls on what is not zero", Source: "values move",
			law: zeroPad{},
		},
	}
}

func sourceRules() []Rule {
	return []Rule{
		{
			Kinds: []string{"input"}, Forward: "q = 1, u = 0, m = 0", Backward: "ends here", Assumption: "inputs are standard normal", Source: "the convention of " + he2015,
			law: standardInput{},
		},
		{
			Kinds: []string{"parameter", "buffer"}, Forward: "q = mean_square, u = 0, m = 0; of a learned tensor that is added alone and does not say it, 0", Backward: "ends here",
			Assumption: "values are as often negative as positive; learned biases begin small", Source: "the description", law: tensor{},
		},
	}
}

func streamRules() []Rule {
	const zhu2024 = "Zhu et al. 2024, arXiv:2409.19606"
	return []Rule{
		{
			Kinds: []string{"spread"}, Forward: "n copies: what streams have in common, Σh/√n, gets n·q, n·u and √n·m, their differences get 0", Backward: "n times the G of what streams have in common",
			Source: "values move", law: streamCopies{},
		},
		{
			Kinds: []string{"mix"}, Forward: "all stay where as many streams come out as come in; one stream of n, or n copies of one", Backward: "G likewise; that of one stream of n: a part of n on what streams have in common, the rest on their differences",
			Assumption: "learned sums begin as hyper-connections do, where each stream is passed on as it is, one is read, and all are written to; dynamic and constrained numbers begin at their fixed part, shares at 1/2, so that streams stay copies",
			Source:     zhu2024 + ", equation 14; Xie et al. 2025, arXiv:2512.24880, equations 7 and 8", law: streamSums{},
		},
		{
			Kinds: []string{"sinkhorn"}, Forward: "m → 1/n, q → 1/n² + q·(n − 1)²/n⁴, u likewise", Backward: "G → G·(n − 1)²/n⁴",
			Assumption: "numbers are near 0, so that all entries are near 1/n", Source: "Xie et al. 2025, arXiv:2512.24880, equation 9", law: balanced{},
		},
		{
			Kinds: []string{"collect"}, Forward: "n times q, u and √n times m of what streams have in common", Backward: "n times G on what streams have in common",
			Assumption: "streams that are no copies are independent given their means", Source: zhu2024 + ", algorithm 1", law: streamTotal{},
		},
	}
}

func mergeRules() []Rule {
	return []Rule{
		{
			Kinds: []string{"add"}, Forward: "q and u add up, with 2·m·m′ for each pair", Backward: "G to every operand",
			Assumption: "operands are independent given their means. Where two of them have a mean, as additive stacks behind a ReLU and without a norm do, all units share a direction and G grows faster",
			Source:     balduzzi2017 + ", section 3; " + de2020, law: sum{sign: 1},
		},
		{
			Kinds: []string{"subtract"}, Forward: "as add, with −2·m·m′ for the first and each other", Backward: "G to every operand",
			Assumption: "operands are independent given their means", Source: "moments of a difference", law: sum{sign: -1},
		},
		{
			Kinds: []string{"mean"}, Forward: "as add, divided by n² for n operands", Backward: "G/n² to every operand",
			Assumption: "as add", Source: "moments of a mean", law: sum{sign: 1, averages: true},
		},
		{
			Kinds: []string{"depth_attention"}, Forward: "as mean", Backward: "as mean",
			Assumption: "the vector that asks is 0 at first, so that all shares are 1/n", Source: "Kimi Team 2026, arXiv:2603.15031, section 3", law: sum{sign: 1, averages: true},
		},
		{
			Kinds: []string{"weighted", "channel_sum", "gated_sum", "dynamic_sum"}, Forward: "as add, the same in each of several ways, times mean_square; where layers are gathered with numbers for them, the latest as it is", Backward: "likewise",
			Assumption: "the learned numbers are 1 at first, those of value residuals 1/2, and what is added to them 0; where layers are gathered that of the latest is 1 and the others are 0, as in DenseFormer and MUDDFormer",
			Source:     "Pagliardini et al. 2024, arXiv:2402.02622, section 3; Xiao et al. 2025, arXiv:2502.12170, section 3", law: learnedSums{sum{sign: 1}},
		},
		{
			Kinds: []string{"concat"}, Forward: "the parts side by side, weighted by their width", Backward: "to every operand the G that falls on its channels", Source: "values stay as they are",
			law: concat{},
		},
		{
			Kinds: []string{"multiply"}, Forward: "q, u and m multiply", Backward: "to an operand G times the q of the others", Assumption: "operands are independent", Source: "moments of a product",
			law: product{},
		},
		{
			Kinds: []string{"maximum", "minimum"}, Forward: "the moments of the greater, or the lesser, of two normal values at a time", Backward: "to an operand its share of the values that are chosen",
			Assumption: "operands are normal and independent", Source: "Clark 1961, Operations Research 9, equations 2 to 4", law: extremes{},
		},
		{
			Kinds: []string{"matmul"}, Forward: "q → K·q·q′ + K(K − 1)·m²·u′ over K products, u → K·u·q′ + K(K − 1)·m²·u′, m → K·m·m′", Backward: "to an operand G times K times the q of the other",
			Assumption: "operands are independent, and alike along the K that are added up; a first operand that is a mean over positions, as attention at initialisation, passes u of the second whole",
			Source:     noci2022 + ", section 3; moments of a sum of products", law: matrixProduct{},
		},
	}
}

// unknownRules name the kinds whose signal and gradient are not known from the description alone, and why.
func unknownRules() []Rule {
	unknown := func(because string, kinds ...string) Rule {
		return Rule{Kinds: kinds, Forward: "not known: " + because, Backward: "not known", Because: because}
	}
	return []Rule{
		unknown("its bounds are not in the description", "clip"),
		unknown("its exponent is not in the description", "power", "pow"),
		unknown("its values are not in the description", "constant"),
		unknown("what it does is not in the description", "elementwise", "reduce", "unknown"),
		unknown("how often it chooses which path is not in the description", "where"),
		unknown("it is of values above 0, whose distribution is not normal", "log", "sqrt"),
		unknown("quotients by values near 0 have no second moment", "divide"),
		unknown("what its entries sum up to is not worked out", "compressed_attention"),
	}
}
