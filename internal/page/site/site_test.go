package site

import (
	"bytes"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var engine = Engine{Program: []byte("\x1f\x8bprogram"), Runtime: []byte("self.Go = class {};")}

func TestFolderHasEveryFile(t *testing.T) {
	folder, err := Folder(engine)
	require.NoError(t, err)
	entries, err := fs.ReadDir(files, "files")
	require.NoError(t, err)
	assert.Len(t, folder, len(entries)+2)
	for name, text := range folder {
		assert.NotEmpty(t, text, name)
	}
	assert.Equal(t, engine.Program, folder[programName])
	assert.Contains(t, string(folder["index.html"]), `content="`+FolderPolicy+`"`)
	for _, named := range []string{programName, runtimeName} {
		assert.Contains(t, string(folder["ask.js"]), "'"+named+"'")
	}
}

// What a file of the page names is in the folder, and what is in it is named: nothing is missing, and nothing dead.
func TestFilesAreNamed(t *testing.T) {
	folder, err := Folder(engine)
	require.NoError(t, err)
	named := map[string]bool{"index.html": true}
	reference := regexp.MustCompile(`(?:from |href=|src=|beside\(|\[|, )['"](?:\./)?([\w.-]+\.(?:js|css|gz))['"]`)
	for name, text := range folder {
		if name == programName || name == runtimeName {
			continue
		}
		for _, m := range reference.FindAllSubmatch(text, -1) {
			assert.Contains(t, folder, string(m[1]), name)
			named[string(m[1])] = true
		}
	}
	for name := range folder {
		assert.True(t, named[name], name)
	}
}

// Only the name of a language of XML looks like the address of another machine.
func TestNoOtherMachineIsNamed(t *testing.T) {
	folder, err := Folder(engine)
	require.NoError(t, err)
	address := regexp.MustCompile(`(?i)(?:https?:)?//[a-z0-9][\w.-]*\.[a-z]{2,}[\w./-]*`)
	languages := []string{"http://www.w3.org/2000/svg"}
	for name, text := range folder {
		for _, found := range address.FindAllString(string(text), -1) {
			assert.Contains(t, languages, found, name)
		}
	}
}

// Nothing in the page makes markup, code or style of texts.
func TestNoMarkupFromText(t *testing.T) {
	folder, err := Folder(engine)
	require.NoError(t, err)
	making := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|'text/html'|setAttribute\('style|srcdoc|javascript:`)
	for name, text := range folder {
		if name != runtimeName {
			assert.Empty(t, making.FindAllString(string(text), -1), name)
		}
	}
	inline := regexp.MustCompile(`(?i)\son\w+=|\sstyle=|<style|<script(?: type="module")?>`)
	assert.Empty(t, inline.FindAllString(string(folder["index.html"]), -1))
}

func TestFileHoldsItsHashes(t *testing.T) {
	page, err := File(engine)
	require.NoError(t, err)
	text := string(page)
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(text)
	require.NotNil(t, policy)
	script := between(t, text, `<script type="module">`, `</script>`)
	style := between(t, text, "<style>", "</style>")
	assert.Contains(t, policy[1], "script-src "+hash([]byte(script))+" 'wasm-unsafe-eval'")
	assert.Contains(t, policy[1], "style-src "+hash([]byte(style))+";")
	assert.NotContains(t, policy[1], "'self'")
	assert.NotContains(t, policy[1], "unsafe-inline")
	assert.NotContains(t, policy[1], "connect-src")
	assert.Contains(t, policy[1], "default-src 'none'")
	assert.Empty(t, regexp.MustCompile(`(?:src|href)="[^"#][^"]*\.(?:js|css)"`).FindAllString(text, -1))
	again, err := File(engine)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(page, again))
}

func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, _ := strings.Cut(text, from)
	inside, _, is := strings.Cut(rest, to)
	require.True(t, is)
	return inside
}

func TestFileRefusesWhatEndsAScript(t *testing.T) {
	_, err := File(Engine{Program: engine.Program, Runtime: []byte(`"</SCRIPT>"`)})
	assert.ErrorContains(t, err, "the worker of the page cannot stand in HTML")
}

func TestBundle(t *testing.T) {
	for _, c := range []struct {
		name   string
		folder map[string]string
		want   string
		err    string
	}{
		{"one", map[string]string{"main.js": "go();"}, "const $main = (() => {\ngo();\nreturn {};\n})();\n", ""},
		{"imported first, once", map[string]string{
			"main.js": "import {a} from './a-b.js';\nimport {c} from './c.js';\na(c);",
			"c.js":    "import {a} from './a-b.js';\nexport const c = a;",
			"a-b.js":  "export async function a() {}",
		}, "const $a_b = (() => {\nasync function a() {}\nreturn {a};\n})();\n" +
			"const $c = (() => {\nconst {a} = $a_b;\nconst c = a;\nreturn {c};\n})();\n" +
			"const $main = (() => {\nconst {a} = $a_b;\nconst {c} = $c;\na(c);\nreturn {};\n})();\n", ""},
		{"missing", map[string]string{"main.js": "import {a} from './a.js';"}, "", "no module a.js"},
		{"circle", map[string]string{"main.js": "import {a} from './a.js';", "a.js": "import {b} from './main.js';"}, "", "main.js imports itself by way of others"},
		{"other form", map[string]string{"main.js": "export default 1;"}, "", "main.js: no form that is known: export default 1;"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := map[string][]byte{}
			for name, text := range c.folder {
				folder[name] = []byte(text)
			}
			got, err := bundle(folder, "main.js")
			if c.err != "" {
				assert.EqualError(t, err, c.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, string(got))
		})
	}
}
