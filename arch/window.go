package arch

import "github.com/skipcost/skipcost/arch/symbolic"

// windowExtents is the rule of every kind that slides a window: convolutions and pools. With S the extent, K the kernel, s the
// stride, d the dilation and p the padding on each side:
//
//	same:  ⌈S/s⌉
//	else:  ⌊(S + 2p + m − d·(K − 1) − 1)/s⌋ + 1, where valid is p = 0 and m is padding at one end only
//	ceil:  ⌈·⌉ for ⌊·⌋, less the windows that would start in the end padding: at most ⌈(S + p)/s⌉
func windowExtents(in []symbolic.Expr, a Args) []symbolic.Expr {
	out := make([]symbolic.Expr, len(in))
	for k, s := range in {
		stride := a.Axes("stride")[k]
		if a.Word("padding") == SamePadding {
			out[k] = symbolic.CeilDiv(s, stride)
			continue
		}
		p := pads(a, k)
		more := a.Axes("more_padding")[k]
		room := s.Add(symbolic.Int(2).Mul(p)).Add(more).Sub(reach(a, k))
		if a.Value("ceil").IsOne() {
			most := symbolic.CeilDiv(s.Add(p), stride)
			out[k] = symbolic.Min(symbolic.CeilDiv(room, stride).Add(symbolic.Int(1)), most)
			continue
		}
		out[k] = symbolic.FloorDiv(room, stride).Add(symbolic.Int(1))
	}
	return out
}

// reach is the extent a dilated kernel covers: d·(K − 1) + 1.
func reach(a Args, k int) symbolic.Expr {
	one := symbolic.Int(1)
	return a.Axes("dilation")[k].Mul(a.Axes("kernel")[k].Sub(one)).Add(one)
}

// pads is the padding on each side of axis k, 0 for valid.
func pads(a Args, k int) symbolic.Expr {
	if a.Word("padding") != "" {
		return symbolic.Expr{}
	}
	return a.Axes("padding")[k]
}
