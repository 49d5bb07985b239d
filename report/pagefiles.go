package report

import _ "embed"

// pageStyle is for screens light and dark, narrow and wide, and for paper.
//
//go:embed page.css
var pageStyle string

// pageScript sorts a table by the column whose head is clicked, as numbers where they are, and filters the rows of a table.
//
//go:embed page.js
var pageScript string
