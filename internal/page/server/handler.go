package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/skipcost/skipcost/internal/page/site"
)

// handler serves files that it holds, by their names alone, so that no path leads anywhere else.
type handler struct {
	files map[string]file
	hosts []string
}

type file struct {
	text []byte
	kind string
	tag  string // changes with the text
}

func newHandler(files map[string][]byte, port int) *handler {
	h := &handler{files: map[string]file{}, hosts: hosts(port)}
	for name, text := range files {
		sum := sha256.Sum256(text)
		h.files["/"+name] = file{text: text, kind: kind(name), tag: `"` + hex.EncodeToString(sum[:8]) + `"`}
	}
	h.files["/"] = h.files["/index.html"]
	return h
}

// kind is the media type of a file by the ending of its name; gzipped files are unpacked by the page itself.
func kind(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	}
	return "application/octet-stream"
}

// ServeHTTP serves a file if the request is addressed to this machine.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, is := h.files[r.URL.Path]
	head := w.Header()
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", site.FolderPolicy+"; frame-ancestors 'none'")
	switch {
	case !slices.Contains(h.hosts, strings.ToLower(r.Host)):
		http.Error(w, "this page is served under "+strings.Join(h.hosts, " and ")+" only", http.StatusForbidden)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		head.Set("Allow", "GET, HEAD")
		http.Error(w, "files are read here, and nothing else", http.StatusMethodNotAllowed)
		return
	case !is:
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	head.Set("Content-Type", f.kind)
	head.Set("ETag", f.tag)
	head.Set("Cache-Control", "no-cache")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.text))
}
