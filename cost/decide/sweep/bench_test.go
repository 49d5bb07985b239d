package sweep_test

import (
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic/grid"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/decide/sweep"
	"github.com/skipcost/skipcost/report/render"
)

func BenchmarkFront(b *testing.B) {
	benchmark(b, []cost.Subject{scheme(b, "concat")}, func() sweep.Keeper { return sweep.NewFront(2, sweep.Key{Column: 0}, sweep.Key{Column: 1}) })
}

func BenchmarkFrontOfFloors(b *testing.B) {
	benchmark(b, []cost.Subject{scheme(b, "halving")}, func() sweep.Keeper { return sweep.NewFront(2, sweep.Key{Column: 0}, sweep.Key{Column: 1}) })
}

func BenchmarkTop(b *testing.B) {
	benchmark(b, []cost.Subject{scheme(b, "concat")}, func() sweep.Keeper { return sweep.NewTop(2, 20, sweep.Key{Column: 0, Most: true}) })
}

func BenchmarkHistogram(b *testing.B) {
	benchmark(b, []cost.Subject{scheme(b, "concat")}, func() sweep.Keeper { return sweep.NewHistogram(2, 0) })
}

// benchmark goes over two million points of two costs on one core.
func benchmark(b *testing.B, subjects []cost.Subject, keeper func() sweep.Keeper) {
	s, err := sweep.New(&sweep.Plan{
		Subjects: subjects, Axes: []grid.Axis{grid.Range("L", 2, 1025, 1), grid.Range("N", 16, 2063, 1)},
		Columns: []cost.Quantity{cost.Params, cost.TrainingSavedBytes},
	})
	require.NoError(b, err)
	for b.Loop() {
		_, err := s.Run(context.Background(), 0, s.Points(), 1, sweep.Kept(keeper()), func(sweep.Outcome) error { return nil })
		require.NoError(b, err)
	}
	b.ReportMetric(float64(s.Points())*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpoints/s")
}

func BenchmarkRows(b *testing.B) {
	s, err := sweep.New(&sweep.Plan{
		Subjects: []cost.Subject{scheme(b, "concat")}, Axes: []grid.Axis{grid.Range("L", 2, 129, 1), grid.Range("N", 16, 2063, 1)},
		Columns: []cost.Quantity{cost.Params, cost.MACs},
	})
	require.NoError(b, err)
	rows := render.SweepCSV{Grid: s.Grid(sweep.Keep{What: sweep.KeepRows}, nil)}
	for b.Loop() {
		_, err := s.Run(context.Background(), 0, s.Points(), 1, sweep.Written(io.Discard, rows), func(sweep.Outcome) error { return nil })
		require.NoError(b, err)
	}
	b.ReportMetric(float64(s.Points())*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}
