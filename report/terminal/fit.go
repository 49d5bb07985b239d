package terminal

import (
	"slices"
	"strings"

	"github.com/skipcost/skipcost/report"
)

// How a table that is too wide is made to fit, one step after the other until it does: heads are broken, prose and formulas
// are wrapped, names lose what they have in common, columns that need not be there go, names lose their middle, columns
// stand in further tables below, and at last cells are broken anywhere. Columns go and names lose their middle only where
// the table fits then; very long names are shortened in any case.

const (
	gap        = 2  // columns between cells
	leastWords = 16 // columns that wrapped prose and formulas have at least
	leastName  = 12 // columns that shortened names have at least
)

// fitting is a sheet that is being fitted.
type fitting struct {
	report.Sheet
	width  int
	widths []int    // of the columns, heads included
	whole  []string // the heads unbroken
	notes  []string
	owned  bool // the rows are a copy
}

// fitted returns the sheet as tables of at most width columns, one below the other. Cells of several lines hold line feeds.
func fitted(s report.Sheet, width int) []report.Sheet {
	f := startFitting(s, width)
	for _, step := range []func(){f.breakHeads, f.wrapWords, f.tellPrefixes, f.leaveOut, f.shortenNames} {
		if f.excess() > 0 {
			step()
		}
	}
	if f.excess() > 0 {
		f = startFitting(s, width)
		for _, step := range []func(){f.breakHeads, f.tellPrefixes, f.shortenLong} {
			step()
		}
	}
	for _, n := range f.notes {
		f.Notes = append(f.Notes, report.Footnote{Text: n})
	}
	return f.stacked()
}

// startFitting copies what the steps change, except the rows, which are copied when they first change.
func startFitting(s report.Sheet, width int) *fitting {
	f := &fitting{Sheet: s, width: width, whole: s.Heads()}
	f.Columns = slices.Clone(s.Columns)
	f.Notes = slices.Clip(s.Notes)
	f.measure()
	return f
}

// own copies the rows before the first step that changes them: most tables fit as they are.
func (f *fitting) own() {
	if f.owned {
		return
	}
	f.owned = true
	rows := f.Rows
	f.Rows = make([][]string, len(rows))
	for k, row := range rows {
		f.Rows[k] = slices.Clone(row)
	}
}

func (f *fitting) measure() {
	f.widths = make([]int, len(f.Columns))
	for k := range f.Columns {
		f.widths[k] = max(f.cellWidth(k), widest(f.Columns[k].Head))
	}
}

// cellWidth is the width of the widest cell of a column, the head apart.
func (f *fitting) cellWidth(k int) int {
	w := 0
	for _, row := range f.Rows {
		w = max(w, widest(row[k]))
	}
	return w
}

// widest is the width of the widest line of a cell.
func widest(cell string) int {
	w := 0
	for line := range strings.SplitSeq(cell, "\n") {
		w = max(w, columns(line))
	}
	return w
}

// excess is how many columns the sheet is too wide.
func (f *fitting) excess() int { return total(f.widths) - f.width }

func total(widths []int) int {
	sum := gap * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	return sum
}

// breakHeads breaks heads that are wider than their cells, the widest of them first.
func (f *fitting) breakHeads() {
	order := make([]int, len(f.Columns))
	saving := make([]int, len(f.Columns))
	for k, c := range f.Columns {
		order[k] = k
		saving[k] = columns(c.Head) - max(f.cellWidth(k), longestPiece(c.Head))
	}
	slices.SortStableFunc(order, func(a, b int) int { return saving[b] - saving[a] })
	for _, k := range order {
		if saving[k] <= 0 || f.excess() <= 0 {
			return
		}
		to := f.widths[k] - min(saving[k], f.excess())
		lines := wrapHead(f.Columns[k].Head, to)
		f.Columns[k].Head = strings.Join(lines, "\n")
		f.widths[k] = max(f.cellWidth(k), widest(f.Columns[k].Head))
	}
}

func longestPiece(head string) int {
	w := 0
	for _, p := range headPieces(head) {
		w = max(w, columns(strings.TrimRight(p, " ")))
	}
	return w
}

// wrapWords wraps the columns of prose and formulas, the widest ones to the same width.
func (f *fitting) wrapWords() {
	var words []int
	most := 0
	for k, c := range f.Columns {
		if c.Fit == report.Prose || c.Fit == report.Formulas {
			words = append(words, k)
			most = max(most, f.widths[k])
		}
	}
	room := f.excess()
	for most > leastWords && room > 0 {
		for _, k := range words {
			if f.widths[k] >= most {
				room--
			}
		}
		most--
	}
	for _, k := range words {
		f.force(most, k)
	}
}

func (f *fitting) wrap(k int, cell string, width int) []string {
	if f.Columns[k].Fit == report.Formulas {
		return wrapFormula(cell, width)
	}
	return wrapProse(cell, width, "")
}

// tellPrefixes takes what all names of a column begin with, up to a dot or slash, out of them and into a note.
func (f *fitting) tellPrefixes() {
	for k, c := range f.Columns {
		if c.Fit != report.Names || len(f.Rows) < 2 || f.excess() <= 0 {
			continue
		}
		prefix := f.Rows[0][k]
		for _, row := range f.Rows {
			for !strings.HasPrefix(row[k], prefix) {
				prefix = prefix[:len(prefix)-1]
			}
		}
		prefix = prefix[:strings.LastIndexAny(prefix, "./")+1]
		if len(prefix) < 4 {
			continue
		}
		f.own()
		for _, row := range f.Rows {
			row[k] = row[k][len(prefix):]
		}
		f.notes = append(f.notes, "names under “"+f.whole[k]+"” begin with "+prefix)
		f.widths[k] = max(f.cellWidth(k), widest(c.Head))
	}
}

// shortenNames leaves out the middle of names as far as they stay unique, in the widest column first; each of those that
// are left takes its part of what is too wide.
func (f *fitting) shortenNames() {
	var left []int
	room := 0
	for k, c := range f.Columns {
		if c.Fit == report.Names && f.widths[k] > leastName {
			left = append(left, k)
			room += f.widths[k] - leastName
		}
	}
	if room < f.excess() {
		return
	}
	slices.SortStableFunc(left, func(a, b int) int { return f.widths[b] - f.widths[a] })
	for ; len(left) > 0 && f.excess() > 0; left = left[1:] {
		k, part := left[0], (f.excess()+len(left)-1)/len(left)
		f.shorten(k, max(leastName, f.widths[k]-part))
	}
}

// shortenLong leaves out the middle of names that would take more than a third of the width.
func (f *fitting) shortenLong() {
	for k, c := range f.Columns {
		if least := max(leastName, f.width/3); c.Fit == report.Names && f.widths[k] > least {
			f.shorten(k, least)
		}
	}
}

// shorten cuts the names of a column to the given width, or to the next larger one at which they stay unique.
func (f *fitting) shorten(k, width int) {
	if columns(f.Columns[k].Head) > width {
		f.Columns[k].Head = shortened(f.Columns[k].Head, width)
	}
	for ; width < f.widths[k]; width++ {
		full := map[string]string{}
		unique := true
		for _, row := range f.Rows {
			s := shortened(row[k], width)
			if was, seen := full[s]; seen && was != row[k] {
				unique = false
				break
			}
			full[s] = row[k]
		}
		if unique {
			break
		}
	}
	f.own()
	for _, row := range f.Rows {
		row[k] = shortened(row[k], width)
	}
	f.widths[k] = max(f.cellWidth(k), widest(f.Columns[k].Head))
}

// leaveOut drops columns that are only shown if there is room, from the right, if that is enough, and adds a note.
func (f *fitting) leaveOut() {
	room := 0
	for k, c := range f.Columns {
		if c.Show == report.WithRoom {
			room += f.widths[k] + gap
		}
	}
	if room < f.excess() {
		return
	}
	f.own()
	var out []string
	for k := len(f.Columns) - 1; k > 0 && f.excess() > 0; k-- {
		if f.Columns[k].Show != report.WithRoom {
			continue
		}
		out = append([]string{f.whole[k]}, out...)
		f.Columns = slices.Delete(f.Columns, k, k+1)
		f.widths = slices.Delete(f.widths, k, k+1)
		for n, row := range f.Rows {
			f.Rows[n] = slices.Delete(row, k, k+1)
		}
	}
	f.notes = append(f.notes, "left out for want of room: "+strings.Join(out, ", ")+"; --wide has all")
}

// stacked cuts the columns into tables that fit, each with the first column before the others.
func (f *fitting) stacked() []report.Sheet {
	if len(f.Columns) < 2 || f.excess() <= 0 {
		f.force(f.width, 0)
		return []report.Sheet{f.Sheet}
	}
	// Two columns fit side by side at least: the first leaves room for the widest of the others, half of the width if need be.
	first := min(f.widths[0], max((f.width-gap)/2, f.width-gap-slices.Max(f.widths[1:])))
	f.force(first, 0)
	for k := 1; k < len(f.Columns); k++ {
		f.force(f.width-gap-f.widths[0], k)
	}
	var out []report.Sheet
	for at := 1; at < len(f.Columns); {
		end, used := at, f.widths[0]
		for end < len(f.Columns) && used+gap+f.widths[end] <= f.width {
			used += gap + f.widths[end]
			end++
		}
		part := report.Sheet{Columns: append([]report.Column{f.Columns[0]}, f.Columns[at:end]...)}
		for _, row := range f.Rows {
			part.Rows = append(part.Rows, append([]string{row[0]}, row[at:end]...))
		}
		out = append(out, part)
		at = end
	}
	out[0].Title = f.Title
	out[len(out)-1].Notes = f.Notes
	return out
}

// force breaks the cells of a column that is wider than width where they may be broken, or else anywhere.
func (f *fitting) force(width, k int) {
	if k >= len(f.Columns) || f.widths[k] <= width {
		return
	}
	if widest(f.Columns[k].Head) > width {
		f.Columns[k].Head = strings.Join(wrapHead(f.whole[k], width), "\n")
	}
	f.own()
	for _, row := range f.Rows {
		if widest(row[k]) > width {
			row[k] = strings.Join(f.wrap(k, row[k], width), "\n")
		}
	}
	f.widths[k] = max(f.cellWidth(k), widest(f.Columns[k].Head))
}
