// Package report shows results: the result of a command becomes a [Document] of tables with typed cells, and each format
// renders that document.
//
// It computes nothing about networks: it formats counts (SI prefixes) and bytes (IEC prefixes), shapes and closed formulas,
// numbers the notes, and draws traces as graphs. It may import every package of arch and cost. Formats for people round and say
// so; formats for machines carry exact numbers, and every row and note. Tables in columns and images of pixels are written by
// packages of their own, terminal and picture/raster, so that a program that needs neither does not carry their libraries.
package report
