package flow

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Recurrent layers as PyTorch 1.13 runs them, without biases, with normal weights of a gain, on 480 random sequences of 32 channels:
// mean square of the output, and squared norm of the gradient at the input for a unit cotangent.
func TestRecurrentLayersAsMeasured(t *testing.T) {
	for _, c := range []struct {
		kind             string
		positions        int
		gain             string
		directions       int
		square, gradient float64
	}{
		{"rnn", 12, "1", 1, 0.4548, 0.6369}, {"rnn", 12, "2", 1, 0.5886, 1.184},
		{"lstm", 12, "1", 1, 0.03729, 0.06016}, {"lstm", 12, "2", 2, 0.05452, 0.1142}, {"lstm", 40, "1/3", 1, 0.01832, 0.02249},
		{"gru", 12, "1", 1, 0.1643, 0.2379}, {"gru", 12, "2", 1, 0.2469, 0.4588}, {"gru", 40, "1/3", 1, 0.07821, 0.08982},
	} {
		net := "name: net\ninput: [32, %d]\ninit: %s\nsteps: [%s: {out: 64, directions: %d}]\n"
		r := readText(t, fmt.Sprintf(net, c.positions, c.gain, c.kind, c.directions), Options{Tensors: true})
		require.InEpsilon(t, c.square, r.SignalGain.value(), 0.05, "%v", c)
		require.InEpsilon(t, c.gradient, r.Tensors[0].Gradient.value(), 0.05, "%v", c)
	}
}
