package cost

// References:
//
//	[zhu2024] Hyper-Connections, arXiv:2409.19606, equations 1, 2, 21 and 22

// streamRules are the rules of what works on parallel residual streams.
func streamRules() []Rule {
	const source = "Zhu et al. 2024, arXiv:2409.19606, equation 2 and Algorithm 2"
	return []Rule{
		{
			Kinds:  []string{"spread"},
			Counts: "values are copied, not computed", Source: source,
		},
		{
			Kinds: []string{"mix"},
			Formulas: []Formula{
				{Params, "streams*into"},
				{MACs, "B*P*N*streams"},
				{FLOPs, "2*macs"},
				{Activations, "B*P*N"},
			},
			Factored: "streams + into",
			Casting:  Narrow, Cast: "streams*into",
			Keeps:  Keeps{Input: true, InputFor: OwnWeights},
			Counts: "a product with a small matrix at every position: each stream that comes out is a learned sum of those that come in",
			Source: source,
		},
		{
			Kinds: []string{"collect"}, Formulas: []Formula{{FLOPs, "B*P*N*(streams - 1)"}},
			Counts: "streams − 1 adds per element that comes out", Source: source,
		},
	}
}
