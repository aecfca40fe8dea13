package model

import (
	"fmt"
	"slices"
	"strings"
)

// EditSettings asks for other values of a CircleCI project's settings; what is not named stays. Source: CircleCI API v2 PATCH
// /project/{slug}/settings.
type EditSettings struct {
	Target  Target          `json:"target"`
	Project Text            `json:"project"` // CircleCI's slug
	Set     map[string]bool `json:"set"`     // by CircleCI's names, which SettingNames lists
}

// SettingNames are the settings that can be switched, by CircleCI's names, with what each does in a few words. "oss" follows the
// repository's visibility and cannot be set.
var SettingNames = map[string]string{
	"autocancel_builds":             "cancel a branch's older pipelines",
	"build_fork_prs":                "build pull requests from forks",
	"build_prs_only":                "build pull requests only",
	"disable_ssh":                   "no SSH into jobs",
	"forks_receive_secret_env_vars": "pass secrets to builds of forks",
	"set_github_status":             "report to GitHub's commit status",
	"setup_workflows":               "dynamic configuration",
	"write_settings_requires_admin": "settings are the admins' alone",
}

// Value is a setting by CircleCI's name; ok is false for one that there is not.
func (s CISettings) Value(name string) (on Tri, ok bool) {
	on, ok = map[string]Tri{
		"autocancel_builds": s.AutocancelBuilds, "build_fork_prs": Is(s.BuildForkPRs), "build_prs_only": Is(s.BuildPRsOnly), "disable_ssh": s.DisableSSH,
		"forks_receive_secret_env_vars": s.ForksReceiveSecrets, "set_github_status": s.SetGitHubStatus, "setup_workflows": s.SetupWorkflows,
		"write_settings_requires_admin": s.AdminOnly,
	}[name]
	return on, ok
}

// Kind is "project.settings".
func (EditSettings) Kind() string { return "project.settings" }

// On is the repository that the project builds.
func (o EditSettings) On() Target { return o.Target }

// In is the same at another place.
func (o EditSettings) In(origin, account string) Op {
	o.Target = o.Target.in(origin, account)
	return o
}

// String is for example: set build_prs_only on in CircleCI for gh/acme/web.
func (o EditSettings) String() string {
	var parts []string
	for name, on := range o.Set {
		word := "off"
		if on {
			word = "on"
		}
		parts = append(parts, fmt.Sprintf("%s %s", Outside(name), word))
	}
	slices.Sort(parts)
	return "set " + strings.Join(parts, ", ") + " in CircleCI for " + o.Target.Repo.String()
}
