package circleci

import (
	"context"

	"gatehouse/model"
)

// settings has pointers: a field that is left out is not known, and not off.
type settings struct {
	Advanced *struct {
		Autocancel *bool    `json:"autocancel_builds"`
		ForkPRs    *bool    `json:"build_fork_prs"`
		PRsOnly    *bool    `json:"build_prs_only"`
		DisableSSH *bool    `json:"disable_ssh"`
		Secrets    *bool    `json:"forks_receive_secret_env_vars"`
		OSS        *bool    `json:"oss"`
		Status     *bool    `json:"set_github_status"`
		Setup      *bool    `json:"setup_workflows"`
		AdminOnly  *bool    `json:"write_settings_requires_admin"`
		Overrides  []string `json:"pr_only_branch_overrides"`
	} `json:"advanced"`
}

// Settings reads a project's advanced settings. Source: GET /api/v2/project/{slug}/settings.
func (c *Client) Settings(ctx context.Context, slug model.Text) model.Reading[model.CISettings] {
	path, err := slugPath(slug.Raw())
	if err != nil {
		return model.Unreadable[model.CISettings](model.CauseOf(err))
	}
	a := asked{op: "read project settings", on: slug.String()}
	var s settings
	if err := c.get(ctx, a, "/api/v2/project/"+path+"/settings", &s); err != nil {
		return model.Unreadable[model.CISettings](model.CauseOf(err))
	}
	if s.Advanced == nil || s.Advanced.ForkPRs == nil || s.Advanced.PRsOnly == nil {
		return model.Unreadable[model.CISettings](model.CauseOf(a.bad("it does not say what is built")))
	}
	x, is := s.Advanced, model.TriOf
	return model.Read(model.CISettings{
		AutocancelBuilds: is(x.Autocancel), BuildForkPRs: *x.ForkPRs, BuildPRsOnly: *x.PRsOnly, DisableSSH: is(x.DisableSSH), ForksReceiveSecrets: is(x.Secrets), OSS: is(x.OSS),
		SetGitHubStatus: is(x.Status), SetupWorkflows: is(x.Setup), AdminOnly: is(x.AdminOnly), PROnlyOverrides: x.Overrides,
	}, c.now())
}
