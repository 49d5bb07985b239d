package convention_test

import (
	"encoding/csv"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost/convention"
)

// TestTimm: what timm's results print of macs is what fvcore counts, to the digits printed, with the code as it is known or written
// otherwise.
func TestTimm(t *testing.T) {
	f, err := os.Open("../../testdata/reference/timm.csv")
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	figure, err := convention.FigureNamed("fvcore")
	require.NoError(t, err)
	for k, row := range rows[1:] {
		network, printed := row[0], row[4]
		if printed == "" || testing.Short() && k%6 != 0 {
			continue
		}
		resolved, err := shipped(t, network, row[1]).Resolve(trace.Options{})
		require.NoError(t, err)
		sums, err := convention.Count(resolved, convention.Options{})
		require.NoError(t, err)
		assert.True(t, slices.ContainsFunc(convention.Respellings(), func(code convention.Respelling) bool {
			n, ok := figure.Of(sums, convention.Reading{Code: code}).Rational()
			return ok && rounded(n, printed)
		}), "%s: %s", row[2], printed)
	}
}

// rounded reports whether a number is printed so in units of 10⁹.
func rounded(n *big.Rat, printed string) bool {
	digits := strings.TrimSuffix(printed, "G")
	_, places, _ := strings.Cut(digits, ".")
	return new(big.Rat).Quo(n, big.NewRat(1e9, 1)).FloatString(len(places)) == digits
}
