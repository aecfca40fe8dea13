// Package graphql reads and answers GraphQL queries: selections, aliases, arguments, variables, fragments and the two
// directives. It knows the language, not GitHub: what a field means is asked of [Object]. Mutations and subscriptions are read but
// not answered. Source: the GraphQL specification, October 2021, section 2.
package graphql

import (
	"fmt"
)

// Document is a parsed document with exactly one operation.
type Document struct {
	Kind      string // query, mutation, subscription
	Name      string
	Variables []Variable
	Selection []Selection
	Fragments map[string]Fragment
}

// Variable is a declared variable. Default is nil when there is none.
type Variable struct {
	Name     string
	Required bool // its type ends in "!"
	Default  Value
}

// Fragment is a named fragment.
type Fragment struct {
	On        string
	Selection []Selection
}

// Selection is a field, a fragment's name, or an inline fragment: the first of Field, Spread, Inline that is set.
type Selection struct {
	Field      *Field
	Spread     string
	Inline     *Fragment // On may be empty
	Directives []Directive
}

// Field is one field asked for.
type Field struct {
	Alias, Name string // Alias is Name when none was given
	Args        []Argument
	Selection   []Selection
}

// Argument is a named value.
type Argument struct {
	Name  string
	Value Value
}

// Directive is @include or @skip, or one that is not understood.
type Directive struct {
	Name string
	Args []Argument
}

// Value is a literal: string, int, float64, bool, nil, Enum, VariableRef, []Value or map[string]Value.
type Value any

// Enum is an enumeration's name, written without quotes.
type Enum string

// VariableRef is a variable's name, without "$".
type VariableRef string

// maxDepth keeps the parser from running out of stack.
const maxDepth = 64

type parser struct {
	scanner
	depth int
}

// Parse reads a document. Errors say the line they were found on.
func Parse(source string) (doc *Document, err error) {
	p := &parser{scanner: scanner{src: source, line: 1}}
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(syntaxError)
			if !ok {
				panic(r)
			}
			doc, err = nil, e
		}
	}()
	p.next()
	return p.document(), nil
}

type syntaxError struct {
	line int
	what string
}

func (e syntaxError) Error() string { return fmt.Sprintf("%s on line %d", e.what, e.line) }

func (p *parser) fail(format string, args ...any) {
	panic(syntaxError{p.line, fmt.Sprintf(format, args...)})
}

func (p *parser) document() *Document {
	doc := &Document{Fragments: map[string]Fragment{}}
	for operations := 0; p.tok.kind != end; {
		if p.is("fragment") {
			p.next()
			name := p.name()
			p.keyword("on")
			doc.Fragments[name] = Fragment{On: p.name(), Selection: p.selections()}
			continue
		}
		if operations++; operations > 1 {
			p.fail("more than one operation")
		}
		p.operation(doc)
	}
	if doc.Kind == "" {
		p.fail("no operation")
	}
	for name := range doc.Fragments {
		if doc.holds(doc.Fragments[name].Selection, name, map[string]bool{}) {
			p.fail("fragment %q holds itself", name)
		}
	}
	return doc
}

// holds reports that the selection opens the fragment, at any depth.
func (d *Document) holds(sel []Selection, name string, seen map[string]bool) bool {
	for _, s := range sel {
		switch {
		case s.Field != nil:
			if d.holds(s.Field.Selection, name, seen) {
				return true
			}
		case s.Inline != nil:
			if d.holds(s.Inline.Selection, name, seen) {
				return true
			}
		case s.Spread == name:
			return true
		case !seen[s.Spread]:
			seen[s.Spread] = true
			if d.holds(d.Fragments[s.Spread].Selection, name, seen) {
				return true
			}
		}
	}
	return false
}

func (p *parser) operation(doc *Document) {
	doc.Kind = "query"
	if p.tok.kind == word {
		doc.Kind = p.name()
		if doc.Kind != "query" && doc.Kind != "mutation" && doc.Kind != "subscription" {
			p.fail("unexpected %q", doc.Kind)
		}
		if p.tok.kind == word {
			doc.Name = p.name()
		}
		if p.take("(") {
			for !p.take(")") {
				doc.Variables = append(doc.Variables, p.variable())
			}
		}
		p.directives()
	}
	doc.Selection = p.selections()
}

func (p *parser) variable() Variable {
	p.expect("$")
	v := Variable{Name: p.name()}
	p.expect(":")
	p.typeName()
	v.Required = p.take("!")
	if p.take("=") {
		v.Default = p.value()
	}
	return v
}

func (p *parser) typeName() {
	if p.take("[") {
		p.typeName()
		p.take("!")
		p.expect("]")
		return
	}
	p.name()
}

func (p *parser) selections() []Selection {
	if p.depth++; p.depth > maxDepth {
		p.fail("nested too deep")
	}
	defer func() { p.depth-- }()
	p.expect("{")
	var out []Selection
	for !p.take("}") {
		out = append(out, p.selection())
	}
	if len(out) == 0 {
		p.fail("empty selection")
	}
	return out
}

func (p *parser) selection() Selection {
	if !p.take("...") {
		return p.field()
	}
	switch {
	case p.is("on"):
		p.next()
		f := &Fragment{On: p.name()}
		d := p.directives()
		f.Selection = p.selections()
		return Selection{Inline: f, Directives: d}
	case p.tok.kind == word:
		return Selection{Spread: p.name(), Directives: p.directives()}
	default:
		d := p.directives()
		return Selection{Inline: &Fragment{Selection: p.selections()}, Directives: d}
	}
}

func (p *parser) field() Selection {
	f := &Field{Name: p.name()}
	f.Alias = f.Name
	if p.take(":") {
		f.Name = p.name()
	}
	f.Args = p.arguments()
	d := p.directives()
	if p.tok.is("{") {
		f.Selection = p.selections()
	}
	return Selection{Field: f, Directives: d}
}

func (p *parser) arguments() []Argument {
	if !p.take("(") {
		return nil
	}
	var out []Argument
	for !p.take(")") {
		a := Argument{Name: p.name()}
		p.expect(":")
		a.Value = p.value()
		out = append(out, a)
	}
	return out
}

func (p *parser) directives() []Directive {
	var out []Directive
	for p.take("@") {
		out = append(out, Directive{Name: p.name(), Args: p.arguments()})
	}
	return out
}

func (p *parser) value() Value {
	if p.depth++; p.depth > maxDepth {
		p.fail("nested too deep")
	}
	defer func() { p.depth-- }()
	switch {
	case p.take("$"):
		return VariableRef(p.name())
	case p.take("["):
		list := []Value{}
		for !p.take("]") {
			list = append(list, p.value())
		}
		return list
	case p.take("{"):
		object := map[string]Value{}
		for !p.take("}") {
			name := p.name()
			p.expect(":")
			object[name] = p.value()
		}
		return object
	case p.tok.kind == literal:
		v := p.tok.value
		p.next()
		return v
	}
	switch name := p.name(); name {
	case "true", "false":
		return name == "true"
	case "null":
		return nil
	default:
		return Enum(name)
	}
}
