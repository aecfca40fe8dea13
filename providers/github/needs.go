package github

import (
	"strings"

	"gatehouse/model"
)

// need is what a request takes: any one of the scopes (the narrowest first) for classic and OAuth tokens, the permission for
// fine-grained and App tokens, and a role on the repository. Source: GitHub "Scopes for OAuth apps" and "Permissions required for
// fine-grained personal access tokens".
type need struct {
	scopes     []string
	permission string
	admin      bool // only the repository's admins may ask
}

var (
	needUser       = need{}
	needRepos      = need{scopes: []string{"repo"}, permission: "Metadata: read"}
	needOrgs       = need{scopes: []string{"read:org"}, permission: "Members: read"}
	needHooks      = need{scopes: []string{"read:repo_hook", "repo"}, permission: "Webhooks: read", admin: true}
	needAdmin      = need{scopes: []string{"repo"}, permission: "Administration: read", admin: true}
	needHooksWrite = need{scopes: []string{"admin:repo_hook", "repo"}, permission: "Webhooks: write", admin: true}
	needPeople     = need{scopes: []string{"repo"}, permission: "Metadata: read"}
)

// asked names a request for errors: what is read, of what, and what that takes.
type asked struct {
	need
	op string // "list hooks"
	on string // "gh/acme/web"
	// fixed: the address holds no name that could be wrong, so a 404 is about the route itself.
	fixed bool
	// known: the address names a repository that was read before; mine: and that this account administers.
	known, mine bool
}

// about is a request for something of a repository that was read before.
func about(op string, r model.Repo, n need) asked {
	return asked{need: n, op: op, on: r.Ref.String(), known: r.ID != "", mine: r.MyRole.Raw() == "admin"}
}

// bad is the error of an answer that is not what GitHub documents; nothing is concluded from such an answer.
func (a asked) bad(why string) *model.Error {
	return &model.Error{Op: a.op, On: a.on, Cause: model.Cause{
		Kind: model.CauseBadAnswer, Said: model.Outside("the answer is not what GitHub documents: " + why),
		Hint: "something other than GitHub may be answering; nothing was concluded from it",
	}}
}

// repoPath gives "repos/OWNER/NAME/rest" in the forge's own spelling. It escapes nothing: only names that were checked get through.
func repoPath(r model.Repo, rest string) (string, error) {
	owner, name := r.Ref.Owner, r.Ref.Name
	if o, n, ok := strings.Cut(r.Spelled.Raw(), "/"); ok {
		owner, name = o, n
	}
	if _, err := model.NewRepoRef(model.GitHub, owner, name); err != nil {
		return "", err
	}
	return "repos/" + owner + "/" + name + rest, nil
}

// checkID takes the forge's own ids only: digits.
func checkID(id, what string) error {
	if id == "" || len(id) > 20 || strings.Trim(id, "0123456789") != "" {
		return model.Refuse("read "+what, model.Outside(id).String(), "an id is a number", "take it from the list")
	}
	return nil
}
