package flow

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Repeats whose iterations differ, by hand: some run an inner one more or less often, or not at all. An added linear layer makes
// three times the second moment, a plain one twice; outputs get gradients of one length, so that a unit of a head of 2 gets twice that
// of one of 4.
func TestIterationsThatDiffer(t *testing.T) {
	const body = "add: [identity, linear: c]"
	for _, c := range []struct {
		steps                          string
		paths, shortest, mean, longest string
		signal, gradient, effective    string
	}{
		{"repeat: {times: 4, steps: [repeat: {times: i, steps: [" + body + "]}]}", "64", "0", "3", "6", "729", "243", "4"},
		{"repeat: {times: 2, steps: [repeat: {times: 3, steps: [repeat: {times: i, steps: [" + body + "]}]}]}", "64", "0", "3", "6", "729", "243", "4"},
		{"repeat: {times: 3, steps: [repeat: {times: 2, steps: [repeat: {times: i, steps: [" + body + "]}]}]}", "8", "0", "3/2", "3", "27", "9", "2"},
		{"repeat: {times: 1, steps: [linear: c, {repeat: {times: i, steps: [" + body + "]}}]}", "1", "1", "1", "1", "2", "1", "1"},
		{"repeat: {times: 3, steps: [linear: c, {repeat: {times: \"max(0, i - 1)\", steps: [linear: c]}}]}", "1", "4", "4", "4", "16", "8", "4"},
		{"repeat: {times: 3, steps: [repeat: {times: i, steps: [{head: [linear: 2]}]}, linear: c]}", "4", "2", "11/4", "3", "8", "14", "20/7"},
		{"repeat: {times: 2, steps: [linear: 2*(i + 1)]}", "1", "2", "2", "2", "4", "4", "2"}, // the first iteration is apart, one is left
	} {
		r := readText(t, "name: t\ninput: [4]\nsteps:\n  - "+c.steps+"\n", Options{})
		got := []string{text(r.Paths), text(r.ShortestPath), text(r.MeanPath), text(r.LongestPath), text(r.SignalGain), text(r.GradientGain), text(r.EffectivePath)}
		require.Equal(t, []string{c.paths, c.shortest, c.mean, c.longest, c.signal, c.gradient, c.effective}, got, c.steps)
	}
}
