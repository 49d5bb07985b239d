package arch

import (
	"github.com/skipcost/skipcost/internal/choose"
)

// Gathering says which layers a repeat with links outputs, and how they are joined.
type Gathering string

// What can be gathered: layers side by side, or a sum of them in place of each concat, of which what a further layer would read comes out.
const (
	GatherAll    Gathering = "all"
	GatherLayers Gathering = "layers"
	GatherOdd    Gathering = "odd"
	GatherNext   Gathering = "next"
	GatherLast   Gathering = "last"

	GatherWeighted Gathering = "weighted"
	GatherChannels Gathering = "channels"
	GatherGated    Gathering = "gated"
	GatherDynamic  Gathering = "dynamic"
	GatherMean     Gathering = "mean"
	GatherSoftmax  Gathering = "softmax"
)

// Gatherings lists them in the order documentation shows them.
func Gatherings() []Gathering {
	return []Gathering{GatherAll, GatherLayers, GatherOdd, GatherNext, GatherLast, GatherWeighted, GatherChannels, GatherGated, GatherDynamic, GatherMean, GatherSoftmax}
}

// Doc says what comes out, or how layers meet, for documentation. Layers count from 1; 0 is what enters.
func (g Gathering) Doc() string {
	switch g {
	case GatherAll:
		return "what entered and all layers come out"
	case GatherLayers:
		return "all layers come out"
	case GatherOdd:
		return "the last layer and all odd ones come out"
	case GatherNext:
		return "what a further layer would read comes out"
	case GatherLast:
		return "the last layer comes out"
	case GatherWeighted:
		return "layers are summed up, each times a learned number (DenseFormer, Pagliardini et al. 2024, arXiv:2402.02622)"
	case GatherChannels:
		return "layers are summed up, each channel of each times a learned number (DeepCrossAttention, Heddes et al. 2025, arXiv:2502.06785, GRN-v2)"
	case GatherGated:
		return "the same as channels, with what a learned vector says of each layer added to its numbers (DeepCrossAttention, GRN-v3)"
	case GatherDynamic:
		return "layers are summed up, each times a number that two learned layers make of the latest (MUDDFormer, Xiao et al. 2025, arXiv:2502.12170)"
	case GatherMean:
		return "the mean of layers is read"
	case GatherSoftmax:
		return "layers are summed up, each times its share by a learned query (attention residuals, Kimi Team 2026, arXiv:2603.15031)"
	}
	return ""
}

// gathers is the gathering of a repeat with these links that names none itself.
func (p LinkPattern) gathers() Gathering {
	switch p {
	case DenseLinks, OnceLinks:
		return GatherAll
	case HarmonicLinks:
		return GatherOdd
	}
	return GatherNext
}

// Gathered lists the layers that a repeat of n layers outputs.
func (r *Repeat) Gathered(n, window int) []int {
	switch r.gathering() {
	case GatherAll:
		return every(0, n, 1)
	case GatherLayers:
		return every(1, n, 1)
	case GatherOdd:
		return append([]int{n}, every(1, n-1, 2)...)
	case GatherLast:
		return []int{n}
	}
	return r.Links.Reads(n+1, window)
}

// gathering is the one that a repeat names, or else that of its links.
func (r *Repeat) gathering() Gathering {
	if r.Gather == "" {
		return r.Links.gathers()
	}
	return r.Gather
}

// Joins is the merge that joins the layers of a repeat with links.
func (r *Repeat) Joins() MergeOp {
	switch r.Gather {
	case GatherWeighted:
		return Weighted
	case GatherChannels:
		return ChannelSum
	case GatherGated:
		return GatedSum
	case GatherDynamic:
		return DynamicSum
	case GatherMean:
		return Mean
	case GatherSoftmax:
		return DepthAttention
	}
	return Concat
}

// InWays lists the gatherings whose sum may be taken in several ways, each with numbers of its own.
func InWays() []string {
	var all []string
	for _, g := range Gatherings() {
		if _, takes := (&Repeat{Gather: g}).Joins().Kind().Parameter(Ways); takes {
			all = append(all, string(g))
		}
	}
	return all
}

// SumsLayers reports whether the layers of a repeat with links are joined element by element and not side by side.
func (r *Repeat) SumsLayers() bool { return !r.Joins().Kind().Joins }

// ReadsAlone reports whether a layer behind so many others joins its tensors even if it reads a single one, because a number or
// a vector is learned for it. The input of the repeat is read as it is, unless a vector is learned for it or the layers are
// read in blocks.
func (r *Repeat) ReadsAlone(layers int) bool {
	return r.Links == DenseLinks && r.Joins().Kind().Learns() && (layers > 0 || r.Joins() == DepthAttention || r.Block != nil)
}

// BeginsAsLatest reports whether the sum of layers is at initialisation the latest of them alone: its learned number is 1 and
// the others are 0.
func (r *Repeat) BeginsAsLatest() bool {
	return r.Gather == GatherWeighted || r.Gather == GatherDynamic
}

// GrowsOneConcat reports whether the links amount to a concat with the identity in each iteration, which has a closed form.
func (r *Repeat) GrowsOneConcat() bool {
	return r.Links == DenseLinks && (r.gathering() == GatherAll || r.gathering() == GatherNext)
}

// every lists the numbers from the first to the last by steps.
func every(first, last, step int) []int {
	var out []int
	for k := first; k <= last; k += step {
		out = append(out, k)
	}
	return out
}

// ParseGathering returns the named gathering.
func ParseGathering(name string) (Gathering, error) { return choose.Word("gather", name, Gatherings()) }
