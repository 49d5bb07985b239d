// Package decide answers questions about choosing a network: the largest value of a symbol within budgets, the values at which
// the cost of one network overtakes that of another, the cost that one more layer adds, and the differences between two
// networks.
//
// Every question is asked of a [Family], a network with all symbols bound but one. Its costs are closed formulas of that symbol
// where they close, and then every answer is found over all whole numbers, by the signs of an exact expression
// ([symbolic.Expr.Signs]); nothing is sampled, and no cost is assumed to be monotone. A cost without a closed form, such as a
// peak, is priced value by value, and the answer says so.
package decide
