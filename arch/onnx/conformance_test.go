package onnx

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/onnx/wire"
	"github.com/skipcost/skipcost/cost"
)

// TestOperatorsAreWhole walks the table: whoever adds an operator and forgets a part of it fails here.
func TestOperatorsAreWhole(t *testing.T) {
	seen := map[operatorKey]bool{}
	for _, o := range allOperators() {
		key := operatorKey{o.domain, o.name}
		assert.False(t, seen[key], "%v stands twice in the table", key)
		seen[key] = true
		assert.NotEmpty(t, o.name)
		assert.Contains(t, []string{"", contributed, preview}, o.domain, o.name)
		assert.Equal(t, o.work == OfGraphs, o.opens != nil, "the arithmetic of %s is %s", o.name, o.work)
		assert.NotEqual(t, unsaid, o.work, "%s does not say what its arithmetic is", o.name)
		assert.True(t, o.isKnown(), "%s has neither a rule nor a folding and makes no constants", o.name)

		slots := slices.Concat(o.weights, o.factors)
		if len(slots) > 0 {
			assert.NotNil(t, o.rule, "%s has weights and no rule that counts them", o.name)
			assert.Contains(t, []width{widthSecond, widthLast}, o.width, "%s has weights and does not say which axis is the width", o.name)
			assert.NotContains(t, slots, 0, "%s reads a weight before its data", o.name)
			assert.Len(t, slices.Compact(slices.Sorted(slices.Values(slots))), len(slots), "%s has a slot twice", o.name)
		}
		if o.passes != passesNothing {
			assert.NotEqual(t, keepsNothing, o.learned, "%s passes elements on, and those of a weight stay learned", o.name)
		}
		assert.False(t, o.settles && o.fold == nil, "%s has no folding that could say what is learned", o.name)
		assert.False(t, o.says != nil && o.opens == nil, "%s has no graphs that could say anything", o.name)
		assert.False(t, o.lists && o.rule == nil && o.opens == nil, "%s reads sequences and has no rule", o.name)
	}
}

// TestOperatorsHaveExamples: what each operator is said to do, and which of its inputs to be learned, is so in a graph of it. An operator
// that is added wants a line in testdata/operators.txt.
func TestOperatorsHaveExamples(t *testing.T) {
	learned, works := map[operatorKey][]int{}, map[operatorKey]bool{}
	for _, e := range examples(t) {
		learned[e.operator] = append(learned[e.operator], e.slots()...)
		works[e.operator] = works[e.operator] || !strings.HasSuffix(e.costs, " 0")
		name := strings.TrimPrefix(e.operator.domain+"."+e.operator.name, ".")
		t.Run(name, func(t *testing.T) {
			o := everything().operators[e.operator]
			require.NotNil(t, o, "an example of no operator")
			tr, outputs := run(t, Options{}, e.graph(t)...)
			assert.Equal(t, e.outputs, strings.TrimSpace(strings.TrimSuffix(outputs, ", ")))
			assert.Equal(t, e.costs, costsOf(t, tr))
			checkItems(t, tr, name)
			assert.Equal(t, o.work == Named, len(tr.workless) > 0, "its arithmetic is %s", o.work)
			assert.Empty(t, tr.unknown)
			checkGiven(t, e)
			checkConstants(t, e)
		})
	}
	for _, o := range Operators() {
		key := operatorKey{o.Domain, o.Name}
		slots, is := learned[key]
		assert.True(t, is, "%v has no example in testdata/operators.txt", key)
		slices.Sort(slots)
		assert.Equal(t, o.Weights, slices.Compact(slots), "the inputs of %v that are learned", key)
		assert.Equal(t, o.Arithmetic == Counted || o.Arithmetic == OfGraphs, works[key], "the arithmetic of %v is %s", key, o.Arithmetic)
	}
}

// costsOf are parameters, macs and flops.
func costsOf(t *testing.T, tr *translator) string {
	n := tr.build.Trace().Network
	return fmt.Sprintf("%d %d %d", amount(t, n, cost.Params), amount(t, n, cost.MACs), amount(t, n, cost.FLOPs))
}

// checkGiven checks that a graph whose weights are inputs, as in files that carry none, has as many parameters: the places of
// weights are known.
func checkGiven(t *testing.T, e example) {
	if len(e.slots()) == 0 {
		return
	}
	m := modelAt(newestOpset, comingOut(e.graph(t))...)
	rest := m.Graph.Initializers[:0]
	for _, w := range m.Graph.Initializers {
		if !strings.ContainsRune("wbp", rune(w.Name[0])) {
			rest = append(rest, w)
			continue
		}
		in := &wire.ValueInfo{Name: w.Name, DType: w.DType, HasShape: true}
		for _, d := range w.Dims {
			in.Dims = append(in.Dims, wire.Dimension{Known: true, Value: d})
		}
		m.Graph.Inputs = append(m.Graph.Inputs, in)
	}
	m.Graph.Initializers = rest
	for _, in := range m.Graph.Inputs {
		if strings.ContainsRune("xj", rune(in.Name[0])) { // which says that the others are weights
			in.Dims[0] = wire.Dimension{Param: "n"}
		}
	}
	tr, err := runs(m, "test", Options{})
	require.NoError(t, err)
	params, _, _ := strings.Cut(e.costs, " ")
	given, _, _ := strings.Cut(costsOf(t, tr), " ")
	assert.Equal(t, params, given, "of weights that are inputs")
}

// checkConstants checks that what is made of constants has the shape that is made of activations.
func checkConstants(t *testing.T, e example) {
	if len(e.inputs) > 0 && e.inputs[0][0] == 'u' { // a packed table, which is learned
		return
	}
	m := modelAt(newestOpset, comingOut(e.graph(t))...)
	var open []*wire.ValueInfo
	for _, in := range m.Graph.Inputs {
		if in.Name == "beside" {
			open = append(open, in)
			continue
		}
		w := &wire.Tensor{Name: in.Name, DType: in.DType}
		for _, d := range in.Dims {
			w.Dims = append(w.Dims, d.Value)
		}
		m.Graph.Initializers = append(m.Graph.Initializers, w)
	}
	m.Graph.Inputs = open
	tr, err := runs(m, "test", Options{})
	require.NoError(t, err)
	var outputs []string
	for _, out := range m.Graph.Outputs[:len(m.Graph.Outputs)-1] {
		outputs = append(outputs, shownItem(tr.items[out.Name]))
	}
	assert.Equal(t, e.outputs, strings.TrimSpace(strings.Join(outputs, ", ")), "of constants")
}

// TestKindsOfLayersExist: every kind of layer that the source of this package names is one. Whatever takes a kind calls it so.
func TestKindsOfLayersExist(t *testing.T) {
	takes, named := map[string]int{}, 0
	files := sources(t)
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if fn, is := n.(*ast.FuncDecl); is {
				at := 0
				for _, p := range fn.Type.Params.List {
					for _, name := range p.Names {
						if name.Name == "kind" || name.Name == "norm" || name.Name == "pool" {
							takes[fn.Name.Name] = at
						}
						at++
					}
				}
			}
			return true
		})
	}
	takes["KindByName"] = 0
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is {
				return true
			}
			at, of := takes[calledName(call)]
			if !of || at >= len(call.Args) {
				return true
			}
			if lit, is := call.Args[at].(*ast.BasicLit); is && lit.Value != `""` {
				kind, err := strconv.Unquote(lit.Value)
				require.NoError(t, err)
				assert.NotNil(t, arch.KindByName(kind), "%s makes a layer of kind %s", calledName(call), lit.Value)
				named++
			}
			return true
		})
	}
	assert.Greater(t, named, 100, "the kinds are found")
}

// sources are the files of this package, without its tests.
func sources(t *testing.T) []*ast.File {
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		files = append(files, f)
	}
	return files
}

// calledName is the name of the function or method that is called; empty if it has none.
func calledName(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// TestDomainsAgree: an operator that two domains have treats its weights alike, for a node of a third takes either.
func TestDomainsAgree(t *testing.T) {
	for _, o := range allOperators() {
		if o.domain == "" || o.name == "Attention" { // that of the extension has the projection in it
			continue
		}
		if other := everything().operators[operatorKey{"", o.name}]; other != nil {
			assert.Equal(t, []any{other.width, other.weights, other.factors, other.passes, other.learned}, []any{o.width, o.weights, o.factors, o.passes, o.learned}, o.name)
		}
	}
	known, foreign := everything().operator(&wire.Node{Op: "DequantizeLinear"}), everything().operator(&wire.Node{Op: "DequantizeLinear", Domain: "elsewhere"})
	assert.True(t, known.isKnown())
	assert.False(t, foreign.isKnown())
	assert.Equal(t, known.learned, foreign.learned)
}

// TestPatternsAreOfOperators: what the ways to write a layer as several nodes are made of is in the table.
func TestPatternsAreOfOperators(t *testing.T) {
	var check func(p *pattern)
	check = func(p *pattern) {
		if p.op != "" {
			assert.NotNil(t, everything().operators[operatorKey{"", p.op}], p.op)
		}
		for _, arg := range p.args {
			check(arg)
		}
	}
	for _, way := range everything().fusions {
		for _, p := range way.patterns {
			check(p)
		}
	}
}
