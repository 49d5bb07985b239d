// Package browsertest opens the explorer page in a real browser: as a folder that is served, and as one file. It is a module of its own,
// so that the program needs no driver of browsers. Its tests skip where there is no browser; SCREENSHOTS=DIR keeps what they looked at.
package browsertest
