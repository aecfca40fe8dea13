package check

import (
	"fmt"

	"gatehouse/model"
)

func keyChecks() []Check {
	needs := []Fact{FactDeployKeys}
	return []Check{
		{
			ID: "key.enabled", Severity: High, Needs: needs,
			Reference: "https://docs.github.com/organizations/managing-organization-settings/restricting-deploy-keys-in-your-organization",
			Title:     "a deploy key is switched off by policy",
			Why:       "The organisation disallows deploy keys: the key is still listed, but SSH refuses it.",
			Do:        "Ask an owner to allow deploy keys in the organisation's settings, or check out by other means.",
			Run: eachKey(func(k model.DeployKey) Result {
				if k.Enabled != model.No {
					return assessed(k.Enabled)
				}
				return brokenKey(k, "disabled", "is disabled by policy")
			}),
		},
		{
			ID: "key.weak", Severity: High, Needs: needs,
			Reference: "https://docs.github.com/authentication/connecting-to-github-with-ssh/checking-for-existing-ssh-keys",
			Title:     "a deploy key is too weak",
			Why:       "DSA keys and RSA keys under 2048 bits can be broken; forges refuse new ones and drop old ones without notice.",
			Do:        "Replace the key by an ed25519 key.",
			Run: eachKey(func(k model.DeployKey) Result {
				switch {
				case k.Type == "":
					return Result{}
				case k.Type == "ssh-dss" || k.Type == "ssh-rsa" && k.Bits < 2048:
					return brokenKey(k, "weak key", fmt.Sprintf("is %s with %d bits", k.Type, k.Bits))
				}
				return Result{Verdict: Holds}
			}),
		},
	}
}

func eachKey(judge func(model.DeployKey) Result) func(*model.Snapshot, model.RepoRef, model.Unix) Result {
	return func(s *model.Snapshot, on model.RepoRef, _ model.Unix) Result {
		r := s.Repo(on).DeployKeys
		keys, ok := r.All()
		if !ok {
			return Result{Why: r.Why}
		}
		all := Result{Verdict: Holds}
		for _, k := range keys {
			if one := judge(k); one.Verdict == Broken {
				one.Evidence = append(all.Evidence, one.Evidence...)
				all = one
			}
		}
		return all
	}
}

func assessed(t model.Tri) Result {
	if t == model.TriUnknown {
		return Result{}
	}
	return Result{Verdict: Holds}
}

func brokenKey(k model.DeployKey, short, saw string) Result {
	return Result{Verdict: Broken, Short: short, Evidence: []Evidence{{fmt.Sprintf("deploy key %q", k.Title.String()), saw}}}
}
