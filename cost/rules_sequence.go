package cost

// References:
//
//	[dosovitskiy2020] An Image is Worth 16x16 Words, arXiv:2010.11929, section 3.1

// sequenceRules are the rules of layers that turn maps into sequences and back.
func sequenceRules() []Rule {
	const source = "Dosovitskiy et al. 2020, arXiv:2010.11929, section 3.1"
	return []Rule{
		{Kinds: []string{"tokens", "token"}, View: true, Counts: "nothing: what comes out is a view of what came in", Source: source},
		{Kinds: []string{"class_token"}, Casting: Promoted, Formulas: []Formula{{Params, "C"}}, Counts: "the learned position; the sequence is copied behind it", Source: source},
		{
			Local: true, Kinds: []string{"position_embedding"}, Casting: Promoted, Formulas: []Formula{{Params, "C*(P + beyond)"}, {FLOPs, "B*C*P"}}, Factored: "C + P + beyond", Reads: "C*P",
			Counts: "one learned value per channel and position, added to each sample", Source: source,
		},
	}
}
