package fuzztest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// mutated is an input of the corpus, changed.
func (f *Target) mutated(t *testing.T, r *rand.Rand) []any {
	from, other := f.corpus[r.IntN(len(f.corpus))], f.corpus[r.IntN(len(f.corpus))]
	input := make([]any, len(from))
	for k, arg := range from {
		switch arg := arg.(type) {
		case []byte:
			input[k] = mutatedText(r, arg, other[k].([]byte))
		case string:
			input[k] = string(mutatedText(r, []byte(arg), []byte(other[k].(string))))
		case uint8:
			input[k] = uint8(r.Uint32())
		case uint64:
			input[k] = r.Uint64()
		case int64:
			input[k] = int64(r.Uint64())
		default:
			t.Fatalf("inputs of type %T are not made here", arg)
		}
	}
	return input
}

// mutatedText changes a text in up to eight places, mostly in few; other lends it parts.
func mutatedText(r *rand.Rand, text, other []byte) []byte {
	out := append([]byte(nil), text...)
	for range 1 + r.IntN(1<<r.IntN(4)) {
		at, to := span(r, out)
		var put []byte
		switch r.IntN(6) {
		case 0: // nothing: the part is left out
		case 1:
			put = []byte{byte(r.Uint32())}
		case 2:
			put = []byte{printable[r.IntN(len(printable))]}
		case 3:
			a, b := span(r, other)
			put = other[a:b]
		case 4:
			a, b := span(r, out)
			put = out[a:b]
		case 5:
			put = []byte(numbers[r.IntN(len(numbers))])
		}
		if r.IntN(2) == 0 {
			to = at // put in, not in its place
		}
		out = append(append(append([]byte(nil), out[:at]...), put...), out[to:]...)
	}
	return out
}

// Characters that texts of all languages here are made of, and numbers at which something changes.
var (
	printable = []byte("abcnxNL0123456789 \n:,.-+*/^()[]{}\"'#&<>=%_\\")
	numbers   = strings.Fields("0 1 2 3 -1 1/2 10^12 9223372036854775807 1e9 255 65536")
)

// span is a part of a text, mostly a short one.
func span(r *rand.Rand, text []byte) (from, to int) {
	from = r.IntN(len(text) + 1)
	return from, min(len(text), from+r.IntN(1<<r.IntN(8)))
}

// fileOf is an input as a file of testdata/fuzz holds it.
func fileOf(input []any) string {
	var b strings.Builder
	b.WriteString("go test fuzz v1\n")
	for _, arg := range input {
		switch arg := arg.(type) {
		case []byte:
			fmt.Fprintf(&b, "[]byte(%q)\n", arg)
		case uint8:
			fmt.Fprintf(&b, "byte(%q)\n", rune(arg))
		default:
			fmt.Fprintf(&b, "%T(%#v)\n", arg, arg)
		}
	}
	return b.String()
}
