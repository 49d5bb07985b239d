// Server serves the explorer page on the loopback of this machine, and nothing else. It is a program of its own, which skipcost
// serve builds and runs, because linking net/http would make every start of skipcost more than a millisecond slower.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/skipcost/skipcost/internal/page/build"
	"github.com/skipcost/skipcost/internal/page/site"
)

func main() {
	page := flag.String("page", "", "the folder of the engine")
	port := flag.String("port", "", "the port to listen on, 0 for any; the usual one or else any where it is empty")
	open := flag.Bool("open", false, "open the page in a browser")
	flag.Parse()
	if err := serve(*page, *port, *open); err != nil {
		fmt.Fprintln(os.Stderr, "skipcost: "+err.Error())
		os.Exit(1)
	}
}

// usualPort is tried first, so that addresses which hold the state of the page open it again.
const usualPort = "4545"

// serve serves until it is interrupted, or until standard input ends, as it does when the program that began it ends.
func serve(folder, port string, open bool) error {
	engine, err := build.ReadEngine(folder)
	if err != nil {
		return err
	}
	files, err := site.Folder(engine)
	if err != nil {
		return err
	}
	listener, err := listen(port)
	if err != nil {
		return err
	}
	address := "http://" + listener.Addr().String() + "/"
	fmt.Println(address)
	if open {
		if err := show(address); err != nil {
			fmt.Fprintf(os.Stderr, "skipcost: no browser could be opened: %v\n  hint: open %s yourself\n", err, address)
		}
	}
	server := &http.Server{
		Handler:           newHandler(files, listener.Addr().(*net.TCPAddr).Port),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() {
		io.Copy(io.Discard, os.Stdin) // only the end of the input matters
		stop()
	}()
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = server.Close()
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// listen takes a port of the loopback.
func listen(port string) (net.Listener, error) {
	usual := port == ""
	if usual {
		port = usualPort
	}
	l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", port))
	if usual && errors.Is(err, syscall.EADDRINUSE) {
		return net.Listen("tcp4", "127.0.0.1:0")
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %s is in use\n  hint: --port 0 takes any that is free", port)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("port %s is not to be had without further rights\n  hint: --port 0 takes any that is free", port)
	}
	return l, err
}

// show opens an address in the browser of whoever uses this machine.
func show(address string) error {
	words := map[string][]string{
		"darwin":  {"open"},
		"windows": {"rundll32", "url.dll,FileProtocolHandler"},
	}[runtime.GOOS]
	if words == nil {
		words = []string{"xdg-open"}
	}
	return exec.Command(words[0], append(words[1:], address)...).Run()
}

// hosts are the host names that requests may be addressed to, so that a foreign name that resolves to this machine (DNS
// rebinding) is refused.
func hosts(port int) []string {
	n := strconv.Itoa(port)
	return []string{"127.0.0.1:" + n, "localhost:" + n}
}
