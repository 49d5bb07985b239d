package cost

// References:
//
//	[zhu2024] Hyper-Connections, arXiv:2409.19606, equations 1, 2, 21 and 22
//	[xie2025] mHC: Manifold-Constrained Hyper-Connections, arXiv:2512.24880, equation 9

// streamRules are the rules of layers on parallel residual streams.
func streamRules() []Rule {
	const source = "Zhu et al. 2024, arXiv:2409.19606, equation 2 and Algorithm 2"
	return []Rule{
		{
			Local: true, Kinds: []string{"spread"},
			Counts: "values are copied, not computed", Source: source,
		},
		{
			Local: true, Kinds: []string{"mix"},
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
			Local: true, Kinds: []string{"sinkhorn"}, Formulas: []Formula{{FLOPs, "E + iterations*(4*E - B*P - B*N)"}}, Keeps: Keeps{Input: true},
			Counts: "exp of each element; per iteration the sums of rows and columns and a division by each; training keeps what comes in and iterates again",
			Source: "Xie et al. 2025, arXiv:2512.24880, equation 9",
		},
		{
			Local: true, Kinds: []string{"collect"}, Formulas: []Formula{{FLOPs, "B*P*N*(streams - 1)"}},
			Counts: "streams − 1 adds per element that comes out", Source: source,
		},
	}
}
