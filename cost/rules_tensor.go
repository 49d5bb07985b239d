package cost

// References:
//
//	[krizhevsky2012] ImageNet Classification with Deep Convolutional Neural Networks, section 3.3
//	[he2015]         Delving Deep into Rectifiers, arXiv:1502.01852
//	[hochreiter1997] Long Short-Term Memory, doi:10.1162/neco.1997.9.8.1735
//	[cho2014]        Learning Phrase Representations using RNN Encoder-Decoder, arXiv:1406.1078

// tensorRules are the rules of single operations on tensors.
func tensorRules() []Rule {
	return []Rule{
		{
			Kinds: []string{"reshape", "take", "expand"}, View: true,
			Counts: "nothing: what comes out is a view of what came in", Source: "definition",
		},
		{
			Kinds:  []string{"gather", "tile", "copy", "pad"},
			Counts: "values are moved, not computed", Source: "definition",
		},
		{
			Kinds: []string{"reduce"}, Formulas: []Formula{{FLOPs, "E"}},
			Counts: "one operation for each element that comes in", Source: "definition",
		},
		{
			Kinds:  []string{"unknown"},
			Counts: "nothing: the operation is not known", Source: "convention",
		},
		{
			Kinds: []string{"input", "constant"}, Casting: Promoted,
			Counts: "nothing: the tensor is there", Source: "definition",
		},
		{
			Kinds: []string{"parameter"}, Casting: Promoted, Formulas: []Formula{{Params, "values"}},
			Counts: "the learned tensor", Source: "definition",
		},
		{
			Kinds: []string{"buffer"}, Casting: Promoted, Formulas: []Formula{{Buffers, "values"}},
			Counts: "the tensor, which is kept but not learned", Source: "definition",
		},
		{
			Local: true, Kinds: []string{"scale"}, Casting: Promoted, Formulas: []Formula{{Params, "values"}, {FLOPs, "B*N*P"}}, Keeps: Keeps{Input: true, InputFor: OwnWeights},
			Counts: "one multiply per element; training keeps its input where what it multiplies by is learned", Source: "definition",
		},
		{
			Local: true, Kinds: []string{"shift"}, Casting: Promoted, Formulas: []Formula{{Params, "values"}, {FLOPs, "B*N*P"}},
			Counts: "one add per element", Source: "definition",
		},
		{
			Kinds: []string{"prelu"}, Casting: Narrow, CastAlways: "values", Formulas: []Formula{{Params, "values"}, {FLOPs, "2*B*N*P"}}, Keeps: Keeps{Input: true}, Cheap: true,
			Counts: "a comparison and a multiply per element", Source: "He et al. 2015, arXiv:1502.01852",
		},
		{
			Kinds: []string{"lrn"}, Formulas: []Formula{{FLOPs, "B*N*P*(size + 4)"}}, Keeps: Keeps{Input: true, Output: true},
			Counts: "per element a square, size − 1 adds of the window, scale, bias, power, and a divide", Source: "Krizhevsky et al. 2012, section 3.3",
		},
	}
}

// recurrentRules are the rules of layers that run along a sequence: one product with the input and one with the state, for each
// gate. Training keeps the input and the output, and the gates with the state; where the layer runs step by step, each step keeps its
// tensors, measured with saved-tensor hooks, and not the output that they are joined to.
func recurrentRules() []Rule {
	gates := func(kind, gates, flops, kept, steps, source string) Rule {
		return Rule{
			Kinds: []string{kind},
			Formulas: []Formula{
				{Params, "directions*" + gates + "*out*(C + out + bias)"},
				{MACs, "B*P*directions*" + gates + "*out*(C + out)"},
				{FLOPs, "2*macs + B*P*directions*out*(" + flops + " + " + gates + "*bias)"},
				{Activations, "B*P*directions*" + gates + "*out"},
			},
			Factored: "directions*(" + gates + "*(2 + bias)*out + C + out)",
			Inside:   "B*(P - 1)*directions*" + gates + "*out^2",
			Casting:  Narrow, CastAlways: "directions*" + gates + "*out*(C + out)",
			Start:    "B*directions*" + gates + "*out^2",
			Keeps:    Keeps{Input: true, InputFor: OwnWeights, Output: true, Extra: kept},
			Variants: []Variant{{Way: KeptSteps, Keeps: Keeps{Input: true, InputFor: OwnWeights, Extra: "bytes*B*directions*out*" + steps}}},
			Counts:   "per position and gate a product with what comes in and one with the state; what training keeps besides is a model, libraries differ",
			Source:   source,
		}
	}
	return []Rule{
		gates("rnn", "1", "7", "", "(P + 1)", "Elman 1990"),
		gates("gru", "3", "22", "4*bytes*B*P*directions*out", "7*P", "Cho et al. 2014, arXiv:1406.1078"),
		gates("lstm", "4", "32", "5*bytes*B*P*directions*out", "7*P", "Hochreiter & Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735"),
	}
}
