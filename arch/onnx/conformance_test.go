package onnx

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/onnx/wire"
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
		assert.False(t, o.derive != nil && o.dims != nil, "%s says twice what it makes of weights", o.name)
	}
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
