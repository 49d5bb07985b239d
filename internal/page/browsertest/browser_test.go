package browsertest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

const (
	patience = 120 * time.Second // for one test: the machine may be busy
	program  = "skipcost"
)

// What all tests share: the program, the page in both forms, and the browser. Left empty where there is none.
var (
	skipcost string // path of the program
	served   string // address of the served page
	single   string // address of the page of one file
	browser  context.Context
)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if findBrowser() == "" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "skipcost-page")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	stop, err := prepare(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer stop()
	end, err := startBrowser()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer end()
	return m.Run()
}

// startBrowser starts the browser that all tests share.
func startBrowser() (end func(), err error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(findBrowser()), chromedp.WindowSize(int(wide.width), int(wide.height)),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true))
	if runtime.GOOS == "linux" && os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
	var stop context.CancelFunc
	browser, stop = chromedp.NewContext(allocator)
	end = func() { stop(); free() }
	if err := chromedp.Run(browser); err != nil {
		end()
		return nil, fmt.Errorf("%s: %w", findBrowser(), err)
	}
	return end, nil
}

// prepare builds the program, writes the page of one file and serves the other form.
func prepare(dir string) (stop func(), err error) {
	skipcost = filepath.Join(dir, program)
	if out, err := inClone("go", "build", "-o", skipcost, ".").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	file := filepath.Join(dir, "page.html")
	if out, err := inClone(skipcost, "page", "-o", file).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("skipcost page: %w\n%s", err, out)
	}
	single = "file://" + filepath.ToSlash(file)
	server := inClone(skipcost, "serve", "--port", "0")
	said, err := server.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var complaints bytes.Buffer
	server.Stderr = &complaints
	if err := server.Start(); err != nil {
		return nil, err
	}
	stop = func() {
		_ = server.Process.Kill() // it runs until it is ended
		_ = server.Wait()
	}
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`)
	for lines := bufio.NewScanner(said); lines.Scan(); {
		if served = address.FindString(lines.Text()); served != "" {
			return stop, nil
		}
	}
	stop()
	return nil, fmt.Errorf("skipcost serve says no address: %s", complaints.String())
}

// inClone is a command that runs where the program's source is.
func inClone(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = filepath.Join("..", "..", "..")
	return cmd
}

// findBrowser is the path of a Chromium; empty for none.
func findBrowser() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// tab is a page of the browser, and what was heard of it.
type tab struct {
	context.Context
	t *testing.T

	mu       sync.Mutex
	loaded   []string // addresses that were asked for
	problems []string // exceptions, and errors on the console
}

// look is how a page is looked at.
type look struct {
	width, height int64
	dark          bool
}

var wide = look{width: 1280, height: 800}

// open opens an address in a new tab.
func open(t *testing.T, address string, before ...chromedp.Action) *tab {
	t.Helper()
	if browser == nil {
		t.Skip("no Chromium is installed")
	}
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, patience)
	t.Cleanup(cancel)
	p := &tab{Context: ctx, t: t}
	chromedp.ListenTarget(ctx, p.hear)
	p.do(network.Enable())
	p.do(before...)
	p.do(chromedp.Navigate(address))
	return p
}

func (p *tab) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.loaded = append(p.loaded, e.Request.URL)
	case *cdpruntime.EventExceptionThrown:
		p.problems = append(p.problems, e.ExceptionDetails.Error())
	case *cdpruntime.EventConsoleAPICalled:
		if e.Type == cdpruntime.APITypeError {
			p.problems = append(p.problems, fmt.Sprint(e.Args))
		}
	}
}

// heard is what was asked for, and what went wrong, up to now.
func (p *tab) heard() (loaded, problems []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.loaded...), append([]string(nil), p.problems...)
}

func (p *tab) do(actions ...chromedp.Action) {
	p.t.Helper()
	if err := chromedp.Run(p, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// value evaluates a script, which may be a promise.
func value[T any](p *tab, script string) T {
	p.t.Helper()
	var got T
	awaiting := func(params *cdpruntime.EvaluateParams) *cdpruntime.EvaluateParams {
		return params.WithAwaitPromise(true)
	}
	if err := chromedp.Run(p, chromedp.Evaluate(script, &got, awaiting)); err != nil {
		p.t.Fatalf("%s: %v", script, err)
	}
	return got
}

// until waits for a script to be true.
func (p *tab) until(script string) {
	p.t.Helper()
	for {
		if value[bool](p, "Boolean("+script+")") {
			return
		}
		select {
		case <-p.Done():
			_, problems := p.heard()
			p.t.Fatalf("never true: %s\nproblems: %v\npage: %.2000s", script, problems, "(gone)")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// text waits for a text to be somewhere in the page.
func (p *tab) text(text string) {
	p.t.Helper()
	p.until(fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

// commandLine runs the program in a folder.
func commandLine(t *testing.T, dir string, args ...string) (stdout, stderr string) {
	t.Helper()
	cmd := exec.Command(skipcost, args...)
	cmd.Dir = dir
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), complaints.String()
}

// each runs a test with both forms of the page.
func each(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("served", func(t *testing.T) { test(t, served) })
	t.Run("one file", func(t *testing.T) { test(t, single) })
}

// quoted is a text in a script.
func quoted(text string) string {
	return fmt.Sprintf("%+q", strings.ToValidUTF8(text, "?"))
}
