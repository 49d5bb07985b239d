package terminal

import (
	"iter"
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

// fitting is a sheet that is being fitted. The steps do not change its rows in memory, which may be many, but how they are read.
type fitting struct {
	report.Sheet
	width  int
	rows   iter.Seq[[]string] // as they are fitted; each is good until the next one
	cells  []int              // widths of the widest cells of the columns
	widths []int              // of the columns, heads included
	whole  []string           // the heads unbroken
	notes  []string
}

// table is a table that fits.
type table struct {
	title   string
	columns []report.Column
	rows    iter.Seq[[]string] // each is good until the next one
	notes   []report.Footnote
	widths  []int // of the columns
}

// fitted returns the sheet as tables of at most width columns, one below the other; of any width if it is 0. Cells of several
// lines hold line feeds.
func fitted(s report.Sheet, width int) []table {
	f := startFitting(s, width)
	if width == 0 {
		return []table{f.part(0, len(f.Columns))}
	}
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

// startFitting copies what the steps change.
func startFitting(s report.Sheet, width int) *fitting {
	f := &fitting{Sheet: s, width: width, whole: s.Heads()}
	f.Columns = slices.Clone(s.Columns)
	f.Notes = slices.Clip(s.Notes)
	f.rows = func(yield func([]string) bool) {
		cells := make([]string, len(s.Columns))
		for _, row := range s.Rows {
			copy(cells, row)
			if !yield(cells) {
				return
			}
		}
	}
	f.measure()
	return f
}

// edit changes what rows are read as.
func (f *fitting) edit(change func(row []string) []string) {
	f.rows = edited(f.rows, change)
	f.measure()
}

// edited are rows that are changed when they are read.
func edited(rows iter.Seq[[]string], change func(row []string) []string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for row := range rows {
			if !yield(change(row)) {
				return
			}
		}
	}
}

// editCells changes what the cells of a column are read as.
func (f *fitting) editCells(k int, change func(cell string) string) {
	f.edit(func(row []string) []string {
		row[k] = change(row[k])
		return row
	})
}

// measure finds the widths of the columns.
func (f *fitting) measure() {
	f.cells = make([]int, len(f.Columns))
	for row := range f.rows {
		for k, cell := range row {
			f.cells[k] = max(f.cells[k], widest(cell))
		}
	}
	f.widths = make([]int, len(f.Columns))
	for k, c := range f.Columns {
		f.widths[k] = max(f.cells[k], widest(c.Head))
	}
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
		saving[k] = columns(c.Head) - max(f.cells[k], longestPiece(c.Head))
	}
	slices.SortStableFunc(order, func(a, b int) int { return saving[b] - saving[a] })
	for _, k := range order {
		if saving[k] <= 0 || f.excess() <= 0 {
			return
		}
		to := f.widths[k] - min(saving[k], f.excess())
		lines := wrapHead(f.Columns[k].Head, to)
		f.Columns[k].Head = strings.Join(lines, "\n")
		f.widths[k] = max(f.cells[k], widest(f.Columns[k].Head))
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

func wrap(fit report.Fit, cell string, width int) []string {
	if fit == report.Formulas {
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
		prefix, begun := "", false
		for row := range f.rows {
			if !begun {
				prefix, begun = row[k], true
			}
			for !strings.HasPrefix(row[k], prefix) {
				prefix = prefix[:len(prefix)-1]
			}
		}
		prefix = prefix[:strings.LastIndexAny(prefix, "./")+1]
		if len(prefix) < 4 {
			continue
		}
		f.editCells(k, func(name string) string { return name[len(prefix):] })
		f.notes = append(f.notes, "names under “"+f.whole[k]+"” begin with "+prefix)
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
		for row := range f.rows {
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
	f.editCells(k, func(name string) string { return shortened(name, width) })
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
	var out []string
	for k := len(f.Columns) - 1; k > 0 && f.excess() > 0; k-- {
		if f.Columns[k].Show != report.WithRoom {
			continue
		}
		out = append([]string{f.whole[k]}, out...)
		f.Columns = slices.Delete(f.Columns, k, k+1)
		f.edit(func(row []string) []string { return append(row[:k], row[k+1:]...) })
	}
	f.notes = append(f.notes, "left out for want of room: "+strings.Join(out, ", ")+"; --wide has all")
}

// stacked cuts the columns into tables that fit, each with the first column before the others.
func (f *fitting) stacked() []table {
	if len(f.Columns) < 2 || f.excess() <= 0 {
		f.force(f.width, 0)
		return []table{f.part(0, len(f.Columns))}
	}
	// Two columns fit side by side at least: the first leaves room for the widest of the others, half of the width if need be.
	first := min(f.widths[0], max((f.width-gap)/2, f.width-gap-slices.Max(f.widths[1:])))
	f.force(first, 0)
	for k := 1; k < len(f.Columns); k++ {
		f.force(f.width-gap-f.widths[0], k)
	}
	var out []table
	for at := 1; at < len(f.Columns); {
		end, used := at, f.widths[0]
		for end < len(f.Columns) && used+gap+f.widths[end] <= f.width {
			used += gap + f.widths[end]
			end++
		}
		out = append(out, f.part(at, end))
		at = end
	}
	return out
}

// part is the table of the first column and of some others. The title stands above the first part, and the notes below the last.
func (f *fitting) part(from, end int) table {
	first := min(1, end)
	from = max(from, first)
	part := table{
		columns: slices.Concat(f.Columns[:first], f.Columns[from:end]),
		widths:  slices.Concat(f.widths[:first], f.widths[from:end]),
		rows:    edited(f.rows, func(row []string) []string { return append(row[:first], row[from:end]...) }),
	}
	if from <= 1 {
		part.title = f.Title
	}
	if end == len(f.Columns) {
		part.notes = f.Notes
	}
	return part
}

// force breaks the cells of a column that is wider than width where they may be broken, or else anywhere.
func (f *fitting) force(width, k int) {
	if k >= len(f.Columns) || f.widths[k] <= width {
		return
	}
	if widest(f.Columns[k].Head) > width {
		f.Columns[k].Head = strings.Join(wrapHead(f.whole[k], width), "\n")
	}
	fit := f.Columns[k].Fit
	f.editCells(k, func(cell string) string {
		if widest(cell) <= width {
			return cell
		}
		return strings.Join(wrap(fit, cell, width), "\n")
	})
}
