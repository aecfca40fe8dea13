package main

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows lists for every package what it may import of ours. Arrows go down only: ui and providers know model, cmd knows all, and ui
// and providers never know each other. The simulator knows nothing of the analysis: it must not mark its own homework. What is
// not listed here is not allowed.
var arrows = map[string][]string{
	"cmd/gatehouse":               {"cmd/cli"},
	"cmd/cli":                     {"cmd/print", "cmd/wire", "model", "model/change", "model/check", "model/filter", "model/inventory", "model/trigger", "providers/credential", "providers/simulator", "ui"},
	"cmd/print":                   {"model", "model/change", "model/check"},
	"cmd/wire":                    {"model", "model/change", "model/inventory", "providers/circleci", "providers/credential", "providers/github", "providers/simulator", "providers/store", "providers/transport", "ui", "ui/screen"},
	"ui":                          {"model", "model/change", "model/filter", "model/inventory", "model/check", "ui/background", "ui/screen", "ui/theme", "ui/widget"},
	"ui/background":               {},
	"ui/screen":                   {"model", "model/change", "model/check", "model/filter", "model/inventory", "model/trigger", "ui/theme", "ui/widget"},
	"ui/widget":                   {"ui/theme"},
	"ui/theme":                    {},
	"providers/transport":         {"model"},
	"providers/credential":        {"model"},
	"providers/github":            {"model", "model/change", "model/inventory", "model/sshkey", "providers/rest", "providers/transport"},
	"providers/store":             {"model", "model/change"},
	"providers/circleci":          {"model", "model/change", "model/sshkey", "providers/rest", "providers/transport"},
	"providers/rest":              {"model", "model/change", "providers/transport"},
	"providers/simulator":         {"model", "providers/simulator/circled", "providers/simulator/githubd", "providers/simulator/wire", "providers/simulator/world"},
	"providers/simulator/githubd": {"model", "providers/simulator/graphql", "providers/simulator/wire", "providers/simulator/world"},
	"providers/simulator/circled": {"model/sshkey", "providers/simulator/wire", "providers/simulator/world"},
	"providers/simulator/graphql": {},
	"providers/simulator/simtest": {"providers/simulator"},
	"providers/simulator/wire":    {"model"},
	"providers/simulator/world":   {"model", "model/sshkey"},
	"model":                       {},
	"model/check":                 {"model"},
	"model/change":                {"model"},
	"model/filter":                {"model", "model/check"},
	"model/hostile":               {},
	"model/inventory":             {"model"},
	"model/sshkey":                {"model"},
	"model/trigger":               {"model"},
}

// testArrows are what only tests may import besides.
var testArrows = []string{"model/hostile", "providers/simulator", "providers/simulator/simtest"}

// forbidden names imports that a part of the house must do without, tests excepted.
var forbidden = map[string][]string{
	"model":     {"net/http", "os", "os/exec"},
	"ui":        {"net/http", "os/exec", "github.com/google/go-github"},
	"providers": {"github.com/charmbracelet", "golang.org/x/oauth2"},
}

// spawners may start goroutines; package ui only through its guarded helper, in run.go.
var spawners = []string{"cmd/", "ui/run.go", "model/inventory/ci.go", "model/inventory/engine.go", "providers/credential/credential.go", "providers/simulator/"}

const (
	longestFile     = 500
	longestFunction = 70
)

// source is one parsed file.
type source struct {
	path string // from the module's root
	pkg  string
	test bool
	set  *token.FileSet
	file *ast.File
	text []byte
}

func sources(t *testing.T) []source {
	t.Helper()
	root := os.DirFS("../..")
	var out []source
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "bin"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		text, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, text, parser.ParseComments)
		if err != nil {
			return err
		}
		out = append(out, source{path, filepath.ToSlash(filepath.Dir(path)), strings.HasSuffix(path, "_test.go"), set, f, text})
		return nil
	})
	if err != nil || len(out) < 50 {
		t.Fatalf("%d files, %v", len(out), err)
	}
	return out
}

func TestArrows(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		allowed, listed := arrows[s.pkg]
		if !listed {
			t.Errorf("%s: package %s is not in the table of arrows", s.path, s.pkg)
			continue
		}
		for _, spec := range s.file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			ours, is := strings.CutPrefix(path, "gatehouse/")
			switch {
			case is && (ours == s.pkg || slices.Contains(allowed, ours)):
			case is && s.test && (slices.Contains(testArrows, ours) || strings.HasPrefix(s.pkg, "cmd/")):
			case is && s.test && strings.HasPrefix(s.pkg, "providers/") && (strings.HasPrefix(ours, "providers/") || strings.HasPrefix(ours, "model")) && !analysis(s.pkg, ours):
			case is && s.test && strings.HasPrefix(s.pkg, "model/") && strings.HasPrefix(ours, "model"):
			case is:
				t.Errorf("%s imports %s", s.path, path)
			case !s.test && barred(s.pkg, path):
				t.Errorf("%s imports %s, which its part of the house must do without", s.path, path)
			}
		}
	}
}

// analysis: not even the simulator's tests may ask the analysis what is right.
func analysis(pkg, ours string) bool {
	return strings.HasPrefix(pkg, "providers/simulator") && (strings.HasPrefix(ours, "model/check") || strings.HasPrefix(ours, "model/inventory"))
}

func barred(pkg, path string) bool {
	for part, list := range forbidden {
		if pkg != part && !strings.HasPrefix(pkg, part+"/") {
			continue
		}
		for _, f := range list {
			if path == f || strings.HasPrefix(path, f+"/") {
				return true
			}
		}
	}
	return false
}

// TestHouseSizes: a file or function that outgrows its bound is the design asking for something. Tests and tables of data are free.
func TestHouseSizes(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		if n := strings.Count(string(s.text), "\n"); n > longestFile && !strings.Contains(string(s.text), "// A table of data.") {
			t.Errorf("%s has %d lines, the bound is %d", s.path, n, longestFile)
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				if n := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1; n > longestFunction {
					t.Errorf("%s: %s has %d lines, the bound is %d", s.path, f.Name.Name, n, longestFunction)
				}
			}
		}
	}
}

// TestHouseGoroutines: a panic in a goroutine nobody guards leaves the terminal raw.
func TestHouseGoroutines(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || slices.ContainsFunc(spawners, func(p string) bool { return strings.HasPrefix(s.path, p) }) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if g, ok := n.(*ast.GoStmt); ok {
				t.Errorf("%s:%d starts a goroutine by itself", s.path, s.set.Position(g.Pos()).Line)
			}
			return true
		})
	}
}

// TestHouseWords: names of the demo world stay in the simulator and in tests, nobody exports a type called Model, and no path of
// anybody's machine is left behind.
func TestHouseWords(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		demo := !s.test && !strings.HasPrefix(s.pkg, "providers/simulator") && s.pkg != "model/hostile"
		lines := bufio.NewScanner(strings.NewReader(string(s.text)))
		lines.Buffer(nil, 1<<20)
		for n := 1; lines.Scan(); n++ {
			line := lines.Text()
			for _, word := range []string{"umbrella/", "acme-ci", "\"dana\"", "\"sam\"", "acme/shop"} {
				if demo && strings.Contains(line, word) {
					t.Errorf("%s:%d holds a name of the demo world: %s", s.path, n, word)
				}
			}
			for _, word := range []string{"/root" + "/", "/work" + "/"} {
				if strings.Contains(line, word) {
					t.Errorf("%s:%d holds a path of a machine", s.path, n)
				}
			}
		}
		for name := range s.file.Scope.Objects {
			if name == "Model" {
				t.Errorf("%s exports a type called Model", s.path)
			}
		}
	}
}
