package symbolic

import "slices"

// Function is what an expression may call by name.
type Function struct {
	Name  string
	Doc   string
	takes int // exactly so many arguments; 0 for one or more
	of    func(args []Expr) Expr
}

// Functions lists every function: what Parse reads, what no symbol may be named, and what other languages are read into.
func Functions() []Function {
	return []Function{
		{Name: "floor", Doc: "the largest whole number that is not above the argument", takes: 1, of: func(a []Expr) Expr { return a[0].Floor() }},
		{Name: "ceil", Doc: "the smallest whole number that is not below the argument", takes: 1, of: func(a []Expr) Expr { return a[0].Ceil() }},
		{Name: "round", Doc: "the nearest whole number, halves up", takes: 1, of: func(a []Expr) Expr { return a[0].Round() }},
		{Name: "multiple", Doc: "the first argument rounded to a multiple of the second, halves up, and up where a tenth would be lost", takes: 2, of: func(a []Expr) Expr { return Multiple(a[0], a[1]) }},
		{Name: string(minimum), Doc: "the least of the arguments", of: minimum.of},
		{Name: string(maximum), Doc: "the greatest of the arguments", of: maximum.of},
		{Name: runningName, Doc: "the product of 1 + a/j for j from b to c", takes: 3, of: func(a []Expr) Expr { return RunningProduct(a[0], a[1], a[2]) }},
		{Name: harmonicName, Doc: "the sum of 1/j for j from a to b", takes: 2, of: func(a []Expr) Expr { return Harmonic(a[0], a[1]) }},
	}
}

// FunctionNames lists the names of [Functions].
func FunctionNames() []string {
	var names []string
	for _, f := range Functions() {
		names = append(names, f.Name)
	}
	return names
}

// functionNamed is the function of a name.
func functionNamed(name string) (Function, bool) {
	all := Functions()
	k := slices.IndexFunc(all, func(f Function) bool { return f.Name == name })
	if k < 0 {
		return Function{}, false
	}
	return all[k], true
}
