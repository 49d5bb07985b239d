package request

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestListsAreWhole: a value that stands nowhere but in its constant can neither be asked for nor is it explained. Where one function of a
// package lists the constants of a type, it lists all that are exported.
func TestListsAreWhole(t *testing.T) {
	whole := 0
	for dir, files := range packages(t, "../../arch", "../../cost", "../../report", ".") {
		constants := constantsOf(files)
		lists := map[string]map[string]map[string]bool{} // by type and function, what is in them
		for _, f := range files {
			for _, d := range f.Decls {
				fn, items := listOf(d)
				for _, item := range items {
					typ := constants[item]
					if typ == "" {
						continue
					}
					if lists[typ] == nil {
						lists[typ] = map[string]map[string]bool{}
					}
					if lists[typ][fn] == nil {
						lists[typ][fn] = map[string]bool{}
					}
					lists[typ][fn][item] = true
				}
			}
		}
		for name, typ := range constants {
			if len(lists[typ]) != 1 || !ast.IsExported(name) {
				continue // several lists are choices of some
			}
			for fn, items := range lists[typ] {
				assert.True(t, items[name], "%s: %s lists the values of %s, and %s is not among them", dir, fn, typ, name)
				whole++
			}
		}
	}
	assert.Greater(t, whole, 60, "lists are found")
}

// packages are the files of all packages in some folders, without tests.
func packages(t *testing.T, folders ...string) map[string][]*ast.File {
	t.Helper()
	all := map[string][]*ast.File{}
	for _, folder := range folders {
		require.NoError(t, filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			all[filepath.Dir(path)] = append(all[filepath.Dir(path)], file)
			return err
		}))
	}
	return all
}

// constantsOf are the constants of a package that say their type, or follow one that does, with it.
func constantsOf(files []*ast.File) map[string]string {
	out := map[string]string{}
	for _, f := range files {
		for _, d := range f.Decls {
			group, is := d.(*ast.GenDecl)
			if !is || group.Tok != token.CONST {
				continue
			}
			typ := ""
			for _, s := range group.Specs {
				spec := s.(*ast.ValueSpec)
				if id, is := spec.Type.(*ast.Ident); is {
					typ = id.Name
				} else if len(spec.Values) > 0 {
					typ = ""
				}
				for _, name := range spec.Names {
					out[name.Name] = typ
				}
			}
		}
	}
	return out
}

// listOf are the names in the literal that a function without parameters returns as a list, or the first ones of its structs.
func listOf(d ast.Decl) (fn string, items []string) {
	f, is := d.(*ast.FuncDecl)
	if !is || f.Recv != nil || f.Type.Params.NumFields() > 0 || f.Type.Results.NumFields() != 1 || len(f.Body.List) != 1 {
		return "", nil
	}
	back, is := f.Body.List[0].(*ast.ReturnStmt)
	if !is {
		return "", nil
	}
	list, is := back.Results[0].(*ast.CompositeLit)
	if !is {
		return "", nil
	}
	if _, is := list.Type.(*ast.ArrayType); !is {
		return "", nil
	}
	for _, e := range list.Elts {
		if one, is := e.(*ast.CompositeLit); is && len(one.Elts) > 0 {
			e = one.Elts[0]
		}
		if id, is := e.(*ast.Ident); is {
			items = append(items, id.Name)
		}
	}
	return f.Name.Name, items
}
