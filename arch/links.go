package arch

import (
	"math/bits"

	"github.com/skipcost/skipcost/internal/choose"
)

// LinkPattern says which earlier tensors an iteration of a repeat reads, concatenated. Layers count from 1; 0 is what
// enters the repeat.
type LinkPattern string

// The patterns.
const (
	DenseLinks    LinkPattern = "dense"
	OnceLinks     LinkPattern = "once"
	Log2Links     LinkPattern = "log2"
	HarmonicLinks LinkPattern = "harmonic"
	WindowLinks   LinkPattern = "window"
)

// LinkPatterns lists them in the order documentation shows them.
func LinkPatterns() []LinkPattern {
	return []LinkPattern{DenseLinks, OnceLinks, Log2Links, HarmonicLinks, WindowLinks}
}

// Doc says which layers are read, for documentation.
func (p LinkPattern) Doc() string {
	switch p {
	case DenseLinks:
		return "all earlier layers are read (Huang et al. 2017, arXiv:1608.06993)"
	case OnceLinks:
		return "only the layer before is read, and all come out (VoVNet, Lee et al. 2019, arXiv:1904.09730)"
	case Log2Links:
		return "the layers 1, 2, 4, 8 … before are read (SparseNet, Zhu et al. 2018, arXiv:1801.05895)"
	case HarmonicLinks:
		return "layer l − 2^j is read for each 2^j that divides l (HarDNet, Chao et al. 2019, arXiv:1909.00948)"
	case WindowLinks:
		return "the last so many layers are read"
	}
	return ""
}

// LinkCount is the name by which the steps of a linked repeat know how many tensors they read.
const LinkCount = "links"

// MaxLinkedTimes bounds the iterations of a repeat with links, which are always written out.
const MaxLinkedTimes = 10_000

// Reads lists the layers that layer l reads, the latest first.
func (p LinkPattern) Reads(l, window int) []int {
	var out []int
	switch p {
	case Log2Links:
		for d := 1; d <= l; d *= 2 {
			out = append(out, l-d)
		}
		return out
	case HarmonicLinks:
		for j := 0; j <= bits.TrailingZeros(uint(l)); j++ {
			out = append(out, l-1<<j)
		}
		return out
	case OnceLinks:
		window = 1
	case DenseLinks:
		window = l
	}
	for d := 1; d <= min(window, l); d++ {
		out = append(out, l-d)
	}
	return out
}

// ParseLinks returns the named pattern.
func ParseLinks(name string) (LinkPattern, error) { return choose.Word("links", name, LinkPatterns()) }
