package browsertest

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// weightsSide is the side of the matrix in the dropped file, of 100 MB.
const weightsSide = 5000

// A large file is read in slices: its weights are left where they are.
func TestDropOfALargeFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large.onnx")
	if err := os.WriteFile(path, product(weightsSide, "product"), 0o600); err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, address string) {
		p := open(t, address+"#network?name=add")
		p.text("What it costs")
		p.do(chromedp.Sleep(4 * settling)) // the list of networks has come
		since := time.Now()
		p.do(chromedp.SetUploadFiles(".source input[type=file]", []string{path}, chromedp.ByQuery))
		p.text("25,000,000")
		took := time.Since(since)
		t.Logf("priced after %v", took.Round(time.Millisecond))
		if took > slack*time.Second {
			t.Errorf("a file of 100 MB takes %v", took)
		}
		if got := value[string](p, "location.hash"); got != "#network?file=large.onnx" {
			t.Errorf("the address is %s", got)
		}
	})
}

// product is an ONNX file of one matrix product with as many weights as the square of a side, where all have a name. Numbers of fields are those of
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
func product(side int, name string) []byte {
	text := func(field uint64, s string) []byte { return message(field, []byte(s)) }
	vector := func(name string) []byte {
		dims := append(message(1, number(1, 1)), message(1, number(1, uint64(side)))...)
		tensor := append(number(1, 1), message(2, dims)...)
		return append(text(1, name), message(2, message(1, tensor))...)
	}
	weights := append(number(1, uint64(side)), number(1, uint64(side))...)
	weights = append(weights, number(2, 1)...)
	weights = append(weights, text(8, "w")...)
	weights = append(weights, message(9, make([]byte, 4*side*side))...)
	node := append(text(1, "x"), text(1, "w")...)
	node = append(node, text(2, "y"+name)...)
	node = append(node, text(3, name)...)
	node = append(node, text(4, "MatMul")...)
	graph := append(message(1, node), text(2, name)...)
	graph = append(graph, message(5, weights)...)
	graph = append(graph, message(11, vector("x"))...)
	graph = append(graph, message(12, vector("y"+name))...)
	return append(append(number(1, 8), message(7, graph)...), message(8, number(2, 17))...)
}

// message is a field of bytes in the wire format of protocol buffers.
func message(field uint64, inside []byte) []byte {
	out := binary.AppendUvarint(nil, field<<3|2)
	return append(binary.AppendUvarint(out, uint64(len(inside))), inside...)
}

// number is a field of a whole number.
func number(field, n uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, field<<3), n)
}
