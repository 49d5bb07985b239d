// Package report shows results: the result of each command is a [Report], a [Document] of tables with typed cells, which a writer of
// each format renders.
//
// It computes nothing about networks: it formats counts (SI prefixes) and bytes (IEC prefixes), shapes and closed formulas, and
// numbers the notes. It may import every package of arch and cost. Formats for people round and say so; formats for machines carry
// exact numbers, and every row and note.
//
// # Where what is
//
//	report, column, rows, object        the model: documents, tables, columns, rows, and objects for JSON
//	cell, costs, estimate, bound        its values, each with a notation for every style
//	numbers, text                       how numbers and texts are written
//	sheet, fold, footnotes              a table as text for readers, in a layout
//	calc, diff, flow, skips, swap, …    a report for the result of each command
//
// The rooms above: render writes files, terminal tables in columns, explain has the rules and words, figure draws with what picture
// has, and page puts all of them together. Tables in columns and images of pixels (picture/raster) are packages of their own so that a
// program that needs neither does not carry their libraries.
package report
