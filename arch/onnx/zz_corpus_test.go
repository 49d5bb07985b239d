package onnx

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/skipcost/skipcost/arch/trace"
	"github.com/skipcost/skipcost/cost"
)

func TestZZCorpus(t *testing.T) {
	if os.Getenv("CORPUS") == "" {
		t.Skip()
	}
	f, _ := os.Create(os.Getenv("CORPUS"))
	defer f.Close()
	for _, root := range []string{"/tmp/conform/corpus", "/tmp/conform/nodegit", "/tmp/conform/old", "../../testdata"} {
		filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".onnx") {
				return nil
			}
			tr, err := ReadFile(path, Options{})
			if err != nil {
				fmt.Fprintln(f, path, "ERR", strings.ReplaceAll(err.Error(), "\n", " "))
				return nil
			}
			r, err := trace.Resolve(tr.Network, trace.Options{})
			if err != nil {
				fmt.Fprintln(f, path, "RESOLVE", strings.ReplaceAll(err.Error(), "\n", " "))
				return nil
			}
			total, err := cost.Of(r, cost.Options{Quantities: []cost.Quantity{cost.Params, cost.MACs, cost.FLOPs}})
			if err != nil {
				fmt.Fprintln(f, path, "COST", strings.ReplaceAll(err.Error(), "\n", " "))
				return nil
			}
			fmt.Fprintln(f, path, total.Of(cost.Params).ASCII(), total.Of(cost.MACs).ASCII(), total.Of(cost.FLOPs).ASCII(), r.Output.Shape.Text(), strings.Join(tr.Network.Notes, "; "))
			return nil
		})
	}
}
