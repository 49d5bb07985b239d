package arch

import (
	"math/bits"

	"github.com/skipcost/skipcost/internal/choose"
)

// LinkPattern says which earlier tensors an iteration of a repeat reads, concatenated. Layers count from 1; 0 is what
// enters the repeat.
type LinkPattern string

// The patterns: which layers layer l reads, and the gathering of the repeat unless it names one.
//
//	dense     all earlier; all (Huang et al. 2017, arXiv:1608.06993)
//	once      only the one before; all (VoVNet, Lee et al. 2019, arXiv:1904.09730)
//	log2      those 1, 2, 4, 8 … before; next (SparseNet, Zhu et al. 2018, arXiv:1801.05895)
//	harmonic  l − 2^j for each 2^j that divides l; odd (HarDNet, Chao et al. 2019, arXiv:1909.00948)
//	window    the last so many; next
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
