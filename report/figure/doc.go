// Package figure draws networks and their costs: arcs of links over a trunk, graphs for Graphviz and Mermaid, curves over a symbol or
// along the depth, fronts of sweeps, and the memory of training by kind. Graphs are text; the others are a [picture.Scene], which
// package picture draws as lines and package raster as dots.
package figure
