package graphql

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// Object is something that has fields.
type Object interface {
	// Type is the object's type name, for __typename.
	Type() string
	// Is reports that the object is of the type or implements the interface: a fragment on it applies.
	Is(name string) bool
	// Field gives a field's value: nil, a string, number or bool, an Object, or a slice of any of them. An [*Error] makes
	// the field null and is reported with its path; [ErrNoField] refuses the whole document.
	Field(name string, args Args) (any, error)
}

// ErrNoField says that the type has no such field.
var ErrNoField = errors.New("no such field")

// Args are a field's arguments, variables filled in.
type Args map[string]any

// String is the argument, or "" when it was not given.
func (a Args) String(name string) string {
	switch v := a[name].(type) {
	case string:
		return v
	case Enum:
		return string(v)
	}
	return ""
}

// Int is the argument; false: it was not given as a number.
func (a Args) Int(name string) (int, bool) {
	switch v := a[name].(type) {
	case int:
		return v, true
	case float64:
		return int(v), v == float64(int(v))
	case json.Number:
		n, err := v.Int64()
		return int(n), err == nil
	}
	return 0, false
}

// Bool is the argument, false when it was not given.
func (a Args) Bool(name string) bool { v, _ := a[name].(bool); return v }

// Strings is the argument as a list; a single string is a list of one.
func (a Args) Strings(name string) []string {
	switch v := a[name].(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, e := range v {
			switch e := e.(type) {
			case string:
				out = append(out, e)
			case Enum:
				out = append(out, string(e))
			}
		}
		return out
	}
	return nil
}

// Error is one entry of an answer's errors.
type Error struct {
	Type       string         `json:"type,omitempty"`
	Path       []any          `json:"path,omitempty"`
	Extensions map[string]any `json:"extensions,omitempty"`
	Message    string         `json:"message"`

	Whole bool `json:"-"` // it refuses the whole document: there is no data
	Up    bool `json:"-"` // the field may not be null: what holds it is
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// Result is an answered selection: its fields in the order in which they were asked for.
type Result struct {
	names  []string
	values map[string]any
}

// MarshalJSON writes the fields in order.
func (r *Result) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, n := range r.names {
		if i > 0 {
			b.WriteByte(',')
		}
		v, err := json.Marshal(r.values[n])
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%q:", n)
		b.Write(v)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Bind gives the document's variables their values. A required one that is missing is an error.
func (d *Document) Bind(given map[string]any) (map[string]any, error) {
	out := map[string]any{}
	for _, v := range d.Variables {
		val, ok := given[v.Name]
		switch {
		case ok && (val != nil || !v.Required):
			out[v.Name] = val
		case v.Default != nil:
			out[v.Name] = fill(v.Default, nil)
		case v.Required:
			return nil, &Error{Message: fmt.Sprintf("Variable $%s of required type was provided invalid value", v.Name)}
		}
	}
	return out, nil
}

// Execute answers a query. variables are the bound ones. A document that asks for an unknown field is refused as a whole: then
// the result is nil.
func Execute(d *Document, variables map[string]any, root Object) (*Result, []*Error) {
	e := &executor{doc: d, variables: variables}
	data := e.object(root, d.Selection, nil)
	if e.refused {
		return nil, e.errors
	}
	return data, e.errors
}

type executor struct {
	doc       *Document
	variables map[string]any
	errors    []*Error
	refused   bool
}

// object answers a selection; nil: a field failed that may not be null.
func (e *executor) object(o Object, sel []Selection, path []any) *Result {
	r := &Result{values: map[string]any{}}
	for _, f := range e.doc.collect(sel, e.variables, o.Is) {
		at := append(append([]any{}, path...), f.Alias)
		if f.Name == "__typename" {
			r.set(f.Alias, o.Type())
			continue
		}
		v, err := o.Field(f.Name, f.Arguments(e.variables))
		switch known := (*Error)(nil); {
		case err == nil:
			r.set(f.Alias, e.value(v, f, at))
			continue
		case errors.As(err, &known):
			e.report(known, at)
			if known.Up {
				return nil
			}
		default:
			e.refuse(o, f)
		}
		r.set(f.Alias, nil)
	}
	return r
}

func (r *Result) set(name string, v any) {
	if _, ok := r.values[name]; !ok {
		r.names = append(r.names, name)
	}
	r.values[name] = v
}

func (e *executor) refuse(o Object, f *Field) {
	e.refused = true
	e.errors = append(e.errors, &Error{
		Message:    fmt.Sprintf("Field '%s' doesn't exist on type '%s'", f.Name, o.Type()),
		Extensions: map[string]any{"code": "undefinedField", "typeName": o.Type(), "fieldName": f.Name},
	})
}

func (e *executor) value(v any, f *Field, path []any) any {
	if o, ok := v.(Object); ok {
		if reflect.ValueOf(o).Kind() == reflect.Pointer && reflect.ValueOf(o).IsNil() {
			return nil
		}
		if r := e.object(o, f.Selection, path); r != nil {
			return r
		}
		return nil
	}
	list := reflect.ValueOf(v)
	if list.Kind() != reflect.Slice {
		return v
	}
	if list.IsNil() {
		return nil
	}
	out := make([]any, list.Len())
	for i := range out {
		out[i] = e.element(list.Index(i).Interface(), f, append(append([]any{}, path...), i))
	}
	return out
}

// element lets one element of a list be an error: it is null, and reported with its index.
func (e *executor) element(v any, f *Field, path []any) any {
	if known, ok := v.(*Error); ok {
		e.report(known, path)
		return nil
	}
	return e.value(v, f, path)
}

func (e *executor) report(known *Error, path []any) {
	one := *known
	if e.refused = e.refused || one.Whole; !one.Whole {
		one.Path = path
	}
	e.errors = append(e.errors, &one)
}

// Fields flattens a selection to the fields that are asked for, whatever the type they are asked of.
func (d *Document) Fields(sel []Selection, variables map[string]any) []*Field {
	return d.collect(sel, variables, func(string) bool { return true })
}

// Arguments are the field's arguments, variables filled in; a variable without a value is left out.
func (f *Field) Arguments(variables map[string]any) Args {
	out := Args{}
	for _, a := range f.Args {
		if ref, ok := a.Value.(VariableRef); ok {
			if v, given := variables[string(ref)]; given {
				out[a.Name] = v
			}
			continue
		}
		out[a.Name] = fill(a.Value, variables)
	}
	return out
}

// collect gives the fields of a selection in order, fragments opened once each, fields of the same name joined.
func (d *Document) collect(sel []Selection, variables map[string]any, is func(string) bool) []*Field {
	c := collector{doc: d, variables: variables, is: is, at: map[string]int{}, opened: map[string]bool{}}
	c.walk(sel)
	return c.out
}

type collector struct {
	doc       *Document
	variables map[string]any
	is        func(string) bool
	out       []*Field
	at        map[string]int // by alias
	opened    map[string]bool
}

func (c *collector) walk(sel []Selection) {
	for _, s := range sel {
		if skipped(s.Directives, c.variables) {
			continue
		}
		switch {
		case s.Field != nil:
			c.field(s.Field)
		case s.Inline != nil:
			if s.Inline.On == "" || c.is(s.Inline.On) {
				c.walk(s.Inline.Selection)
			}
		case !c.opened[s.Spread]:
			c.opened[s.Spread] = true
			if f, ok := c.doc.Fragments[s.Spread]; ok && c.is(f.On) {
				c.walk(f.Selection)
			}
		}
	}
}

func (c *collector) field(f *Field) {
	i, ok := c.at[f.Alias]
	if !ok {
		c.at[f.Alias] = len(c.out)
		c.out = append(c.out, f)
		return
	}
	joined := *c.out[i]
	joined.Selection = append(append([]Selection{}, joined.Selection...), f.Selection...)
	c.out[i] = &joined
}

func skipped(ds []Directive, variables map[string]any) bool {
	for _, d := range ds {
		f := Field{Args: d.Args}
		on := f.Arguments(variables).Bool("if")
		if d.Name == "include" && !on || d.Name == "skip" && on {
			return true
		}
	}
	return false
}

// fill replaces variables inside a literal.
func fill(v Value, variables map[string]any) any {
	switch v := v.(type) {
	case VariableRef:
		return variables[string(v)]
	case []Value:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = fill(e, variables)
		}
		return out
	case map[string]Value:
		out := map[string]any{}
		for k, e := range v {
			out[k] = fill(e, variables)
		}
		return out
	}
	return v
}
