package site

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// The two forms of references between modules of the page.
var (
	importForm = regexp.MustCompile(`(?m)^import \{([\w$, ]+)\} from '\./([\w-]+\.js)';$`)
	exportForm = regexp.MustCompile(`(?m)^export ((?:async )?function|const|class) (\w+)`)
	anyForm    = regexp.MustCompile(`(?m)^(?:import|export)\b.*$`)
)

// bundle joins a module and all that it imports into one script, for a page that may not load others: each module is a function that
// returns what it exports, called in an order in which what is imported is there.
func bundle(folder map[string][]byte, main string) ([]byte, error) {
	b := bundler{folder: folder, state: map[string]joining{}}
	err := b.join(main)
	return b.out.Bytes(), err
}

type bundler struct {
	folder map[string][]byte
	state  map[string]joining
	out    bytes.Buffer
}

type joining int

const (
	unseen joining = iota
	begun
	done
)

func (b *bundler) join(name string) error {
	switch b.state[name] {
	case begun:
		return fmt.Errorf("%s imports itself by way of others", name)
	case done:
		return nil
	}
	b.state[name] = begun
	text, is := b.folder[name]
	if !is {
		return fmt.Errorf("no module %s", name)
	}
	for _, m := range importForm.FindAllSubmatch(text, -1) {
		if err := b.join(string(m[2])); err != nil {
			return err
		}
	}
	var exports []string
	for _, m := range exportForm.FindAllSubmatch(text, -1) {
		exports = append(exports, string(m[2]))
	}
	text = importForm.ReplaceAllFunc(text, func(line []byte) []byte {
		m := importForm.FindSubmatch(line)
		return fmt.Appendf(nil, "const {%s} = %s;", m[1], variable(string(m[2])))
	})
	text = exportForm.ReplaceAll(text, []byte("$1 $2"))
	if left := anyForm.Find(text); left != nil {
		return fmt.Errorf("%s: no form that is known: %s", name, left)
	}
	fmt.Fprintf(&b.out, "const %s = (() => {\n%s\nreturn {%s};\n})();\n", variable(name), text, strings.Join(exports, ", "))
	b.state[name] = done
	return nil
}

// variable is the name of a module's exports in the script.
func variable(name string) string {
	return "$" + strings.ReplaceAll(strings.TrimSuffix(name, ".js"), "-", "_")
}
