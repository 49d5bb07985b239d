package page

import _ "embed"

// styles is for screens light and dark, narrow and wide, and for paper.
//
//go:embed style.css
var styles string

// script sorts a table by the column whose head is clicked, as numbers where they are, and filters the rows of a table.
//
//go:embed script.js
var script string
