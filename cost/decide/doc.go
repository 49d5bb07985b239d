// Package decide finds out which network: the largest value of a symbol within budgets, where the cost of one network overtakes
// that of another, what one more layer adds, and what changed between two networks.
//
// Every question is asked of a [Family], a network with all symbols bound but one. Its costs are closed formulas of that symbol
// where they close, and then every answer is found over all whole numbers, by the signs of an exact expression
// ([symbolic.Expr.Signs]); nothing is sampled and no cost is taken to be monotone. What has no closed form, such as a peak, is
// priced value by value, and the answer says so.
package decide
