// Package site is the explorer page: what a browser is given, as a folder for any static host or as one file that opens by a double
// click. The page is plain HTML, CSS and ES modules, without a build step; its engine is this program as WebAssembly, which runs in a
// worker (files/worker.js) and answers the requests of package request as the command line does.
//
// Nothing that is typed or dropped leaves the machine: the Content-Security-Policy lets the page load its own files, and the page of
// one file nothing at all. Texts of others become text nodes, never markup, and pictures of the engine are copied by a list of what
// is known to draw (files/markup.js).
package site

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed files
var files embed.FS

// The names of the files that a folder has beside those of the page; ask.js reads them.
const (
	programName = "engine.wasm.gz"
	runtimeName = "wasm_exec.js"
)

// FolderPolicy is the Content-Security-Policy of the page of several files.
const FolderPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; " + alwaysPolicy

// alwaysPolicy is the part of the policy that both forms share. The worker is made from a text in the page, so that the policy
// holds for it too; the image is the empty icon.
const alwaysPolicy = "worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'"

// The places in index.html where the forms of the page differ.
const (
	noPolicy   = `content="default-src 'none'"`
	styleLink  = `<link rel="stylesheet" href="style.css">`
	scriptLink = `<script type="module" src="main.js"></script>`
	bodyEnd    = "</body>"
)

// Engine is the compiled program that answers requests in the page.
type Engine struct {
	Program []byte // WebAssembly, packed by gzip
	Runtime []byte // wasm_exec.js of the Go toolchain that built it
}

// Folder returns the files of the page by their names, index.html among them.
func Folder(engine Engine) (map[string][]byte, error) {
	folder := map[string][]byte{programName: engine.Program, runtimeName: engine.Runtime}
	entries, err := fs.ReadDir(files, "files")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if folder[e.Name()], err = files.ReadFile(path.Join("files", e.Name())); err != nil {
			return nil, err
		}
	}
	folder["index.html"], err = replaced(folder["index.html"], noPolicy, policyAttribute(FolderPolicy))
	return folder, err
}

// File returns the page as one file, with all that it needs in it.
func File(engine Engine) ([]byte, error) {
	folder, err := Folder(engine)
	if err != nil {
		return nil, err
	}
	script, err := bundle(folder, "main.js")
	if err != nil {
		return nil, err
	}
	worker := bytes.Join([][]byte{engine.Runtime, folder["worker.js"]}, []byte("\n"))
	for name, text := range map[string][]byte{"the script": script, "the worker": worker, "the style": folder["style.css"]} {
		if at := strings.ToLower(string(text)); strings.Contains(at, "</s") || strings.Contains(at, "<!--") {
			return nil, fmt.Errorf("%s of the page cannot stand in HTML: it has what ends a script or begins a comment", name)
		}
	}
	policy := fmt.Sprintf("default-src 'none'; script-src %s 'wasm-unsafe-eval'; style-src %s; %s",
		hash(script), hash(folder["style.css"]), alwaysPolicy)
	var end bytes.Buffer
	fmt.Fprintf(&end, "<script type=\"text/plain\" id=\"engine-worker\">%s</script>\n", worker)
	fmt.Fprintf(&end, "<script type=\"text/plain\" id=\"engine-program\">%s</script>\n", base64.StdEncoding.EncodeToString(engine.Program))
	fmt.Fprintf(&end, "<script type=\"module\">%s</script>\n%s", script, bodyEnd)
	return replaced(folder["index.html"],
		policyAttribute(FolderPolicy), policyAttribute(policy),
		styleLink, "<style>"+string(folder["style.css"])+"</style>",
		scriptLink+"\n", "",
		bodyEnd, end.String())
}

func policyAttribute(policy string) string { return `content="` + policy + `"` }

// hash names an inline script or style in a policy.
func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// replaced replaces texts, given in pairs of old and new, each of which must stand in the page exactly once.
func replaced(page []byte, pairs ...string) ([]byte, error) {
	text := string(page)
	for k := 0; k < len(pairs); k += 2 {
		if n := strings.Count(text, pairs[k]); n != 1 {
			return nil, fmt.Errorf("index.html has %q %d times", pairs[k], n)
		}
		text = strings.Replace(text, pairs[k], pairs[k+1], 1)
	}
	return []byte(text), nil
}
