package githubd

import "net/http"

// getRateLimit is GET /rate_limit: it costs nothing.
func (c *call) getRateLimit() answer {
	core := c.limits.rate(c.bucket(), "core")
	resources := map[string]rate{"core": core, "graphql": c.limits.rate(c.bucket(), "graphql")}
	for name, limit := range map[string]int{"search": 30, "code_search": 10, "integration_manifest": 5000, "source_import": 100, "scim": 15000} {
		resources[name] = rate{Limit: limit, Remaining: limit, Reset: core.Reset}
	}
	return answer{status: http.StatusOK, free: true, volatile: true, body: map[string]any{"resources": resources, "rate": core}}
}

// getMeta is GET /meta. The fingerprints are GitHub's published ones, without "SHA256:", as the description shows them.
func (c *call) getMeta() answer {
	return answer{status: http.StatusOK, body: map[string]any{
		"verifiable_password_authentication": false,
		"ssh_key_fingerprints": map[string]string{
			"SHA256_ECDSA":   "p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM",
			"SHA256_ED25519": "+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
			"SHA256_RSA":     "uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s",
		},
		"ssh_keys": []string{"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"},
		"hooks":    []string{"192.30.252.0/22", "185.199.108.0/22", "140.82.112.0/20", "143.55.64.0/20"},
	}}
}
