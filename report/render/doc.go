// Package render writes reports in the formats of files and pages: Markdown, LaTeX, CSV, JSON and HTML with MathML, and puts what it
// writes into a file whole or not at all. Formats for people are written from [report.Sheet], formats for machines from
// [report.Document]; every one carries every row and note. Package terminal writes the tables of a terminal.
package render
