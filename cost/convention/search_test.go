package convention_test

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/zoo"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/convention"
)

// shipped is a network of the zoo with more symbols set, as in L=40;k=12.
func shipped(t testing.TB, name, set string) cost.Subject {
	t.Helper()
	m, err := zoo.Find(name)
	require.NoError(t, err)
	s := cost.Subject{Name: name, Network: m.Network, Set: m.Set}
	more := map[string]symbolic.Expr{}
	for _, pair := range strings.FieldsFunc(set, func(r rune) bool { return r == ';' }) {
		name, value, _ := strings.Cut(pair, "=")
		if more[name], err = symbolic.Parse(value); err != nil {
			t.Fatal(err)
		}
	}
	return s.With(more)
}

func quoted(t testing.TB, text string) convention.Quoted {
	t.Helper()
	a, err := cost.ParseAmount(text)
	require.NoError(t, err)
	return convention.Quote(a)
}

// Of the figures that are published with the convention by which they were counted, of networks that are shipped, the search
// names that convention.
func TestPublished(t *testing.T) {
	f, err := os.Open("../../testdata/reference/counted.csv")
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	openMMLab := []string{"mmcv", "mmpretrain", "mmengine"} // one source, whose counters followed one another
	var missed []string
	for k, row := range rows[1:] {
		if testing.Short() && k%12 != 0 {
			continue
		}
		wanted, err := convention.Named(row[0])
		require.NoError(t, err)
		s := shipped(t, row[1], row[2])
		found, err := convention.Search(s, convention.Work, quoted(t, row[3]), convention.Options{})
		require.NoError(t, err)
		if !slices.ContainsFunc(found.Matches, func(m convention.Match) bool {
			c := m.Figure.Convention().Name
			return c == wanted.Name || slices.Contains(openMMLab, wanted.Name) && slices.Contains(openMMLab, c)
		}) {
			missed = append(missed, row[4])
		}
	}
	assert.Empty(t, missed, "of %d", len(rows)-1)
}

func BenchmarkSearch(b *testing.B) {
	for _, name := range []string{"resnet50", "densenet201", "mobilenet_v3_large", "googlenet", "vit_b_16", "convnext_tiny", "unet-plusplus", "cifar-resnet1202"} {
		b.Run(name, func(b *testing.B) {
			s := shipped(b, name, "")
			q := quoted(b, "4.11G")
			for b.Loop() {
				if _, err := convention.Search(s, convention.Work, q, convention.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
