package model

import "slices"

// EventGroup is a kind of webhook events, as an editor shows them together.
type EventGroup struct {
	Name   string
	Events []string
}

// HookEvents are the events that a repository's webhook can ask for, in groups; "*" asks for all of them. "ping" is always sent and
// stands in none. The classic projects' events, which nothing sends any more, come last.
// Source: GitHub's OpenAPI description, x-webhooks whose supported-webhook-types hold "repository".
var HookEvents = []EventGroup{
	{"Code", []string{"push", "create", "delete", "commit_comment", "fork", "gollum"}},
	{"Reviews", []string{"pull_request", "pull_request_review", "pull_request_review_comment", "pull_request_review_thread"}},
	{"Builds", []string{"status", "check_run", "check_suite", "deployment", "deployment_status", "workflow_job", "workflow_run", "page_build"}},
	{"Releases", []string{"release", "package", "registry_package"}},
	{"Talk", []string{"issues", "issue_comment", "issue_dependencies", "sub_issues", "label", "milestone", "discussion", "discussion_comment", "star", "watch"}},
	{"Access", []string{"member", "team_add", "deploy_key", "meta", "public", "repository", "repository_import", "custom_property_values"}},
	{"Rules", []string{"branch_protection_configuration", "branch_protection_rule", "repository_ruleset"}},
	{"Security", []string{
		"code_scanning_alert", "dependabot_alert", "repository_advisory", "repository_vulnerability_alert", "secret_scanning_alert",
		"secret_scanning_alert_location", "secret_scanning_scan", "security_and_analysis",
	}},
	{"Retired", []string{"project", "project_card", "project_column"}},
}

// EventPreset is a set of events under a name.
type EventPreset struct {
	Name   string
	Events []string // sorted
}

// EventPresets are the sets that make sense for CircleCI: what building needs, and what CircleCI asks for when it makes its hook.
// Sources: CircleCI "Triggers overview"; dumps of hooks that CircleCI made.
var EventPresets = []EventPreset{
	{"minimum", []string{"pull_request", "push"}},
	{"circleci", []string{
		"commit_comment", "create", "delete", "fork", "gollum", "issue_comment", "issues", "member", "public", "pull_request",
		"pull_request_review_comment", "push", "release", "status", "team_add", "watch",
	}},
}

// enterpriseEvents exist on GitHub Enterprise Cloud only. They are accepted, not offered.
var enterpriseEvents = []string{
	"bypass_request_secret_scanning", "dismissal_request_code_scanning", "dismissal_request_dependabot", "dismissal_request_secret_scanning",
	"exemption_request_push_ruleset",
}

// IsHookEvent reports that a repository's webhook can ask for the event.
func IsHookEvent(e string) bool {
	return e == "*" || e == "ping" || slices.Contains(enterpriseEvents, e) || slices.ContainsFunc(HookEvents, func(g EventGroup) bool { return slices.Contains(g.Events, e) })
}
