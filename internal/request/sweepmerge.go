package request

import (
	"bufio"
	"fmt"
	"io"
	"math/big"
	"sort"

	"github.com/skipcost/skipcost/cost/decide/sweep"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/render"
)

// shardFile is a file that --shard wrote.
type shardFile struct {
	path string
	*sweep.Interim
}

// mergeShards is the word in place of a network before the files of shards.
const mergeShards = "merge"

// merge joins the shards of a sweep into the result of the whole sweep.
func (s *Store) merge(req *Request) (*Answer, error) {
	if len(req.Networks) == 1 {
		return nil, usagef("", "merge needs the files of all shards")
	}
	files, err := each(req.Networks[1:], func(n Network) (shardFile, error) {
		read, err := s.readShard(n.Name, func(*sweep.Point) error { return nil })
		return shardFile{n.Name, read}, err
	})
	if err != nil {
		return nil, err
	}
	sort.SliceStable(files, func(i, j int) bool {
		return files[i].From < files[j].From || files[i].From == files[j].From && files[i].To < files[j].To
	})
	if err := checkShards(files); err != nil {
		return nil, err
	}
	g := files[0].Grid
	if g.Keep.What == sweep.KeepRows && req.wants(report.FormatCSV, report.FormatLines) {
		return &Answer{write: func(w io.Writer, f form) error { return s.joinRows(w, render.SweepRowsOf(f.format, g), files) }}, nil
	}
	keeper, err := g.Keeper()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", files[0].path, err)
	}
	var all sweep.Outcome
	for _, f := range files {
		if _, err := s.readShard(f.path, keeper.Restore); err != nil {
			return nil, err
		}
		all.Merge(f.Outcome())
	}
	return points(g, keeper.Points(), report.SweepNotes(g, all, len(keeper.Points()), nil)), nil
}

func (s *Store) readShard(path string, point func(*sweep.Point) error) (*sweep.Interim, error) {
	f, err := s.open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	read, err := sweep.ReadInterim(f, func(*sweep.Header) error { return nil }, point)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return read, nil
}

// checkShards refuses shards of different grids, parts that are missing and parts that are given twice.
func checkShards(files []shardFile) error {
	next := int64(0)
	for _, f := range files {
		switch {
		case !f.Grid.Same(files[0].Grid):
			return fmt.Errorf("%s is of another sweep than %s", f.path, files[0].path)
		case f.Version != files[0].Version:
			return fmt.Errorf("%s is of version %s, and %s of %s", f.path, f.Version, files[0].path, files[0].Version)
		case f.Next != f.To:
			return fmt.Errorf("%s was stopped: it has the points to %s, not to %s", f.path, thousands(f.Next), thousands(f.To))
		case f.From > next:
			return missingPoints(next, f.From)
		case f.From < next:
			return fmt.Errorf("%s has points from %s on that another file has too", f.path, thousands(f.From))
		}
		next = f.To
	}
	if whole := files[0].Grid.Points; next < whole {
		return missingPoints(next, whole)
	}
	return nil
}

func missingPoints(from, to int64) error {
	return fmt.Errorf("the points from %s to %s are missing: no file has them", thousands(from), thousands(to))
}

// joinRows writes the rows of all shards, one at a time.
func (s *Store) joinRows(w io.Writer, rows render.SweepRows, files []shardFile) error {
	out := bufio.NewWriter(w)
	if _, err := out.WriteString(rows.Head()); err != nil {
		return err
	}
	var row []byte
	for _, f := range files {
		_, err := s.readShard(f.path, func(p *sweep.Point) error {
			row = rows.Point(row[:0], p)
			_, err := out.Write(row)
			return err
		})
		if err != nil {
			return err
		}
	}
	return out.Flush()
}

func thousands(n int64) string { return report.Thousands(big.NewInt(n)) }
