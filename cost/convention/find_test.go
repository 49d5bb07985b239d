package convention_test

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/cost"
	"github.com/skipcost/skipcost/cost/convention"
)

// searched is what a search for a figure finds of a file.
func searched(t *testing.T, file string, about convention.Subject, figure string) *convention.Found {
	t.Helper()
	n, err := spec.Parse("x.yaml", []byte("name: x\n"+file))
	require.NoError(t, err)
	found, err := convention.Search(cost.Subject{Name: "x", Network: n}, about, quoted(t, figure), convention.Options{})
	require.NoError(t, err)
	return found
}

// one is the match of a figure; nil if there is none.
func one(found *convention.Found, key string) *convention.Match {
	k := slices.IndexFunc(found.Matches, func(m convention.Match) bool { return m.Figure.Key() == key })
	if k < 0 {
		return nil
	}
	return &found.Matches[k]
}

// small has 3·9·2 = 54 multiply-accumulates at each of its positions, 3,456 at its own.
const small = "input: [3, 8, 8]\nsteps: [conv: {out: 2, kernel: 3}]\n"

// TestSearchIsTwofold: a figure may be of multiply-accumulates where a convention has operations, and the other way.
func TestSearchIsTwofold(t *testing.T) {
	for _, c := range []struct {
		figure, key string
		times       string // what the figure of the convention is multiplied by; empty for no match
	}{
		{"3456", "torchvision", "1"}, {"3456", "keras", "1/2"}, {"6912", "torchvision", "2"}, {"6912", "keras", "1"}, {"3456", "pytorchcv", ""},
		{"3453", "pytorchcv", "1"}, {"1728", "torchvision", ""}, {"13824", "torchvision", ""}, {"13824", "keras", ""}, {"1728", "keras", ""},
	} {
		m := one(searched(t, small, convention.Work, c.figure), c.key)
		require.Equal(t, c.times == "", m == nil, "%s by %s", c.figure, c.key)
		if m != nil {
			assert.Equal(t, c.times, m.Times.RatString(), "%s by %s", c.figure, c.key)
			assert.Equal(t, c.figure, m.Value.RatString())
			assert.Zero(t, m.Off.Sign())
			assert.Equal(t, "3×8×8", m.Input.Text())
		}
	}
	for about, figure := range map[convention.Subject]string{convention.Parameters: "108", convention.Activations: "256", convention.Memory: "432"} {
		assert.Empty(t, searched(t, small, about, figure).Matches, "only work is counted once or twice: %s", about)
	}
}

// TestSearchAtUsualSizes: the sizes that published networks are counted at.
func TestSearchAtUsualSizes(t *testing.T) {
	const squares = "28 32 64 96 112 128 160 192 224 227 240 256 288 299 300 320 331 336 380 384 416 448 456 480 512 518 528 600 608 640 768 800 1024"
	for _, side := range strings.Fields(squares) {
		n, err := strconv.ParseInt(side, 10, 64)
		require.NoError(t, err)
		m := one(searched(t, small, convention.Work, strconv.FormatInt(54*n*n, 10)), "torchvision")
		if assert.NotNil(t, m, side) {
			assert.Equal(t, "3×"+side+"×"+side, m.Input.Text())
		}
	}
	for _, length := range []int64{64, 128, 256, 512, 1024, 2048, 4096, 8192} {
		found := searched(t, "input: [3, 16]\nsteps: [linear: 7]\n", convention.Work, strconv.FormatInt(21*length, 10))
		assert.True(t, slices.ContainsFunc(found.Matches, func(m convention.Match) bool {
			return m.Figure.Key() == "torchvision" && m.Times.IsInt() && m.Input.Text() == "3×"+strconv.FormatInt(length, 10)
		}), length)
	}
	for _, fixed := range []string{"input: [3, 8, 16]", "samples: 2\ninput: [3, 8, 8]", "input: [3, 8, 8, 8]", "input: [3]"} {
		file := fixed + "\nsteps: [linear: 2]\n"
		assert.True(t, searched(t, file, convention.Work, "7").Fixed, fixed)
	}
	assert.False(t, searched(t, small, convention.Work, "7").Fixed)
	symbolic := "symbols: {S: 8}\ninput: [3, S, S]\nsteps: [conv: {out: 2, kernel: 3}]\n"
	assert.NotNil(t, one(searched(t, symbolic, convention.Work, "2709504"), "torchvision"), "a symbol of 224")
	computed := "symbols: {S: 8}\ninput: [3, 2*S, 2*S]\nsteps: [conv: {out: 2, kernel: 3}]\n"
	assert.Empty(t, searched(t, computed, convention.Work, "2709504").Matches, "no symbol and no number")
}

// TestSearchInOrder: the network's own input first, and what assumes least.
func TestSearchInOrder(t *testing.T) {
	at224 := "input: [3, 224, 224]\nsteps: [conv: {out: 2, kernel: 3}]\n" // 2·54·224² = 54·316.8²
	found := searched(t, at224, convention.Work, "5419008")
	require.NotEmpty(t, found.Matches)
	assert.Empty(t, found.Near)
	assert.True(t, found.Matches[0].Figure.Twice, "which doubles of itself")
	multiplied := false
	for _, m := range found.Matches {
		assert.False(t, multiplied && m.Times.Cmp(big.NewRat(1, 1)) == 0, "%s", m.Figure.Key())
		multiplied = m.Times.Cmp(big.NewRat(1, 1)) != 0
	}
	assert.True(t, multiplied)
	// 54·112² is a quarter of that: as it is at half of the size, and by half at no other.
	found = searched(t, at224, convention.Work, "677376")
	require.NotEmpty(t, found.Matches)
	assert.Equal(t, "3×112×112", found.Matches[0].Input.Text())
}

// TestNearestMisses: one of each value, the nearest first, with how far away it is from the edge of what is printed so.
func TestNearestMisses(t *testing.T) {
	for figure, off := range map[string]*big.Rat{
		"3457": big.NewRat(-1, 2*3456+1), // half of one below 3456.5
		"3450": big.NewRat(2*3453-2*3450-1, 2*3450+1),
	} {
		found := searched(t, small, convention.Work, figure)
		require.Empty(t, found.Matches, figure)
		require.Len(t, found.Near, 4, "three and nothing")
		assert.Equal(t, off.RatString(), found.Near[0].Off.RatString(), figure)
		for k, m := range found.Near[1:] {
			before := found.Near[k]
			assert.NotEqual(t, before.Value.RatString(), m.Value.RatString())
			assert.LessOrEqual(t, new(big.Rat).Abs(before.Off).Cmp(new(big.Rat).Abs(m.Off)), 0)
		}
	}
	many := "input: [3, 8, 8]\nsteps: [conv: {out: 2, kernel: 3, bias: true}, batchnorm, relu, maxpool: 2, global_avgpool, linear: {out: 3, bias: true}]\n"
	assert.Len(t, searched(t, many, convention.Work, "9").Near, 5)
	assert.Equal(t, "107", searched(t, small, convention.Parameters, "0").Near[0].Off.RatString(), "a half is printed as 0")
}

// TestSearchWithHeads: published parameters may have heads in them that only run while training, of the network or of a preset that
// adds nothing else.
func TestSearchWithHeads(t *testing.T) {
	const own = "input: [3, 8, 8]\nsteps: [head: {training: [conv: {out: 5, kernel: 1}]}, conv: {out: 2, kernel: 3}]\n"
	const preset = "symbols: {aux: 0, w: 2}\npresets: {none: {aux: 1, w: 0}, headed: {aux: 1}, wide: {aux: 1, w: 4}, plain: {w: 7}}\ninput: [3, 8, 8]\n" +
		"steps: [{if: aux == 1, then: [head: {training: [conv: {out: 5, kernel: 1}]}]}, conv: {out: w, kernel: 3}]\n"
	const shorter = "symbols: {aux: 0, deep: 1}\npresets: {shallow: {aux: 1, deep: 0}}\ninput: [3, 8, 8]\n" +
		"steps: [{if: aux == 1, then: [head: {training: [conv: {out: 5, kernel: 1}]}]}, conv: {out: 2, kernel: 3}, {if: deep == 1, then: [linear: 4]}]\n"
	for _, c := range []struct {
		about        convention.Subject
		file, figure string
		found        bool
		heads, bare  bool
	}{
		{convention.Parameters, own, "69", true, false, false}, {convention.Parameters, own, "54", true, false, true},
		{convention.Work, own, "3456", true, false, false}, {convention.Work, own, "4416", true, true, false},
		{convention.Parameters, preset, "54", true, false, false}, {convention.Parameters, preset, "69", true, true, false},
		{convention.Parameters, preset, "123", false, false, false}, {convention.Parameters, preset, "98", false, false, false},
		{convention.Parameters, shorter, "62", true, false, false}, {convention.Parameters, shorter, "69", false, false, false},
	} {
		m := one(searched(t, c.file, c.about, c.figure), map[convention.Subject]string{convention.Parameters: "torchvision:params", convention.Work: "torchvision"}[c.about])
		if require.Equal(t, c.found, m != nil, "%s %s", c.about, c.figure); c.found {
			assert.Equal(t, []bool{c.heads, c.bare}, []bool{m.Heads, m.Bare}, "%s %s", c.about, c.figure)
			assert.Equal(t, "1", m.Times.RatString())
		}
	}
}

// TestSearchLeavesTheNetwork: other sizes of the input are tried on copies.
func TestSearchLeavesTheNetwork(t *testing.T) {
	n, err := spec.Parse("x.yaml", []byte("name: x\ninput: [3, 8, 8]\nsteps: [conv: {out: 2, kernel: 3}]\n"))
	require.NoError(t, err)
	found, err := convention.Search(cost.Subject{Name: "x", Network: n}, convention.Work, quoted(t, "2709504"), convention.Options{}) // at 224×224
	require.NoError(t, err)
	require.NotEmpty(t, found.Matches)
	assert.Equal(t, "8", n.Input[1].ASCII())
	assert.Equal(t, "8", n.Input[2].ASCII())
}
