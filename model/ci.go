package model

// Integration is how a CircleCI project hears of its repository, and so what must be wired there.
type Integration string

// The integrations.
const (
	IntegrationOAuth     Integration = "oauth"      // a webhook and a deploy key on the repository
	IntegrationGitHubApp Integration = "github_app" // neither, and that is right: the App delivers events and checkout tokens
	IntegrationBitbucket Integration = "bitbucket"  // a webhook and an access key
)

// CIProject is a repository's project at CircleCI, as one of my accounts sees it. Who else follows it cannot be read.
// Source: CircleCI API v1.1 GET /projects.
type CIProject struct {
	Slug        Text        `json:"slug"` // gh/acme/web; of a standalone project circleci/…/…, opaque: never split it
	Integration Integration `json:"integration"`
	Followers   []string    `json:"followed_by"`    // of my accounts
	Wired       RepoRef     `json:"wired,omitzero"` // the repository's name as CircleCI has it, which after a rename is the old one; zero: it has none
	Last        *Build      `json:"last_build"`     // of the default branch; nil: none
	UsableKey   Tri         `json:"has_usable_key"`
}

// Build is a run at CircleCI.
type Build struct {
	Number int  `json:"number"`
	Status Text `json:"status"` // success, failed, running, …
	At     Unix `json:"at"`
}

// OK reports that it ended well; Running that it has not ended.
func (b Build) OK() bool { return b.Status.Raw() == "success" || b.Status.Raw() == "fixed" }

// Running reports that it has not ended.
func (b Build) Running() bool {
	switch b.Status.Raw() {
	case "running", "queued", "scheduled", "not_running", "on_hold":
		return true
	}
	return false
}

// CheckoutKey is a key whose private half CircleCI holds to check a repository out.
// Source: CircleCI API v2 GET /project/{slug}/checkout-key.
type CheckoutKey struct {
	Type      Text   `json:"type"` // deploy-key, github-user-key, bitbucket-user-key
	Public    Text   `json:"public_key"`
	MD5       string `json:"md5"`
	SHA256    string `json:"sha256"`
	Preferred bool   `json:"preferred"` // the one that is used
	Created   Unix   `json:"created"`
}

// UserKey reports that the key opens everything its person can open, not this repository alone.
func (k CheckoutKey) UserKey() bool {
	t := k.Type.Raw()
	return t == "github-user-key" || t == "bitbucket-user-key" || t == "user-key"
}

// CISettings are a project's advanced settings. One that CircleCI leaves out is not known; the two that say what is built are never left out.
// Source: CircleCI API v2 GET /project/{slug}/settings.
type CISettings struct {
	AutocancelBuilds    Tri      `json:"autocancel_builds"`
	BuildForkPRs        bool     `json:"build_fork_prs"`
	BuildPRsOnly        bool     `json:"build_prs_only"`
	DisableSSH          Tri      `json:"disable_ssh"`
	ForksReceiveSecrets Tri      `json:"forks_receive_secret_env_vars"`
	OSS                 Tri      `json:"oss"`
	SetGitHubStatus     Tri      `json:"set_github_status"`
	SetupWorkflows      Tri      `json:"setup_workflows"`
	AdminOnly           Tri      `json:"write_settings_requires_admin"`
	PROnlyOverrides     []string `json:"pr_only_branch_overrides"` // regular expressions of branches that are built all the same
}
