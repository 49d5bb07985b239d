//go:build unix

package command

import (
	"os"

	"golang.org/x/sys/unix"
)

// terminalWidth is how many columns the terminal has that a file is, and 0 if it is none.
func terminalWidth(f *os.File) int {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}
