// Package sweep prices networks at every point of a grid: ranges of symbols, times networks, times options.
//
// A network at one setting of the options is a [Plane]. Its costs are closed once, with the symbols of the grid left free, and
// then evaluated by package grid a row of points at a time; the assumptions of the formulas are evaluated with them. Where one
// does not hold, or where a cost has no closed form, the network is resolved and priced at the point itself, and where there is
// no such network the point is left out and counted.
//
// Of the points that pass a [Condition], all are kept, or those that no other one beats ([Front]), or the first by a cost
// ([Top]), or how many there are of each order of magnitude ([Histogram]). Each of these can be computed for ranges of points
// and joined exactly, so that the work can be spread over cores and machines, stopped and resumed.
package sweep
