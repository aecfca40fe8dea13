package simulator_test

import (
	"fmt"
	"net/http"
	"testing"

	"gatehouse/providers/simulator"
)

// TestSweep asks every address as every account, for repositories of every sort. What is checked is the form: start checks each
// exchange against GitHub's descriptions.
func TestSweep(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Repos: 50})
	s.SetLimit("", "core", 5000, 5000)
	for _, token := range s.Tokens() {
		t.Run(token.Login+"/"+token.Kind, func(t *testing.T) {
			c := as(t, s, token.Login, token.Kind)
			for _, path := range sweepPaths(t, s) {
				if r := c.get(path); r.status >= 500 {
					t.Errorf("GET %s: status %d: %s", path, r.status, r.body)
				}
			}
		})
	}
	t.Run("anonymous", func(t *testing.T) {
		c := as(t, s, "dana", simulator.KindClassic)
		c.token = ""
		for _, path := range []string{"/users/dana", "/orgs/acme", "/repos/acme/site", "/rate_limit", "/meta", "/users/sam/keys"} {
			c.get(path).want(200)
		}
		c.get("/user").want(401)
		c.get("/repos/acme/web").want(404)
	})
}

func sweepPaths(t *testing.T, s *simulator.Simulator) []string {
	paths := []string{
		"/user", "/users/dana", "/users/nobody", "/user/repos", "/user/repos?per_page=100", "/user/repos?visibility=public", "/user/repos?affiliation=owner,collaborator&sort=pushed",
		"/user/repos?type=owner", "/user/orgs", "/user/memberships/orgs", "/user/memberships/orgs?state=active", "/user/memberships/orgs/acme", "/user/memberships/orgs/nowhere",
		"/user/keys", "/users/dana/keys", "/user/repository_invitations", "/orgs/acme", "/orgs/umbrella", "/orgs/acme/repos", "/orgs/acme/repos?type=public&per_page=5",
		"/orgs/acme/members", "/orgs/acme/members?role=admin", "/orgs/umbrella/members?filter=2fa_disabled", "/orgs/acme/teams", "/rate_limit", "/meta", "/repos/acme/nothing",
		"/repos/acme/payments", "/repos/acme/payments/hooks",
	}
	dana := as(t, s, "dana", simulator.KindClassic)
	for _, full := range []string{"acme/ok", "acme/web", "acme/site", "acme/infra", "acme/old-site", "acme/mobile", "umbrella/core", "umbrella/wiki", "dana/dotfiles", "sam/ci-scripts", "acme/gen-000007"} {
		if full == "acme/gen-000007" {
			full = fmt.Sprint(dana.get("/repositories/1000007").want(200).row()["full_name"])
		}
		repo := "/repos/" + full
		paths = append(paths, repo, repo+"/hooks", repo+"/hooks?per_page=1", repo+"/hooks/1", repo+"/keys", repo+"/keys/1", repo+"/collaborators", repo+"/collaborators?affiliation=outside",
			repo+"/collaborators?affiliation=direct&permission=push", repo+"/collaborators/sam", repo+"/collaborators/sam/permission", repo+"/invitations", repo+"/teams")
		r := dana.get(repo + "/hooks")
		if r.status != http.StatusOK {
			continue
		}
		for _, h := range r.rows() {
			hook := fmt.Sprintf("%s/hooks/%.0f", repo, h["id"])
			paths = append(paths, hook, hook+"/config", hook+"/deliveries", hook+"/deliveries?per_page=2&status=failure", hook+"/deliveries?status=success")
			for _, d := range dana.get(hook + "/deliveries?per_page=1").want(200).rows() {
				paths = append(paths, fmt.Sprintf("%s/deliveries/%.0f", hook, d["id"]))
			}
		}
	}
	return paths
}
