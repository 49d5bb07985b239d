package onnx

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// readable is a text of the file for messages: quoted if it is not printable, because a file may hold any bytes and terminals
// obey some.
func readable(text string) string {
	if utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsPrint(r) }) {
		return text
	}
	return strconv.Quote(text)
}
