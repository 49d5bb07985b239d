package onnx

import (
	"os"
	"strings"
)

func init() {
	b := os.Getenv("BREAK")
	if b == "" {
		return
	}
	f := strings.Split(b, ":")
	o := everything().operators[operatorKey{f[0], f[1]}]
	switch f[2] {
	case "rule":
		o.rule = nil
	case "fold":
		o.fold = nil
	case "knows":
		o.knows = nil
	case "opens":
		o.opens = nil
	case "says":
		o.says = nil
	case "source":
		o.source = false
	case "literal":
		o.literal = false
	case "weights":
		o.weights = nil
	case "weight1":
		o.weights = o.weights[:len(o.weights)-1]
	case "factors":
		o.factors = nil
	case "width":
		o.width = 0
	case "passes":
		o.passes = 0
	case "learned":
		o.learned = 0
	case "lists":
		o.lists = false
	case "integers":
		o.integers = false
	case "settles":
		o.settles = false
	case "derive":
		o.derive = nil
	case "commutes":
		o.commutes = false
	case "work":
		o.work = None
		if f[3] == "None" {
			o.work = Counted
		}
	}
}
