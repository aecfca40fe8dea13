package githubd

import (
	"strings"

	"gatehouse/providers/simulator/world"
)

// route is one address of GitHub's REST interface and what it takes to use it.
type route struct {
	pattern string
	docs    string // of documentation_url, below docs.github.com/rest
	part    string // of a repository: what Refuse calls it

	// scopes: a classic or OAuth token needs any one; nil: none. Written to X-Accepted-OAuth-Scopes. unscoped is the text of the
	// 403 without one; empty: 404.
	scopes   []string
	unscoped string
	grant    string     // what a fine-grained token needs: "repository_hooks=read"
	role     world.Role // what the person needs on the repository
	weak     string     // the text of the 403 without the role; empty: 404

	anonymous bool // a token is not needed
	free      bool // not refused at an empty limit
	harmless  bool // not a change of the repository: allowed when archived
	handle    func(*call) answer
}

// Scopes by what they open. Source: GitHub "Scopes for OAuth apps" and X-Accepted-OAuth-Scopes of live answers in public reports.
var (
	readHooks   = []string{"admin:repo_hook", "public_repo", "read:repo_hook", "repo", "write:repo_hook"}
	writeHooks  = []string{"admin:repo_hook", "public_repo", "repo", "write:repo_hook"}
	removeHooks = []string{"admin:repo_hook", "public_repo", "repo"}
	repoScope   = []string{"repo"}
	inviteScope = []string{"repo", "repo:invite"}
	orgScopes   = []string{"admin:org", "read:org", "read:user", "user", "write:org"}
)

// routes are all addresses. A repository's and an organisation's can be given by name or by number.
func routes() []route {
	var out []route
	for _, r := range named() {
		out = append(out, r)
		for _, twin := range [...][2]string{{" /repos/{owner}/{repo}", " /repositories/{repo_id}"}, {" /orgs/{org}", " /organizations/{org_id}"}} {
			if strings.Contains(r.pattern, twin[0]) {
				other := r
				other.pattern = strings.Replace(r.pattern, twin[0], twin[1], 1)
				out = append(out, other)
			}
		}
	}
	return out
}

func named() []route {
	all := append(accountRoutes(), repoRoutes()...)
	all = append(all, hookRoutes()...)
	return append(all, keyRoutes()...)
}

func accountRoutes() []route {
	const needOrg = "You need at least read:org scope or user scope to list your organizations."
	return []route{
		{pattern: "GET /user", docs: "/users/users#get-the-authenticated-user", handle: (*call).getUser},
		{pattern: "GET /users/{username}", docs: "/users/users#get-a-user", anonymous: true, handle: (*call).getUserByName},
		{pattern: "GET /user/repos", docs: "/repos/repos#list-repositories-for-the-authenticated-user", handle: (*call).listRepos},
		{pattern: "GET /user/orgs", docs: "/orgs/orgs#list-organizations-for-the-authenticated-user", scopes: orgScopes, unscoped: needOrg, handle: (*call).listOrgs},
		{pattern: "GET /user/memberships/orgs", docs: "/orgs/members#list-organization-memberships-for-the-authenticated-user", scopes: orgScopes, unscoped: needOrg, handle: (*call).listMemberships},
		{pattern: "GET /user/memberships/orgs/{org}", docs: "/orgs/members#get-an-organization-membership-for-the-authenticated-user", scopes: orgScopes, unscoped: needOrg, handle: (*call).getMembership},
		{pattern: "GET /user/keys", docs: "/users/keys#list-public-ssh-keys-for-the-authenticated-user", scopes: []string{"admin:public_key", "read:public_key", "write:public_key"}, grant: "git_ssh_keys=read", handle: (*call).listUserKeys},
		{pattern: "GET /users/{username}/keys", docs: "/users/keys#list-public-keys-for-a-user", anonymous: true, handle: (*call).listKeysOf},
		{pattern: "GET /user/repository_invitations", docs: "/collaborators/invitations#list-repository-invitations-for-the-authenticated-user", scopes: inviteScope, handle: (*call).listMyInvitations},
		{pattern: "GET /orgs/{org}", docs: "/orgs/orgs#get-an-organization", anonymous: true, handle: (*call).getOrg},
		{pattern: "GET /orgs/{org}/repos", docs: "/repos/repos#list-organization-repositories", handle: (*call).listOrgRepos},
		{pattern: "GET /orgs/{org}/members", docs: "/orgs/members#list-organization-members", grant: "members=read", handle: (*call).listMembers},
		{pattern: "GET /orgs/{org}/teams", docs: "/teams/teams#list-teams", scopes: []string{"admin:org", "read:org", "repo", "user", "write:org"}, unscoped: "Must have admin rights to Repository.", grant: "members=read", handle: (*call).listOrgTeams},
		{pattern: "GET /rate_limit", docs: "/rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user", anonymous: true, free: true, handle: (*call).getRateLimit},
		{pattern: "GET /meta", docs: "/meta/meta#get-github-meta-information", anonymous: true, handle: (*call).getMeta},
		{pattern: "POST /graphql", handle: (*call).graphql},
	}
}

func repoRoutes() []route {
	const repo = "/repos/{owner}/{repo}"
	return []route{
		{pattern: "GET " + repo, docs: "/repos/repos#get-a-repository", grant: "metadata=read", anonymous: true, handle: (*call).getRepo},
		{
			pattern: "GET " + repo + "/collaborators", part: "collaborators", docs: "/collaborators/collaborators#list-repository-collaborators", grant: "metadata=read",
			scopes: repoScope, role: world.Write, weak: "Must have push access to view repository collaborators.", handle: (*call).listCollaborators,
		},
		{
			pattern: "GET " + repo + "/collaborators/{username}/permission", part: "collaborators", docs: "/collaborators/collaborators#get-repository-permissions-for-a-user", grant: "metadata=read",
			role: world.Write, weak: "Must have push access to view collaborator permission.", handle: (*call).getPermission,
		},
		{
			pattern: "GET " + repo + "/collaborators/{username}", part: "collaborators", docs: "/collaborators/collaborators#check-if-a-user-is-a-repository-collaborator", grant: "metadata=read",
			role: world.Write, weak: "Must have push access to view repository collaborators.", handle: (*call).isCollaborator,
		},
		{
			pattern: "GET " + repo + "/invitations", part: "invitations", docs: "/collaborators/invitations#list-repository-invitations", grant: "administration=read",
			scopes: inviteScope, role: world.Admin, handle: (*call).listInvitations,
		},
		{
			pattern: "GET " + repo + "/teams", part: "teams", docs: "/repos/repos#list-repository-teams", grant: "administration=read",
			scopes: repoScope, role: world.Admin, handle: (*call).listRepoTeams,
		},
	}
}

func hookRoutes() []route {
	const hooks = "/repos/{owner}/{repo}/hooks"
	const one = hooks + "/{hook_id}"
	read := func(pattern, docs string, handle func(*call) answer) route {
		return route{pattern: pattern, part: "hooks", docs: "/repos/webhooks" + docs, scopes: readHooks, grant: "repository_hooks=read", role: world.Admin, harmless: true, handle: handle}
	}
	write := func(pattern, docs string, scopes []string, handle func(*call) answer) route {
		return route{pattern: pattern, part: "hooks", docs: "/repos/webhooks" + docs, scopes: scopes, grant: "repository_hooks=write", role: world.Admin, handle: handle}
	}
	return []route{
		read("GET "+hooks, "#list-repository-webhooks", (*call).listHooks),
		read("GET "+one, "#get-a-repository-webhook", (*call).getHook),
		read("GET "+one+"/config", "#get-a-webhook-configuration-for-a-repository", (*call).getHookConfig),
		read("GET "+one+"/deliveries", "#list-deliveries-for-a-repository-webhook", (*call).listDeliveries),
		read("GET "+one+"/deliveries/{delivery_id}", "#get-a-delivery-for-a-repository-webhook", (*call).getDelivery),
		read("POST "+one+"/pings", "#ping-a-repository-webhook", (*call).pingHook),
		read("POST "+one+"/tests", "#test-the-push-repository-webhook", (*call).testHook),
		write("POST "+hooks, "#create-a-repository-webhook", writeHooks, (*call).createHook),
		write("PATCH "+one, "#update-a-repository-webhook", writeHooks, (*call).editHook),
		write("PATCH "+one+"/config", "#update-a-webhook-configuration-for-a-repository", writeHooks, (*call).editHookConfig),
		write("DELETE "+one, "#delete-a-repository-webhook", removeHooks, (*call).deleteHook),
		write("POST "+one+"/deliveries/{delivery_id}/attempts", "#redeliver-a-delivery-for-a-repository-webhook", writeHooks, (*call).redeliver),
	}
}

func keyRoutes() []route {
	const keys = "/repos/{owner}/{repo}/keys"
	deploy := func(pattern, docs, level string, handle func(*call) answer) route {
		return route{pattern: pattern, part: "keys", docs: "/deploy-keys/deploy-keys" + docs, scopes: repoScope, grant: "administration=" + level, role: world.Admin, handle: handle}
	}
	return []route{
		deploy("GET "+keys, "#list-deploy-keys", "read", (*call).listKeys),
		deploy("GET "+keys+"/{key_id}", "#get-a-deploy-key", "read", (*call).getKey),
		deploy("POST "+keys, "#create-a-deploy-key", "write", (*call).createKey),
		deploy("DELETE "+keys+"/{key_id}", "#delete-a-deploy-key", "write", (*call).deleteKey),
	}
}
