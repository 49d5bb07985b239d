package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/skipcost/skipcost/internal/page/site"
)

// started serves two files on a port of its own.
func started(t *testing.T) (address string) {
	t.Helper()
	l, err := listen("0")
	require.NoError(t, err)
	server := &http.Server{Handler: newHandler(map[string][]byte{"index.html": []byte("<p>page"), "main.js": []byte("let x;"), "engine.wasm.gz": []byte("\x1f\x8b")}, l.Addr().(*net.TCPAddr).Port)}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return l.Addr().String()
}

// asked is the response to a request of raw path and host.
func asked(t *testing.T, method, address, path, host string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, "http://"+address+path, nil)
	require.NoError(t, err)
	if host != "" {
		r.Host = host
	}
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(text)
}

func TestFilesAreServed(t *testing.T) {
	address := started(t)
	assert.True(t, strings.HasPrefix(address, "127.0.0.1:"), address)
	for path, want := range map[string]struct{ kind, text string }{
		"/":               {"text/html; charset=utf-8", "<p>page"},
		"/index.html":     {"text/html; charset=utf-8", "<p>page"},
		"/main.js":        {"text/javascript; charset=utf-8", "let x;"},
		"/main.js?a=b":    {"text/javascript; charset=utf-8", "let x;"},
		"/engine.wasm.gz": {"application/octet-stream", "\x1f\x8b"},
	} {
		response, text := asked(t, "GET", address, path, "")
		assert.Equal(t, http.StatusOK, response.StatusCode, path)
		assert.Equal(t, want.text, text)
		assert.Equal(t, want.kind, response.Header.Get("Content-Type"))
		assert.Empty(t, response.Header.Get("Content-Encoding"))
	}
}

func TestNothingElseIsServed(t *testing.T) {
	address := started(t)
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	for _, c := range []struct {
		method, path, host string
		want               int
	}{
		{"GET", "/", "localhost:" + port, http.StatusOK},
		{"GET", "/", "LOCALHOST:" + port, http.StatusOK},
		{"HEAD", "/", "", http.StatusOK},
		{"GET", "/", "localhost", http.StatusForbidden},
		{"GET", "/", "example.com:" + port, http.StatusForbidden}, // a name that was made to lead to this machine
		{"GET", "/main.js", "example.com", http.StatusForbidden},
		{"POST", "/", "", http.StatusMethodNotAllowed},
		{"OPTIONS", "/main.js", "", http.StatusMethodNotAllowed},
		{"GET", "/other.js", "", http.StatusNotFound},
		{"GET", "/../main.js", "", http.StatusNotFound},
		{"GET", "/..%2f..%2fetc%2fpasswd", "", http.StatusNotFound},
		{"GET", "//etc/passwd", "", http.StatusNotFound},
		{"GET", "/main.js/", "", http.StatusNotFound},
	} {
		response, _ := asked(t, c.method, address, c.path, c.host)
		assert.Equal(t, c.want, response.StatusCode, "%v", c)
		assert.Contains(t, response.Header.Get("Content-Security-Policy"), site.FolderPolicy)
		assert.Empty(t, response.Header.Get("Access-Control-Allow-Origin"))
	}
}

func TestOnlyWhatChangedIsServedAgain(t *testing.T) {
	h := newHandler(map[string][]byte{"main.js": []byte("let x;")}, 80)
	first := httptest.NewRecorder()
	h.ServeHTTP(first, httptest.NewRequest("GET", "http://127.0.0.1:80/main.js", nil))
	again := httptest.NewRequest("GET", "http://127.0.0.1:80/main.js", nil)
	again.Header.Set("If-None-Match", first.Header().Get("ETag"))
	second := httptest.NewRecorder()
	h.ServeHTTP(second, again)
	assert.Equal(t, http.StatusNotModified, second.Code)
}

func TestPortInUse(t *testing.T) {
	l, err := listen("0")
	require.NoError(t, err)
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	_, err = listen(port)
	assert.EqualError(t, err, "port "+port+" is in use\n  hint: --port 0 takes any that is free")
}
