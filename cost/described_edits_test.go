package cost

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestToldNetworksCostWhatTheyAre rewrites random networks, reads back what is written of them, and prices that: as it is, and, where
// all iterations have changed alike, with other numbers of iterations too.
func TestToldNetworksCostWhatTheyAre(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 29))
	tried := 2_000
	if testing.Short() {
		tried = 200
	}
	var changed, told, deeper int
	for k := range tried {
		text := (&weaver{Rand: r, modern: k%4 == 0}).network()
		n, err := spec.Parse("woven.yaml", []byte(text))
		if err != nil {
			continue
		}
		so := anySwap(r)
		s, err := SwapSkips(Subject{Name: "woven", Network: n}, so, Options{Quantities: Quantities()})
		if err != nil || len(s.Changed()) == 0 {
			continue
		}
		changed++
		out, notes := s.Network()
		written := string(spec.Print(out))
		back, err := spec.Parse("written.yaml", []byte(written))
		require.NoError(t, err, "%v of\n%s", so, text)
		subject := Subject{Name: "written", Network: back}
		quantities := Quantities()
		said := strings.Join(notes, "\n")
		if strings.Contains(said, "layer by layer") { // products that mix streams are like any others then
			quantities = slices.DeleteFunc(quantities, func(q Quantity) bool { return q == KVCacheBytes })
		}
		sum, peak := sameCosts(subject, s.Trace, quantities)
		require.NoError(t, sum, "%v of\n%s\nis\n%s", so, text, written)
		if peak != nil {
			require.Contains(t, said, peak.Error(), "%v of\n%s\nis\n%s", so, text, written)
		}
		if strings.Contains(said, "layer by layer") {
			continue
		}
		told++
		if len(notes) > 0 || len(so.Only) > 0 {
			continue
		}
		if alsoDeeper(t, s, subject, text, written) {
			deeper++
		}
	}
	t.Logf("%d changed, %d told of the network, %d tried with more iterations", changed, told, deeper)
	require.Greater(t, told, changed/2)
	require.Positive(t, deeper)
}

// anySwap is one of all ways to rewrite skips.
func anySwap(r *rand.Rand) SwapOptions {
	so := SwapOptions{To: rewrite.Changes()[r.IntN(4)], Growth: symbolic.Int(1 + r.Int64N(5))}
	if r.IntN(4) == 0 {
		so.Only = []string{[]string{"1", "1-2", "add", "concat", "2"}[r.IntN(5)]}
	}
	switch {
	case so.To == rewrite.ToConcat && r.IntN(4) == 0:
		so.Reduce = true
	case so.To == rewrite.ToConcat && r.IntN(4) == 0:
		so.Projections = rewrite.DropProjections
	case so.To == rewrite.ToAdd && r.IntN(4) == 0:
		so.Projections = rewrite.AddProjections
	}
	return so
}

// alsoDeeper holds what was written against the network rewritten with more iterations.
func alsoDeeper(t *testing.T, s *Swap, written Subject, text, yaml string) bool {
	t.Helper()
	for more := int64(1); more <= 2; more++ {
		first, ok := s.subject.Network.Symbol("n")
		if !ok {
			return false
		}
		v, _ := first.Default.Int64()
		set := map[string]symbolic.Expr{"n": symbolic.Int(v + more)}
		there, err := rewritten(s.subject.With(set), s.options)
		if err != nil || len(there.Refused) != 0 || len(s.Refused) != 0 || len(there.Changed()) == len(s.Changed()) {
			return false
		}
		_, err = written.With(set).Resolve(trace.Options{})
		require.NoError(t, err, "%v at n + %d of\n%s\nis\n%s", s.options, more, text, yaml)
		differs, _ := sameCosts(written.With(set), there.Trace, Quantities()[:8])
		require.NoError(t, differs, "%v at n + %d of\n%s\nis\n%s", s.options, more, text, yaml)
	}
	return true
}
