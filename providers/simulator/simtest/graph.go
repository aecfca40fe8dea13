package simtest

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

//go:embed testdata/github.graphql.gz
var graphQL []byte

var schema = sync.OnceValues(func() (*ast.Schema, error) {
	b, err := unzip(graphQL)
	if err != nil {
		return nil, err
	}
	return gqlparser.LoadSchema(&ast.Source{Name: "github.graphql", Input: string(b)})
})

func parse(document string) (*ast.QueryDocument, error) {
	s, err := schema()
	if err != nil {
		return nil, fmt.Errorf("load GitHub's GraphQL schema: %w", err)
	}
	doc, errs := gqlparser.LoadQueryWithRules(s, document, rules.NewDefaultRules())
	if len(errs) > 0 {
		return nil, errs
	}
	return doc, nil
}

// exchange checks a query against the schema and the data against the query: every field that was asked for is there, of the type
// the schema says, null only where it may be.
func exchange(body []byte, status int, answer []byte) error {
	if status != http.StatusOK {
		return undescribed(status, answer)
	}
	var asked struct {
		Query string `json:"query"`
	}
	var got struct {
		Data   map[string]any `json:"data"`
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(body, &asked); err != nil {
		return err
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		return err
	}
	if got.Data == nil {
		if len(got.Errors) == 0 {
			return errors.New("neither data nor errors")
		}
		return nil // refused as a whole, the document too
	}
	doc, err := parse(asked.Query)
	if err != nil {
		return err
	}
	return object("data", doc.Operations[0].SelectionSet, "Query", got.Data)
}

// object checks the fields of a selection that apply to the type.
func object(at string, sel ast.SelectionSet, typeName string, v map[string]any) error {
	for _, s := range sel {
		var err error
		switch s := s.(type) {
		case *ast.Field:
			val, ok := v[s.Alias]
			if !ok {
				return fmt.Errorf("%s.%s is missing", at, s.Alias)
			}
			err = value(at+"."+s.Alias, s, s.Definition.Type, val)
		case *ast.InlineFragment:
			err = fragment(at, s.TypeCondition, s.SelectionSet, typeName, v)
		case *ast.FragmentSpread:
			err = fragment(at, s.Definition.TypeCondition, s.Definition.SelectionSet, typeName, v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fragment checks a fragment when it is on the object's type. Objects that do not name their type are of the type of their field.
func fragment(at, on string, sel ast.SelectionSet, typeName string, v map[string]any) error {
	if name, ok := v["__typename"].(string); ok {
		typeName = name
	}
	if on != "" && on != typeName {
		return nil
	}
	return object(at, sel, typeName, v)
}

func value(at string, f *ast.Field, t *ast.Type, v any) error {
	if v == nil {
		if t.NonNull && f.Name != "__typename" {
			return fmt.Errorf("%s must not be null", at)
		}
		return nil
	}
	if t.Elem != nil {
		list, ok := v.([]any)
		if !ok {
			return fmt.Errorf("%s must be a list", at)
		}
		for i, e := range list {
			if err := value(at+"["+strconv.Itoa(i)+"]", f, t.Elem, e); err != nil {
				return err
			}
		}
		return nil
	}
	if f.SelectionSet != nil {
		o, ok := v.(map[string]any)
		if !ok {
			return fmt.Errorf("%s must be an object", at)
		}
		return object(at, f.SelectionSet, t.NamedType, o)
	}
	return leaf(at, t.NamedType, v)
}

// leaf checks scalars and the words of enumerations.
func leaf(at, name string, v any) error {
	var ok bool
	switch name {
	case "Int", "Float":
		_, ok = v.(float64)
	case "Boolean":
		_, ok = v.(bool)
	default: // String, ID, and GitHub's own scalars, all written as strings
		var s string
		s, ok = v.(string)
		if def := knownType(name); ok && def != nil && def.Kind == ast.Enum {
			ok = def.EnumValues.ForName(s) != nil
		}
	}
	if !ok {
		return fmt.Errorf("%s must be %s, not %v", at, name, v)
	}
	return nil
}

func knownType(name string) *ast.Definition {
	s, err := schema()
	if err != nil {
		return nil
	}
	return s.Types[name]
}
