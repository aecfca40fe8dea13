package graphql_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"gatehouse/providers/simulator/graphql"
)

// thing is an object with fields given as values.
type thing struct {
	name   string
	fields map[string]any
}

func (o thing) Type() string        { return o.name }
func (o thing) Is(name string) bool { return name == o.name || name == "Node" }
func (o thing) Field(name string, a graphql.Args) (any, error) {
	v, ok := o.fields[name]
	if !ok {
		return nil, graphql.ErrNoField
	}
	if f, ok := v.(func(graphql.Args) any); ok {
		v = f(a)
	}
	if e, ok := v.(*graphql.Error); ok {
		return nil, e
	}
	return v, nil
}

func root() thing {
	cat := thing{"Cat", map[string]any{"name": "Tom", "lives": 9}}
	dog := thing{"Dog", map[string]any{"name": "Rex", "bone": &graphql.Error{Type: "FORBIDDEN", Message: "mine"}}}
	shy := thing{"Cat", map[string]any{"name": &graphql.Error{Message: "shy", Up: true}}}
	return thing{"Query", map[string]any{
		"pets": []any{cat, dog, nil}, "cat": cat, "dog": dog, "shy": shy, "none": nil, "empty": []any{},
		"secret": &graphql.Error{Message: "no scope", Whole: true},
		"echo": func(a graphql.Args) any {
			b, _ := json.Marshal(map[string]any(a))
			return string(b)
		},
	}}
}

func run(t *testing.T, source, variables string) string {
	t.Helper()
	doc, err := graphql.Parse(source)
	if err != nil {
		return err.Error()
	}
	given := map[string]any{}
	if variables != "" {
		if err := json.Unmarshal([]byte(variables), &given); err != nil {
			t.Fatal(err)
		}
	}
	vars, err := doc.Bind(given)
	if err != nil {
		return err.Error()
	}
	data, errs := graphql.Execute(doc, vars, root())
	b, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	out := string(b)
	for _, e := range errs {
		path, _ := json.Marshal(e.Path)
		out += " " + e.Message + string(path)
	}
	return out
}

// TestExecute is the language, one rule a line.
func TestExecute(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ query, variables, want string }{
		{`{cat{name lives}}`, ``, `{"cat":{"name":"Tom","lives":9}}`},
		{`query Q { cat { lives, name } # a comment
		}`, ``, `{"cat":{"lives":9,"name":"Tom"}}`},
		{`{a:cat{n:name} b:dog{name}}`, ``, `{"a":{"n":"Tom"},"b":{"name":"Rex"}}`},
		{`{pets{__typename name}}`, ``, `{"pets":[{"__typename":"Cat","name":"Tom"},{"__typename":"Dog","name":"Rex"},null]}`},
		{`{pets{... on Cat{lives} ...D ... on Node{name}}} fragment D on Dog{name}`, ``, `{"pets":[{"lives":9,"name":"Tom"},{"name":"Rex"},null]}`},
		{`{cat{name} cat{lives}}`, ``, `{"cat":{"name":"Tom","lives":9}}`},
		{`{none{name} empty{name}}`, ``, `{"none":null,"empty":[]}`},
		{`{echo(s:"a\"b\u00e9", n:-3, f:1.5, b:true, z:null, e:RED, l:[1,2], o:{k:"v"})}`, ``, `{"echo":"{\"b\":true,\"e\":\"RED\",\"f\":1.5,\"l\":[1,2],\"n\":-3,\"o\":{\"k\":\"v\"},\"s\":\"a\\\"bé\",\"z\":null}"}`},
		{`query($a:Int!,$b:[ID!]=["x"],$c:String){echo(a:$a,b:$b,c:$c)}`, `{"a":4}`, `{"echo":"{\"a\":4,\"b\":[\"x\"]}"}`},
		{`query($a:Int!){echo(a:$a)}`, ``, `Variable $a of required type was provided invalid value`},
		{`query($on:Boolean!){cat{name @include(if:$on) lives @skip(if:$on)}}`, `{"on":true}`, `{"cat":{"name":"Tom"}}`},
		{`query($on:Boolean!){cat{... @include(if:$on){name} lives}}`, `{"on":false}`, `{"cat":{"lives":9}}`},
		{`{dog{name bone}}`, ``, `{"dog":{"name":"Rex","bone":null}} mine["dog","bone"]`},
		{`{pets{... on Dog{x:bone}}}`, ``, `{"pets":[{},{"x":null},null]} mine["pets",1,"x"]`},
		{`{cat{lives} shy{name}}`, ``, `{"cat":{"lives":9},"shy":null} shy["shy","name"]`},
		{`{cat{name} secret}`, ``, `null no scopenull`},
		{`{cat{tail}}`, ``, `null Field 'tail' doesn't exist on type 'Cat'null`},
	} {
		if got := run(t, row.query, row.variables); got != row.want {
			t.Errorf("%s\n got %s\nwant %s", row.query, got, row.want)
		}
	}
}

// TestParseRefuses: what is no document is refused with the line.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		``, `{`, `}`, `{}`, `{a`, `{a(}`, `{a(b:)}`, `{a{}}`, `query($a){b}`, `query($a:[Int){b}`, `{a} {b}`, `fragment F on T{a}`, `{a(b:"x)}`, `{a(b:1.2.3)}`,
		`{...}`, `subscribe{a}`, `{a ~}`, `{a(b:"""x""")}`, `{...F} fragment F on T{a{...G}} fragment G on T{...on U{...F}}`, strings.Repeat("{a", 100) + strings.Repeat("}", 100), "{a(b:" + strings.Repeat("[", 100) + strings.Repeat("]", 100) + ")}",
	} {
		if _, err := graphql.Parse(source); err == nil || !strings.Contains(err.Error(), " on line ") {
			t.Errorf("%q is taken, or refused without a line: %v", source, err)
		}
	}
	if _, err := graphql.Parse("{\n a\n ?}"); err == nil || !strings.HasSuffix(err.Error(), "on line 3") {
		t.Errorf("the line is wrong: %v", err)
	}
}

// TestFields opens fragments without asking what they are on: a bill counts the most that can be asked.
func TestFields(t *testing.T) {
	t.Parallel()
	doc, err := graphql.Parse(`query($n:Int){a(first:$n){x} ...F ... on Other{c}} fragment F on T{b}`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range doc.Fields(doc.Selection, nil) {
		got = append(got, f.Name)
	}
	if strings.Join(got, " ") != "a b c" {
		t.Errorf("the fields are %v", got)
	}
	if n, ok := doc.Fields(doc.Selection, nil)[0].Arguments(map[string]any{"n": 7.0}).Int("first"); n != 7 || !ok {
		t.Errorf("first is %d", n)
	}
}

// FuzzParse: no document makes it panic or hang, and what it takes it can answer.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{a}`, `query Q($a:[Int!]!=[1]){b(c:$a)@skip(if:true){...F ... on T{d}}} fragment F on T{e:f}`, `{a(b:"\u12`, `{a{b{c`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		doc, err := graphql.Parse(s)
		if err != nil {
			return
		}
		vars, err := doc.Bind(nil)
		if known := (*graphql.Error)(nil); err != nil && !errors.As(err, &known) {
			t.Errorf("binding failed with %v", err)
		}
		graphql.Execute(doc, vars, root())
	})
}
