package cost

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/skipcost/skipcost/arch/trace"
)

// FoldedLink is a link, or several links of consecutive iterations with equal numbers.
type FoldedLink struct {
	PricedLink           // the first of them
	IDs        []int     // of all, in order
	To         string    // the merge, with a range where they differ: decoder[0…79].add1
	From       [2]string // the origins of the first and the last; empty where there is none
	index      []string  // the index or range at each place of To where the number of an iteration stands
}

// iteration matches the number of an iteration in a name: in brackets, or between dots or slashes as exporters write it.
var iteration = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\[\d+\]|[./]\d+(?:[./]|$)`) })

// Fold joins links that only differ in the number of an iteration, where these numbers are consecutive; innermost repeats
// first.
func Fold(links []PricedLink, quantities []Quantity) []FoldedLink {
	rows := make([]FoldedLink, len(links))
	most := 0
	for k, l := range links {
		rows[k] = FoldedLink{PricedLink: l, IDs: []int{l.ID}, From: [2]string{tensorName(l.Origin), tensorName(l.Origin)}}
		rows[k].To, rows[k].index = splitName(l.Merge.Name)
		most = max(most, len(rows[k].index))
	}
	numbers := make([]string, len(rows))
	for k := range rows {
		numbers[k] = rows[k].numbers(quantities)
	}
	for at := most - 1; at >= 0; at-- {
		rows, numbers = foldAt(rows, numbers, at)
	}
	for k := range rows {
		rows[k].To = rows[k].name()
	}
	return rows
}

// foldAt folds over one of the places in names where the number of an iteration stands.
func foldAt(rows []FoldedLink, numbers []string, at int) ([]FoldedLink, []string) {
	last := map[string]int{} // the row that the next iteration may join
	var out []FoldedLink
	var kept []string
	for k, r := range rows {
		if at >= len(r.index) {
			out, kept = append(out, r), append(kept, numbers[k])
			continue
		}
		others := slices.Clone(r.index)
		others[at] = ""
		key := strings.Join([]string{r.To, strings.Join(others, ","), numbers[k], fmt.Sprint(len(r.IDs))}, "\x00")
		if n, ok := last[key]; ok && follows(out[n].index[at], r.index[at]) {
			out[n].join(r, at)
			continue
		}
		last[key] = len(out)
		r.index = slices.Clone(r.index)
		out, kept = append(out, r), append(kept, numbers[k])
	}
	return out, kept
}

// join adds the next iteration to a row.
func (f *FoldedLink) join(r FoldedLink, at int) {
	first, _, _ := strings.Cut(f.index[at], "…")
	f.index[at] = first + "…" + r.index[at]
	f.IDs = append(f.IDs, r.IDs...)
	slices.Sort(f.IDs)
	f.From[1] = r.From[1]
}

// follows reports whether a number is the next after another, or after a range.
func follows(before, next string) bool {
	_, end, isRange := strings.Cut(before, "…")
	if !isRange {
		end = before
	}
	a, errA := strconv.Atoi(end)
	b, errB := strconv.Atoi(next)
	return errA == nil && errB == nil && b == a+1
}

// splitName takes the numbers of iterations out of a name and leaves zero bytes in their places.
func splitName(name string) (string, []string) {
	var index []string
	rest := iteration().ReplaceAllStringFunc(name, func(found string) string {
		digits := strings.Trim(found, "[]./")
		index = append(index, digits)
		return strings.Replace(found, digits, "\x00", 1)
	})
	return rest, index
}

// name puts the numbers back.
func (f *FoldedLink) name() string {
	name := f.To
	for _, i := range f.index {
		name = strings.Replace(name, "\x00", i, 1)
	}
	return name
}

// numbers is a text of everything that links of one row have in common.
func (f *FoldedLink) numbers(quantities []Quantity) string {
	parts := []string{
		f.Kind(), string(f.Class), f.Shortcut(), fmt.Sprint(f.Operands, f.Span, f.Waits, f.Origin == nil),
		f.Held.Shape.ASCII(), f.Bytes.ASCII(),
	}
	if f.Reason != nil {
		parts = append(parts, "cannot be cut")
	}
	for _, q := range quantities {
		parts = append(parts, f.Causes.Of(q).ASCII())
	}
	return strings.Join(parts, "\x00")
}

// tensorName is the name of the layer that makes a tensor.
func tensorName(v *trace.Value) string {
	switch {
	case v == nil:
		return ""
	case v.Producer == nil:
		return "input"
	}
	return v.Producer.Name
}
