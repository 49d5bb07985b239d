package spec

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// TestEveryWordIsListed: whatever word of steps and of repeats and streams the source of this package names is one that is explained.
func TestEveryWordIsListed(t *testing.T) {
	listed := map[string]bool{}
	for _, w := range Words() {
		assert.NotEmpty(t, w.Doc, w.Name)
		listed[w.Name] = true
	}
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	of := regexp.MustCompile("^(word|repeat|streams|link)[A-Z]")
	found := map[string]bool{}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, is := n.(*ast.ValueSpec)
			if !is || !of.MatchString(spec.Names[0].Name) || len(spec.Values) == 0 {
				return true
			}
			if text, is := spec.Values[0].(*ast.BasicLit); is && text.Kind == token.STRING {
				word, err := strconv.Unquote(text.Value)
				require.NoError(t, err)
				found[word] = true
				assert.True(t, listed[word], "%s is a word that nothing explains", word)
			}
			return true
		})
	}
	for _, w := range Words() {
		assert.True(t, w.Of == ofFile || found[w.Name], "%s is a word that is read nowhere", w.Name)
	}
}

// TestLanguageHasEveryWord: the page of the language shows each word that is no layer in an example or in a piece of code.
func TestLanguageHasEveryWord(t *testing.T) {
	var code strings.Builder
	for k, piece := range strings.Split(strings.ReplaceAll(Language(), "```", "`"), "`") {
		if k%2 == 1 {
			code.WriteString(piece + "\n")
		}
	}
	var asked []string
	for _, w := range Words() {
		asked = append(asked, w.Name)
	}
	for _, p := range arch.LinkPatterns() {
		asked = append(asked, string(p))
	}
	for _, g := range arch.Gatherings() {
		asked = append(asked, string(g))
	}
	for _, i := range arch.Inits() {
		asked = append(asked, i.Name)
	}
	for _, a := range arch.Recomputations() {
		asked = append(asked, string(a))
	}
	for _, c := range arch.Comparisons() {
		asked = append(asked, string(c))
	}
	for _, op := range arch.MergeOps() {
		if op.Kind().Links {
			asked = append(asked, string(op))
		}
	}
	asked = append(asked, symbolic.MeasureNames()...)
	asked = append(asked, arch.ReservedNames()...)
	for _, f := range arch.StreamForms() {
		if f != arch.StaticStreams { // which no file has to say
			asked = append(asked, string(f))
		}
	}
	for _, word := range asked {
		assert.Regexp(t, `(^|\W)`+regexp.QuoteMeta(word)+`(\W|$)`, code.String(), "the page does not show %s", word)
	}
}
