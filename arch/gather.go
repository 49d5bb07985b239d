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

// gathering is all facts about a gathering.
type gathering struct {
	name   Gathering
	doc    string
	sum    MergeOp // that joins the layers; empty for a concat
	latest bool    // at initialisation the sum is the latest layer alone: its learned number is 1 and the others are 0
}

// gatherings are the rows of all, in the order documentation shows them, and never changed. Layers count from 1; 0 is what enters.
var gatherings = [...]gathering{
	{name: GatherAll, doc: "what entered and all layers come out"},
	{name: GatherLayers, doc: "all layers come out"},
	{name: GatherOdd, doc: "the last layer and all odd ones come out"},
	{name: GatherNext, doc: "what a further layer would read comes out"},
	{name: GatherLast, doc: "the last layer comes out"},
	{name: GatherWeighted, sum: Weighted, latest: true, doc: "layers are summed up, each times a learned number (DenseFormer, Pagliardini et al. 2024, arXiv:2402.02622)"},
	{name: GatherChannels, sum: ChannelSum, doc: "layers are summed up, each channel of each times a learned number (DeepCrossAttention, Heddes et al. 2025, arXiv:2502.06785, GRN-v2)"},
	{name: GatherGated, sum: GatedSum, doc: "the same as channels, with what a learned vector says of each layer added to its numbers (DeepCrossAttention, GRN-v3)"},
	{name: GatherDynamic, sum: DynamicSum, latest: true, doc: "layers are summed up, each times a number that two learned layers make of the latest (MUDDFormer, Xiao et al. 2025, arXiv:2502.12170)"},
	{name: GatherMean, sum: Mean, doc: "the mean of layers is read"},
	{name: GatherSoftmax, sum: DepthAttention, doc: "layers are summed up, each times its share by a learned query (attention residuals, Kimi Team 2026, arXiv:2603.15031)"},
}

// row is the row of a gathering; the zero row where a repeat names none.
func (g Gathering) row() gathering {
	for _, row := range gatherings {
		if row.name == g {
			return row
		}
	}
	return gathering{}
}

// Gatherings lists them in the order documentation shows them.
func Gatherings() []Gathering {
	var out []Gathering
	for _, row := range gatherings {
		out = append(out, row.name)
	}
	return out
}

// Doc says what comes out, or how layers meet, for documentation. Layers count from 1; 0 is what enters.
func (g Gathering) Doc() string { return g.row().doc }

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
	if sum := r.Gather.row().sum; sum != "" {
		return sum
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
func (r *Repeat) BeginsAsLatest() bool { return r.Gather.row().latest }

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
