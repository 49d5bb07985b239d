package trace_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/arch/trace"
)

func TestWhatCannotRunOnStreams(t *testing.T) {
	for steps, want := range map[string]string{
		"streams: {count: 0, steps: [add: [identity, relu]]}":                                           "4:22: streams: count is 0, but must be at least 1",
		"streams: {count: 1/2, steps: [add: [identity, relu]]}":                                         "4:22: streams: count is 1/2, not a whole number",
		"streams: {count: 2, steps: [relu]}":                                                            "4:33: relu stands on streams: layers stand in the branch of an add",
		"streams: {count: 2, steps: [add: [relu, relu]]}":                                               "4:33: streams meet branches in an add of the identity and one branch",
		"streams: {count: 2, steps: [concat: [identity, relu]]}":                                        "4:33: streams meet branches in an add of the identity and one branch",
		"streams: {count: 2, steps: [add: [identity, linear: 4]]}":                                      "4:33: add: paths end in 8×5 and 4×5",
		"streams: {count: 2, steps: [head: [relu]]}":                                                    "4:33: a head reads one tensor, not streams",
		"streams: {count: 2, steps: [streams: {count: 2, steps: [add: [identity, relu]]}]}":             "4:33: streams of streams",
		"streams: {count: 2, steps: [repeat: {times: 2, links: log2, steps: [add: [identity, relu]]}]}": "4:33: a repeat of streams has no links: the streams are what it carries",
		"[{relu: , as: x}, {streams: {count: 2, steps: [{add: [identity, relu], from: x}]}}]":           "4:53: 8×5 is no 2 streams of width 8",
		"[{relu: , as: x}, {streams: {count: 2, steps: [{from: x}]}}]":                                  "4:24: 8×5 is no 2 streams of width 8",
		"collect: 3": "4:5: collect: the width 8 is not one of 3 equal streams",
	} {
		n, err := spec.Parse("x.yaml", []byte("name: x\ninput: [8, 5]\nsteps:\n  - "+steps+"\n"))
		require.NoError(t, err, steps)
		_, err = trace.Resolve(n, trace.Options{})
		assert.ErrorContains(t, err, "x.yaml:"+want, steps)
	}
}
