package sweep_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/cost/decide/sweep"
)

// TestShardsJoinToTheWhole writes ranges of every kind of sweep to interim files and joins them.
func TestShardsJoinToTheWhole(t *testing.T) {
	for _, keep := range []sweep.Keep{
		{What: sweep.KeepRows}, {What: sweep.KeepFront, By: []string{"min:params", "max:mean_path"}},
		{What: sweep.KeepTop, By: []string{"max:training_saved_bytes"}, Most: 7}, {What: sweep.KeepHistogram, By: []string{"max:params"}},
	} {
		t.Run(keep.What, func(t *testing.T) {
			s, err := sweep.New(plan(t, "params<=100k"))
			require.NoError(t, err)
			g := s.Grid(keep, nil)
			whole, err := g.Keeper()
			require.NoError(t, err)
			_, err = s.Run(context.Background(), 0, s.Points(), 2, sweep.Kept(whole), func(sweep.Outcome) error { return nil })
			require.NoError(t, err)
			joined, err := g.Keeper()
			require.NoError(t, err)
			for shard := range int64(5) {
				from, to := g.Range(shard+1, 5)
				file := interim(t, s, g, from, to)
				read, err := sweep.ReadInterim(&file, func(h *sweep.Header) error {
					assert.True(t, g.Same(h.Grid))
					return nil
				}, joined.Restore)
				require.NoError(t, err)
				assert.Equal(t, to, read.Next)
			}
			assert.Equal(t, len(whole.Points()), len(joined.Points()))
			for k, p := range whole.Points() {
				assert.Equal(t, fmt.Sprint(*p), fmt.Sprint(*joined.Points()[k]))
			}
		})
	}
}

// interim runs a range into an interim file.
func interim(t *testing.T, s *sweep.Sweep, g *sweep.Grid, from, to int64) bytes.Buffer {
	t.Helper()
	var file bytes.Buffer
	w, err := sweep.NewWriter(&file, sweep.Header{Version: "test", Grid: g, From: from, To: to})
	require.NoError(t, err)
	k, err := g.Keeper()
	require.NoError(t, err)
	o, err := s.Run(context.Background(), from, to, 2, sweep.Kept(k), func(sweep.Outcome) error { return nil })
	require.NoError(t, err)
	for _, p := range k.Points() {
		require.NoError(t, w.Point(p))
	}
	require.NoError(t, w.End(o, 0))
	return file
}

func TestInterimFilesThatWereChanged(t *testing.T) {
	s, err := sweep.New(plan(t, "L<5"))
	require.NoError(t, err)
	g := s.Grid(sweep.Keep{What: sweep.KeepRows}, nil)
	file := interim(t, s, g, 0, 40)
	text := file.Bytes()
	read := func(b []byte) error {
		_, err := sweep.ReadInterim(bytes.NewReader(b), func(*sweep.Header) error { return nil }, func(*sweep.Point) error { return nil })
		return err
	}
	require.NoError(t, read(text))
	assert.ErrorContains(t, read(bytes.Replace(text, []byte(`"to":40`), []byte(`"to":41`), 1)), "changed")
	assert.ErrorContains(t, read(text[:len(text)/2]), "whole")
	assert.ErrorContains(t, read(nil), "no file of a sweep")
	assert.ErrorContains(t, read([]byte("{}\n")), "no file of a sweep")
}
