package trace_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/skipcost/skipcost/arch/trace"
)

// TestNamesOfOperations: by the steps that they stand in; what stands twice in a list is numbered, and so are paths if several do something.
func TestNamesOfOperations(t *testing.T) {
	for steps, want := range map[string]string{
		"relu, linear: 8, relu, tanh":                                 "relu1 linear relu2 tanh",
		"{relu: , as: x}, relu, linear: 8":                            "x relu linear",
		"add: [identity, [linear: 8]]":                                "add.linear add",
		"add: [[relu], [linear: 8, relu, relu]]":                      "add.path1.relu add.path2.linear add.path2.relu1 add.path2.relu2 add",
		"add: [identity, [relu], [linear: 8]], add: [identity, relu]": "add1.path2.relu add1.path3.linear add1 add2.relu add2",
		"repeat: {times: 2, steps: [relu, linear: 8]}":                "repeat[0].relu repeat[0].linear repeat[1].relu repeat[1].linear",
		"repeat: {times: 1, steps: [relu, linear: 8]}":                "repeat[0].relu repeat[0].linear",
		"repeat: {times: 2, steps: [relu]}, repeat: {times: 2, steps: [tanh, repeat: {times: 2, steps: [relu, {relu: , as: y}]}]}": "relu[0] relu[1] repeat[0].tanh repeat[0].repeat[0].relu repeat[0].repeat[0].y repeat[0].repeat[1].relu repeat[0].repeat[1].y repeat[1].tanh repeat[1].repeat[0].relu repeat[1].repeat[0].y repeat[1].repeat[1].relu repeat[1].repeat[1].y",
		"unit, unit: {n: 8}, relu":                   "unit1.linear unit1.relu unit2.linear unit2.relu relu",
		"head: [linear: 2], head: [linear: 3], relu": "head1.linear head2.linear relu",
		"{unit: , as: first}, add: [unit, unit]":     "first.linear first.relu add.path1.unit.linear add.path1.unit.relu add.path2.unit.linear add.path2.unit.relu add",
	} {
		resolved := resolve(t, "blocks: {unit(n = 8): [linear: n, relu]}\ninput: [8, 2]\nsteps: ["+steps+"]\n", trace.Options{Unroll: true})
		var names []string
		for _, op := range resolved.Operations() {
			names = append(names, op.Name)
		}
		assert.Equal(t, want, strings.Join(names, " "), steps)
	}
}

// TestSymbolsThatAreTaken: by which repeats with links count, or on which a condition depends, get their defaults if they may.
func TestSymbolsThatAreTaken(t *testing.T) {
	for steps, want := range map[string]string{
		"repeat: {times: n, links: log2, steps: [linear: 8]}":                                    "n |",
		"repeat: {times: 4, links: {window: m}, steps: [linear: 8]}":                             "m |",
		"repeat: {times: n, links: {window: m}, steps: [linear: 8]}":                             "n m |",
		"repeat: {times: 4, links: dense, gather: softmax, block: m, steps: [linear: c]}":        "m |",
		"linear: n, {if: n > 3, then: [relu]}":                                                   "| n",
		"linear: n, {if: n > m, then: [relu]}, {repeat: {times: k, links: log2, steps: [relu]}}": "k | m n",
	} {
		n := network(t, "symbols: {n: 8, m: 2, k: 3}\ninput: [8]\nsteps: ["+steps+"]\n")
		resolved, err := trace.Resolve(n, trace.Options{Free: []string{"n", "m", "k"}, Counted: true, Decided: true})
		if assert.NoError(t, err, steps) {
			assert.Equal(t, want, strings.TrimSpace(strings.Join(resolved.Counted, " ")+" | "+strings.Join(resolved.Decided, " ")), steps)
		}
	}
}
