// Package report shows results: what a command found out becomes a [Document] of tables with typed cells, and each format
// renders that document.
//
// A report knows nothing of networks but what it is given: it formats counts (SI prefixes) and bytes (IEC prefixes), shapes
// and closed formulas, numbers its notes, and draws traces as graphs. Formats for people round and say so; formats for
// machines carry exact numbers, and every row and note. Tables in columns and images of pixels are written in rooms of their own,
// package terminal and package picture/raster, for programs that carry what these need.
package report
