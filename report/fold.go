package report

import (
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"sync"
)

// screenful is how many rows a table has before rows of it are folded.
const screenful = 40

// folded is the document with one row for iterations of a repeat that are alike, in tables that allow it and are longer than
// a screen; --wide keeps them.
func (d *Document) folded(l Layout) *Document {
	if l.Wide {
		return d
	}
	out := *d
	out.Tables = nil
	for _, t := range d.Tables {
		if t.Fold && t.exceeds(screenful) {
			t = t.foldedRows()
		}
		out.Tables = append(out.Tables, t)
	}
	return &out
}

var index = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\[\d+\]`) })

// foldable is a place in a table, under the name in its first cell, that stands for count rows from there on.
type foldable struct {
	at    int    // of the first of the rows
	name  string // of all of them
	rest  string // the other cells, which all of them have
	count int
}

// foldedRows joins rows whose names differ in one index only, from one number to the next, and that are equal beside: a row
// for body[0].conv and body[1].conv is called body[0…1].conv ×2.
func (t Table) foldedRows() Table {
	count, most := 0, 0
	for row := range t.All {
		count++
		most = max(most, len(index().FindAllStringIndex(row[0].Text(Human), -1)))
	}
	if most == 0 {
		return t
	}
	kept := fold(t.foldables, most-1)
	for n := most - 2; n >= 0; n-- {
		kept = fold(slices.Values(kept), n)
	}
	if len(kept) == count {
		return t
	}
	for k := range kept {
		kept[k].rest = ""
	}
	whole := t
	t.Rows, t.Lazy = nil, NewLazyRows(func(yield func(Row) bool) { chosen(whole.All, kept, yield) })
	t.Notes = append(t.Notes[:len(t.Notes):len(t.Notes)], Legend("×n: so many iterations with equal rows; --wide shows each")...)
	return t
}

// chosen goes through the rows at the places kept, which stand in order, under the names they have there.
func chosen(rows iter.Seq[Row], kept []foldable, yield func(Row) bool) {
	at, next := 0, 0
	for row := range rows {
		if at++; next == len(kept) || kept[next].at != at-1 {
			continue
		}
		if f := kept[next]; f.count > 1 {
			row = append(Row{Text(fmt.Sprintf("%s ×%d", f.name, f.count))}, row[1:]...)
		}
		if next++; !yield(row) {
			return
		}
	}
}

// exceeds reports whether there are more than n rows.
func (t *Table) exceeds(n int) bool {
	for range t.All {
		if n--; n < 0 {
			return true
		}
	}
	return false
}

// foldables goes through the rows as they are, each for itself.
func (t *Table) foldables(yield func(foldable) bool) {
	at := 0
	var rest []byte
	for row := range t.All {
		rest = rest[:0]
		for _, c := range row[1:] {
			rest = append(append(rest, 0), c.Text(Machine)...)
		}
		if !yield(foldable{at, row[0].Text(Human), string(rest), 1}) {
			return
		}
		at++
	}
}

// fold joins rows that differ in the index at place n of those still in their names.
func fold(rows iter.Seq[foldable], n int) []foldable {
	type run struct {
		at, last int // the row in out, and the index it has come to
		open     string
	}
	runs := map[string]*run{}
	var out []foldable
	for f := range rows {
		places := index().FindAllStringIndex(f.name, -1)
		if n >= len(places) {
			out = append(out, f)
			continue
		}
		from, to := places[n][0], places[n][1]
		number, err := strconv.Atoi(f.name[from+1 : to-1])
		key := f.name[:from] + "\x00" + f.name[to:] + "\x00" + strconv.Itoa(f.count) + f.rest
		r := runs[key]
		if err != nil || r == nil || number != r.last+1 {
			runs[key] = &run{at: len(out), last: number, open: f.name[:from+1] + strconv.Itoa(number)}
			out = append(out, f)
			continue
		}
		r.last = number
		joined := &out[r.at]
		joined.name = r.open + "…" + strconv.Itoa(number) + f.name[to-1:]
		joined.count += f.count
	}
	return out
}
