package rewrite

import (
	"iter"

	"github.com/skipcost/skipcost/arch"
)

// planStreams notes that a site of parallel streams becomes a plain add, or returns the reason why it cannot become another
// kind.
func (w *rewriter) planStreams(e Edit) string {
	if e.To != ToAdd {
		return "parallel streams stay side by side; what joins them is an add"
	}
	w.edits[e.Link.Merge] = e
	return ""
}

// planAlone replaces streams by a single one where all their sites become plain adds, or else refuses those edits.
func (w *rewriter) planAlone(links []Link, edits []Edit) []Refusal {
	stays := false
	for k := range links {
		_, edited := w.edits[links[k].Merge]
		stays = stays || links[k].Merge.Site() && !edited
	}
	var refused []Refusal
	for _, e := range edits {
		if _, planned := w.edits[e.Link.Merge]; !planned || !e.Link.Merge.Site() {
			continue
		}
		w.alone = !stays
		if stays {
			delete(w.edits, e.Link.Merge)
			refused = append(refused, Refusal{Link: e.Link, Reason: "parallel streams become one only with all of their sites"})
		}
	}
	return refused
}

// Kind is the name of the kind of link: that of its merge, of values of attention that it adds, or of the parallel streams of which it is a
// site.
func (l *Link) Kind() string {
	switch {
	case l.Merge.Site():
		return "streams ×" + l.Merge.Joint.Streams.Text()
	case l.Merge.Values:
		return string(ToValue)
	}
	return l.Merge.Kind.Name
}

// Is reports whether a link is of the named kind; the name of streams may leave out their number.
func (l *Link) Is(kind string) bool {
	return kind == l.Kind() || l.Merge.Site() && kind == string(ToStreams)
}

// Kinds are those of some links, in the order of merges, values and streams behind them.
func Kinds(links iter.Seq[*Link]) []string {
	found := map[string]bool{}
	var streams []string
	for l := range links {
		if kind := l.Kind(); l.Merge.Site() && !found[kind] {
			streams = append(streams, kind)
		}
		found[l.Kind()] = true
	}
	var out []string
	for _, op := range arch.MergeOps() {
		if found[string(op)] {
			out = append(out, string(op))
		}
	}
	if found[string(ToValue)] {
		out = append(out, string(ToValue))
	}
	return append(out, streams...)
}
