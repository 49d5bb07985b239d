// Package build builds the engine of the page, which is this program as WebAssembly, and the server of the page. They are built
// from the source on first use, by the Go toolchain that built the program itself, and kept in the user's cache under a hash of
// the source until that changes.
package build

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/skipcost/skipcost/internal/page/site"
)

// The files of an entry of the cache.
const (
	engineFile  = "engine.wasm.gz"
	runtimeFile = "wasm_exec.js"
	serverFile  = "server.exe" // Windows runs no other name, and other systems any
)

// Page is a built page in the cache.
type Page struct{ folder string }

// Of finds the page of this program in the cache, or else says through tell that it builds it, and does. The version is that of
// the program.
func Of(ctx context.Context, version string, tell func(string)) (*Page, error) {
	source, err := sourceFolder(ctx)
	if err != nil {
		return nil, err
	}
	key, err := hash(source, version)
	if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("the page is kept in a cache of the user: %w", err)
	}
	cache = filepath.Join(cache, "skipcost")
	p := &Page{folder: filepath.Join(cache, "page-"+key)}
	if _, err := os.Stat(p.folder); err == nil {
		return p, nil
	}
	if err := os.MkdirAll(cache, 0o777); err != nil {
		return nil, err
	}
	tell("building the page, which takes up to a minute the first time")
	return p, p.build(ctx, source, version)
}

// build makes all files in a temporary folder beside that of the page, which is renamed when it is complete.
func (p *Page) build(ctx context.Context, source, version string) error {
	scratch, err := os.MkdirTemp(filepath.Dir(p.folder), "building-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	program := filepath.Join(scratch, "engine.wasm")
	if err := compile(ctx, source, program, version, "./internal/page/engine", "GOOS=js", "GOARCH=wasm"); err != nil {
		return err
	}
	if err := pack(program, filepath.Join(scratch, engineFile)); err != nil {
		return err
	}
	root, err := run(ctx, source, nil, "env", "GOROOT")
	if err != nil {
		return err
	}
	script, err := os.ReadFile(filepath.Join(strings.TrimSpace(root), "lib", "wasm", runtimeFile))
	if err != nil {
		return fmt.Errorf("the Go toolchain lacks what WebAssembly needs: %w", err)
	}
	if err := os.WriteFile(filepath.Join(scratch, runtimeFile), script, 0o666); err != nil {
		return err
	}
	if err := compile(ctx, source, filepath.Join(scratch, serverFile), version, "./internal/page/server"); err != nil {
		return err
	}
	if err := os.Rename(scratch, p.folder); err != nil {
		if _, there := os.Stat(p.folder); there != nil { // no other run has built it meanwhile
			return err
		}
	}
	return sweep(filepath.Dir(p.folder))
}

// compile builds a program, the same to the byte wherever the source lies.
func compile(ctx context.Context, source, into, version, program string, environment ...string) error {
	stamp := fmt.Sprintf("-s -w -buildid= -X 'github.com/skipcost/skipcost/internal/request.stamp=%s'", strings.ReplaceAll(version, "'", ""))
	environment = append(environment, "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOEXPERIMENT=")
	_, err := run(ctx, source, environment, "build", "-trimpath", "-buildvcs=false", "-ldflags", stamp, "-o", into, program)
	return err
}

// pack replaces a file by a gzipped one.
func pack(from, into string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(text); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return errors.Join(os.WriteFile(into, b.Bytes(), 0o666), os.Remove(from))
}

// errNoGo is the error where there is no Go toolchain.
var errNoGo = errors.New("the page is built by the Go toolchain, and there is no go in PATH; https://go.dev/dl has it")

// run runs the Go toolchain in a folder and returns what it prints.
func run(ctx context.Context, folder string, environment []string, args ...string) (string, error) {
	path, err := exec.LookPath("go")
	if err != nil {
		return "", errNoGo
	}
	c := exec.CommandContext(ctx, path, args...)
	c.Dir, c.Env = folder, append(os.Environ(), environment...)
	var out, complaints bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaints
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, strings.TrimSpace(complaints.String()))
	}
	return out.String(), nil
}

// Engine is the engine that was built.
func (p *Page) Engine() (site.Engine, error) { return ReadEngine(p.folder) }

// ReadEngine reads the engine of a folder of the cache.
func ReadEngine(folder string) (site.Engine, error) {
	program, err := os.ReadFile(filepath.Join(folder, engineFile))
	if err != nil {
		return site.Engine{}, err
	}
	script, err := os.ReadFile(filepath.Join(folder, runtimeFile))
	return site.Engine{Program: program, Runtime: script}, err
}

// Serve is the command that serves the page until its standard input ends, on a port of the loopback; see package server.
func (p *Page) Serve(ctx context.Context, port string, open bool) *exec.Cmd {
	args := []string{"-page", p.folder, "-port", port}
	if open {
		args = append(args, "-open")
	}
	c := exec.CommandContext(ctx, filepath.Join(p.folder, serverFile), args...)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 5 * time.Second
	return c
}
