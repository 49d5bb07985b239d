package zoo

import (
	"bytes"
	"io/fs"
	"os"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
	"github.com/skipcost/skipcost/arch/trace"
)

// TestMain lets garbage be: at the usual rate collecting it takes a third of the time of these tests.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// shipped calls f for every file.
func shipped(t *testing.T, f func(t *testing.T, file string, n *arch.Network)) {
	t.Helper()
	for _, dir := range []string{networks, schemes} {
		names, err := list(dir)
		require.NoError(t, err)
		require.NotEmpty(t, names)
		for _, file := range names {
			t.Run(file, func(t *testing.T) {
				n, err := parse(file)
				require.NoError(t, err)
				f(t, file, n)
			})
		}
	}
}

func TestFiles(t *testing.T) {
	shipped(t, func(t *testing.T, file string, n *arch.Network) {
		assert.Equal(t, stem(file), n.Name)
		assert.NotEmpty(t, n.Source)
		assert.NotEmpty(t, n.Free, "closed formulas need to know what stays free")
		assert.NotNil(t, n.File)
		assert.Equal(t, file, n.File.Name)
		_, err := trace.Resolve(n, trace.Options{})
		require.NoError(t, err)
		_, err = trace.Resolve(n, trace.Options{Free: n.Free})
		require.NoError(t, err, "with %v free", n.Free)
		for k, p := range n.Presets {
			if testing.Short() && k%4 > 0 {
				continue
			}
			_, where, err := Text(p.Name)
			require.NoError(t, err)
			assert.Equal(t, file, where, "preset %s", p.Name)
			m := member(n, p.Name)
			assert.Len(t, m.Set, len(p.Set))
			_, err = trace.Resolve(n, trace.Options{Set: m.Set})
			require.NoError(t, err, "preset %s", p.Name)
		}
	})
}

func TestNamesAreUnique(t *testing.T) {
	entries, err := Entries()
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, e := range entries {
		assert.False(t, seen[e.Name], "%s is defined twice", e.Name)
		seen[e.Name] = true
	}
	for _, s := range Schemes() {
		assert.False(t, seen[s+convSuffix], "a network hides the scheme %s%s", s, convSuffix)
	}
}

func TestEntries(t *testing.T) {
	entries, err := Entries()
	require.NoError(t, err)
	byName := map[string]Entry{}
	var names []string
	for k, e := range entries {
		names = append(names, e.Name)
		byName[e.Name] = e
		if e.Preset != "" {
			assert.Equal(t, e.Family, entries[k-1].Family, "presets follow their family")
		}
	}
	bc := byName["densenet-bc-190-40"]
	assert.Equal(t, "densenet-bc", bc.Family)
	assert.Equal(t, bc.Name, bc.Preset)
	assert.Contains(t, bc.Source, "arXiv:1608.06993")
	require.Len(t, bc.Set, 2)
	assert.Equal(t, "L", bc.Set[0].Name)
	assert.Equal(t, "190", bc.Set[0].Value.Text())
	family := byName["densenet-bc"]
	assert.Empty(t, family.Preset)
	assert.Empty(t, family.Set)

	listed, err := Names()
	require.NoError(t, err)
	assert.Equal(t, names, listed)
}

func TestSchemes(t *testing.T) {
	var files []string
	names := AllSchemes()
	for _, name := range Schemes() {
		if long, has := Every(name); has {
			names = append(names, long)
		}
	}
	for _, name := range names {
		fc, err := Scheme(name, false)
		require.NoError(t, err)
		assert.Equal(t, name, fc.Name)
		assert.Len(t, fc.Input, 1)
		conv, err := Scheme(name, true)
		require.NoError(t, err)
		assert.Equal(t, name+"-conv", conv.Name)
		assert.Len(t, conv.Input, 3)
		files = append(files, schemes+"/"+name+".yaml", schemes+"/"+name+"-conv.yaml")
	}
	found, err := list(schemes)
	require.NoError(t, err)
	assert.ElementsMatch(t, files, found)

	_, err = Scheme("dubling", false)
	var missing *NotFoundError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, "doubling", missing.Nearest)
}

func TestFind(t *testing.T) {
	for _, c := range []struct{ name, network, symbol, value string }{
		{"resnet50", "resnet-bottleneck", "n4", "3"},
		{"resnet50-v1", "resnet-bottleneck", "early", "2"},
		{"cifar-resnet110", "cifar-resnet", "L", "110"},
		{"densenet-c-40-12", "densenet", "theta", "1/2"},
		{"cifar-resnet", "cifar-resnet", "", ""},
		{"add", "add", "", ""},
		{"concat-conv", "concat-conv", "", ""},
		{"scheme/add", "add", "", ""},
		{"scheme/densenet", "densenet", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := Find(c.name)
			require.NoError(t, err)
			assert.Equal(t, c.name, m.Name)
			assert.Equal(t, c.network, m.Network.Name)
			if c.symbol == "" {
				assert.Empty(t, m.Set)
				return
			}
			assert.Equal(t, c.value, m.Set[c.symbol].Text())
		})
	}
}

// TestFilesAreReadOnce: all presets of a family are presets of one network.
func TestFilesAreReadOnce(t *testing.T) {
	one, err := Find("resnet50")
	require.NoError(t, err)
	other, err := Find("resnext50_32x4d")
	require.NoError(t, err)
	assert.Same(t, one.Network, other.Network)
	_, err = parse("networks/none.yaml")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestNetworkHidesSchemeOfTheSameName(t *testing.T) {
	network, err := Find("densenet")
	require.NoError(t, err)
	assert.Len(t, network.Network.Input, 3)
	scheme, err := Find("scheme/densenet")
	require.NoError(t, err)
	assert.Len(t, scheme.Network.Input, 1)
}

func TestNotFound(t *testing.T) {
	for _, c := range []struct{ name, nearest, text string }{
		{"resnt50", "resnet50", "no network is named \"resnt50\"\n  hint: did you mean resnet50?"},
		{"conct", "concat", "no network is named \"conct\"\n  hint: did you mean concat?"},
		{"perceptron-of-1958", "", "no network is named \"perceptron-of-1958\""},
		{"scheme/resnet50", "resnet50", ""},
		{"../networks/unet", "", ""},
		{"", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Find(c.name)
			var missing *NotFoundError
			require.ErrorAs(t, err, &missing)
			if c.text != "" {
				assert.Equal(t, c.nearest, missing.Nearest)
				assert.EqualError(t, err, c.text)
			}
			_, _, err = Text(c.name)
			assert.ErrorAs(t, err, &missing)
		})
	}
}

func TestText(t *testing.T) {
	text, file, err := Text("resnet50")
	require.NoError(t, err)
	assert.Equal(t, "networks/resnet-bottleneck.yaml", file)
	assert.True(t, bytes.HasPrefix(text, []byte("name: resnet50\n")))

	text, _, err = Text("resnet-bottleneck")
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(text, []byte("name: resnet-bottleneck\n")), "a family is as shipped")

	text[0] = 'X'
	again, _, err := Text("resnet-bottleneck")
	require.NoError(t, err)
	assert.Equal(t, byte('n'), again[0], "callers get a copy")
}

// whole evaluates an expression that must be a number.
func whole(t *testing.T, e symbolic.Expr) int64 {
	n, ok := e.Int64()
	if !ok {
		require.Fail(t, "no number", e.Text())
	}
	return n
}
