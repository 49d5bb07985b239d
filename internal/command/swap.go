package command

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/arch/spec"
	"github.com/skipcost/skipcost/internal/request"
	"github.com/skipcost/skipcost/report"
	"github.com/skipcost/skipcost/report/render"
)

// kindsOfSwap has a line for each kind.
func kindsOfSwap() string {
	var b strings.Builder
	for _, c := range rewrite.Changes() {
		fmt.Fprintf(&b, "  %-9s %s\n", c, c.Doc())
	}
	return b.String()
}

func swapHelp() help {
	return help{
		usage: "what a network would cost if its skips were of another kind",
		text:  "skipcost swap --to KIND [FLAGS] NETWORK",
		description: "Rewrites the skips of a network and compares it with what it was. --to says what each skip becomes:\n" +
			kindsOfSwap() + "skipcost explain swap says what each of them adds, and where it comes from.\n\n" +
			"--equal COST makes the comparison fair: the rewritten network is made wider or narrower until that cost is as near\n" +
			"to the original's as whole numbers allow. One factor scales all widths but those of the input and of the last\n" +
			"layers, so that classes stay. --by SYMBOL changes that symbol of the network instead.\n\n" +
			"-o FILE.yaml writes the rewritten network, beside the comparison. Symbols, blocks and repeats stay where all iterations\n" +
			"changed alike, so that skipcost formula FILE.yaml is a formula in them. -o with any other name writes the comparison.\n\n" +
			"Examples:\n  skipcost swap resnet50 --to concat\n  skipcost swap densenet121 --to add --layers\n  skipcost swap unet --to none --only 1,2\n" +
			"  skipcost swap densenet-bc --to add -o add.yaml && skipcost formula add.yaml\n" +
			"  skipcost swap olmo-1b --to streams --streams 4 --form mhc --dtype bf16\n  skipcost swap resnet50 --to concat --equal params\n  skipcost swap add --to concat --equal training_saved_bytes --by N",
	}
}

// isNetworkFile reports whether -o names a network file, into which swap writes the rewritten network.
func isNetworkFile(path string) bool {
	ext := filepath.Ext(path)
	return ext == ".yaml" || ext == ".yml"
}

// writeNetwork writes the rewritten network to its file; what the file lacks becomes a note of the comparison.
func writeNetwork(path string, r *report.Swap) error {
	n, notes := r.Swap.Network()
	r.Written = notes
	return request.PlainPathError(render.ToFile(path, func(w io.Writer) error {
		_, err := w.Write(spec.Print(n))
		return err
	}))
}
