//go:build !race

package cost_test

// bindingsTried is how many random bindings each network is checked under.
const bindingsTried = 120
