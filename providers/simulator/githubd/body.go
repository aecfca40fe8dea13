package githubd

import (
	"encoding/json"
	"io"
	"net/http"
)

// read takes the request's body. Source: GitHub "Troubleshooting the REST API": the two texts of its 400s.
func (c *call) read(into any) (answer, bool) {
	b, err := io.ReadAll(c.r.Body)
	if err != nil {
		return c.refuse(http.StatusBadRequest, "Problems parsing JSON"), false
	}
	var object map[string]json.RawMessage
	switch err := json.Unmarshal(b, &object); {
	case err != nil && json.Valid(b):
		return c.refuse(http.StatusBadRequest, "Body should be a JSON object"), false
	case err != nil:
		return c.refuse(http.StatusBadRequest, "Problems parsing JSON"), false
	}
	if err := json.Unmarshal(b, into); err != nil {
		return answer{status: http.StatusUnprocessableEntity, body: validationError{"Invalid request.\n\n" + err.Error(), nil, c.docs(), "422"}}, false
	}
	return answer{}, true
}
