package github

import (
	"embed"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	gh "github.com/google/go-github/v60/github"

	"gatehouse/model"
)

//go:embed testdata/recorded
var recordings embed.FS

// replay serves what api.github.com really answered, under the stub's own address.
func replay(t *testing.T, name string) *stub {
	t.Helper()
	b, err := recordings.ReadFile("testdata/recorded/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var exchanges []struct {
		Method, Path string
		Status       int
		Headers      map[string]string
		Response     json.RawMessage
	}
	if err := json.Unmarshal(b, &exchanges); err != nil {
		t.Fatal(err)
	}
	answers := map[string]answer{}
	for _, e := range exchanges {
		a := answer{status: e.Status, body: strings.ReplaceAll(string(e.Response), "https://api.github.com/", "{{url}}/")}
		for k, v := range e.Headers {
			a = a.with(k, strings.ReplaceAll(v, "https://api.github.com/", "{{url}}/"))
		}
		answers[e.Method+" "+e.Path] = a
	}
	return serve(t, answers)
}

func TestARecordedRepository(t *testing.T) {
	t.Parallel()
	ref, _ := model.NewRepoRef(model.GitHub, "octokit-fixture-org", "hello-world")
	s := replay(t, "repository")
	r, err := s.client.Repo(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if r.Ref != ref || r.ID != "1000" || r.Node != "MDA6RW50aXR5MQ==" || r.Personal || r.MyRole.Raw() != "admin" || r.DefaultBranch.Raw() != "master" || r.Pushed == 0 {
		t.Errorf("read as %+v", r)
	}
	if seen := s.client.transport.Seen(); len(seen.Scopes) != 11 {
		t.Errorf("its scopes: %q", seen.Scopes)
	}
}

func TestARecordedOrganisationDecodes(t *testing.T) {
	t.Parallel()
	var o gh.Organization
	if _, err := replay(t, "organization").client.get(t.Context(), asked{op: "read organisation"}, "orgs/octokit-fixture-org", &o); err != nil {
		t.Fatal(err)
	}
	if o.GetLogin() != "octokit-fixture-org" || o.GetID() != 1000 || o.GetType() != "Organization" {
		t.Errorf("read as %v", o)
	}
}

func TestARecordedRenameIsFollowedAndTheNewNameReported(t *testing.T) {
	t.Parallel()
	ref, _ := model.NewRepoRef(model.GitHub, "octokit-fixture-org", "rename-repository")
	s := replay(t, "rename")
	r, err := s.client.Repo(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Ref.String(); got != "gh/octokit-fixture-org/rename-repository-newname" {
		t.Errorf("reported as %s", got)
	}
	if s.requests("GET ") != 2 {
		t.Errorf("asked %q", s.asked)
	}
}

type issue struct {
	Number int `json:"number"`
}

func (i issue) check() (id, lacks string) { return strconv.Itoa(i.Number), "" }

func TestARecordedListWhoseLinksChangeTheirPath(t *testing.T) {
	t.Parallel()
	var got []int
	err := pages(t.Context(), replay(t, "paging").client, asked{op: "list issues"}, "repos/octokit-fixture-org/paginate-issues/issues?per_page=3",
		func(rows []issue, _ *http.Response) error {
			for _, i := range rows {
				got = append(got, i.Number)
			}
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 13 || got[0] != 13 || got[12] != 1 {
		t.Errorf("read issues %v", got)
	}
}

func TestARecordedValidationErrorIsSaidInItsOwnWords(t *testing.T) {
	t.Parallel()
	s := replay(t, "errors")
	req, err := s.client.gh.NewRequest(http.MethodPost, "repos/octokit-fixture-org/errors/labels", map[string]string{"name": "foo", "color": "invalid"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.client.do(t.Context(), asked{op: "create label"}, req, &struct{}{})
	e, is := errors.AsType[*model.Error](err)
	if !is || e.Cause.Said.Raw() != "Validation Failed: color invalid" {
		t.Errorf("said %v", err)
	}
}

func TestRecordedPeopleAndInvitations(t *testing.T) {
	t.Parallel()
	ref, _ := model.NewRepoRef(model.GitHub, "octokit-fixture-org", "add-and-remove-repository-collaborator")
	s := replay(t, "collaborators")
	r := model.Repo{Ref: ref, ID: "1000", MyRole: model.Outside("admin")}
	invited := known(t, s.client.Invitations(t.Context(), r))
	if len(invited) != 1 || invited[0].Login.Raw() != "octokit-fixture-user-b" || invited[0].By.Raw() != "octokit-fixture-user-a" || invited[0].Role.Raw() != "write" {
		t.Errorf("invited: %+v", invited)
	}
	people := known(t, s.client.restPeople(t.Context(), r))
	if len(people) != 1 || people[0].Login.Raw() != "octokit-fixture-user-a" || people[0].Role.Raw() != "admin" {
		t.Errorf("people: %+v", people)
	}
}
