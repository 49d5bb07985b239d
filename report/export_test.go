package report

import "io"

// Terminal writes tables in columns. The package that does stands above this one, and the tests of the outside set it.
var Terminal func(io.Writer, *Document, Layout) error
