package command

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/urfave/cli/v2"
)

func (s *streams) serveCommand() *cli.Command {
	return &cli.Command{
		Name:      "serve",
		Usage:     "the explorer in a browser, from this machine alone",
		UsageText: "skipcost serve [--port N] [--open]",
		Description: "Prints the address of the page and serves it until it is interrupted. Only this machine reaches it.\n" +
			builtNote +
			"Examples:\n  skipcost serve --open\n  skipcost serve --port 8080",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "port", Usage: "listen on this `PORT`, 0 for any that is free; by default 4545, or else any"},
			&cli.BoolFlag{Name: "open", Usage: "open the page in a browser", DisableDefaultText: true},
		},
		Action: s.serve,
	}
}

func (s *streams) serve(c *cli.Context) error {
	if c.NArg() > 0 {
		return usagef("the page has the networks that are shipped, and takes files", "serve takes no names, and %q is one", c.Args().First())
	}
	port := c.String("port")
	if c.IsSet("port") {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
			return usagef("", "--port is a number from 0 to 65535, not %q", port)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	page, err := s.built(ctx)
	if err != nil {
		return err
	}
	server := page.Serve(ctx, port, c.Bool("open"))
	server.Stdout, server.Stderr = s.out, s.err
	if _, err := server.StdinPipe(); err != nil { // it ends with this program, and the server with it
		return err
	}
	err = server.Run()
	var ended *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil
	case errors.As(err, &ended):
		return errTold
	}
	return err
}
