package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sort"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"github.com/skipcost/skipcost/internal/page/build"
	"github.com/skipcost/skipcost/internal/page/site"
	"github.com/skipcost/skipcost/internal/request"
	"github.com/skipcost/skipcost/report/render"
)

// builtNote is a paragraph in the help of the commands that need the built page.
const builtNote = "It is built by the Go toolchain the first time, and kept.\n\n"

func (s *streams) pageCommand() *cli.Command {
	return &cli.Command{
		Name:      "page",
		Usage:     "the explorer as files: a folder for any static host, or one file that opens by a double click",
		UsageText: "skipcost page [--force] -o FOLDER\nskipcost page [--force] -o FILE.html",
		Description: "The page has the whole of skipcost in it, sends nothing anywhere and needs no server that computes.\n" +
			builtNote +
			"Examples:\n  skipcost page -o skipcost.html\n  skipcost page -o public/",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: outputFlag, Aliases: []string{"o"}, Usage: "write to this `FOLDER`, or to one file if its name ends in .html"},
			&cli.BoolFlag{Name: "force", Usage: "write over what is there", DisableDefaultText: true},
		},
		Action: s.page,
	}
}

func (s *streams) page(c *cli.Context) error {
	output := c.String(outputFlag)
	switch {
	case c.NArg() > 0:
		return usagef("-o says where it goes", "page takes no names, and %q is one", c.Args().First())
	case output == "":
		return usagef("as in skipcost page -o skipcost.html", "page needs -o")
	case !c.Bool("force") && isThere(output):
		return usagef("--force writes over it", "%s is there already", output)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	engine, err := s.engine(ctx)
	if err != nil {
		return err
	}
	if ext := strings.ToLower(filepath.Ext(output)); ext == ".html" || ext == ".htm" {
		text, err := site.File(engine)
		if err != nil {
			return err
		}
		return putFile(output, text)
	}
	files, err := site.Folder(engine)
	if err != nil {
		return err
	}
	return putFolder(output, files)
}

// engine is the engine of the page, built if need be.
func (s *streams) engine(ctx context.Context) (site.Engine, error) {
	built, err := s.built(ctx)
	if err != nil {
		return site.Engine{}, err
	}
	return built.Engine()
}

func (s *streams) built(ctx context.Context) (*build.Page, error) {
	return build.Of(ctx, request.Version(), func(text string) { fmt.Fprintln(s.err, "skipcost: "+text) })
}

// isThere reports whether a path exists and is no empty folder.
func isThere(path string) bool {
	if entries, err := os.ReadDir(path); err == nil {
		return len(entries) > 0
	}
	_, err := os.Lstat(path)
	return err == nil
}

func putFile(path string, text []byte) error {
	return request.PlainPathError(render.ToFile(path, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}))
}

// putFolder writes files into a folder, the page itself last, so that it exists only once everything it needs does.
func putFolder(folder string, files map[string][]byte) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return request.PlainPathError(err)
	}
	var names []string
	for name := range files {
		names = append(names, name)
	}
	last := func(name string) bool { return name == "index.html" }
	sort.Slice(names, func(i, j int) bool {
		if last(names[i]) != last(names[j]) {
			return last(names[j])
		}
		return names[i] < names[j]
	})
	for _, name := range names {
		if err := putFile(filepath.Join(folder, name), files[name]); err != nil {
			return err
		}
	}
	return nil
}
