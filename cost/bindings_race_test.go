//go:build race

package cost_test

// bindingsTried is how many random bindings each network is checked under. The race detector makes them slow and is not about
// numbers.
const bindingsTried = 10
