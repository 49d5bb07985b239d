//go:build !unix

package command

import "os"

// terminalWidth is 0: the width of a terminal is asked for on Unix only.
func terminalWidth(*os.File) int { return 0 }
