// Package explain shows the rules that the program counts by, and what its words mean: layers and their formulas, costs, frameworks,
// precisions, fusion, conventions of counting tools, links, operators of ONNX, and limits. Each of them is a [report.Report], made
// from the values that the engine itself computes with.
package explain
