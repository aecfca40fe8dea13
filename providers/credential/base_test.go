package credential_test

import (
	"errors"
	"strings"
	"testing"

	"gatehouse/model"
	"gatehouse/providers/credential"
)

func TestCheckBaseAccepts(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"https://api.github.com":                    "https://api.github.com",
		"https://api.github.com/":                   "https://api.github.com",
		"HTTPS://API.GitHub.com:443":                "https://api.github.com",
		"https://github.example.com/api/v3/":        "https://github.example.com/api/v3",
		"https://github.example.com:8443/api/v3":    "https://github.example.com:8443/api/v3",
		"https://api.tenant.ghe.com":                "https://api.tenant.ghe.com",
		"https://10.0.0.7/api/v3":                   "https://10.0.0.7/api/v3",
		"https://[2001:db8::7]:8443/api/v3":         "https://[2001:db8::7]:8443/api/v3",
		"http://127.0.0.1:4001":                     "http://127.0.0.1:4001",
		"http://localhost:4001/":                    "http://localhost:4001",
		"http://[::1]:4001":                         "http://[::1]:4001",
		"http://127.8.9.1":                          "http://127.8.9.1",
		"https://git-hub.example.com/a_b.c/api/v3/": "https://git-hub.example.com/a_b.c/api/v3",
	} {
		if got, err := credential.CheckBase(given); err != nil || got != want {
			t.Errorf("CheckBase(%q) = %q, %v; want %q", given, got, err, want)
		}
	}
}

// badBases are addresses that no credential may be sent to (safety.md T-06).
var badBases = []string{
	"", " ", "api.github.com", "//api.github.com", "api.github.com:443", "https:", "https://", "https:///api/v3", "https:api.github.com", "https://:443", "https://api.github.com:",
	"http://api.github.com", "http://api.github.com:443", "http://127.0.0.1.evil.example", "http://localhost.evil.example", "http://10.0.0.7", "http://0.0.0.0:4001", "http://[::]:4001", "http://[::ffff:10.0.0.7]:4001",
	"http://169.254.169.254/latest", "ftp://api.github.com", "file:///etc/passwd", "ssh://git@github.com:22@evil.example/", "javascript:alert(1)", "data:text/plain,x", "unix:///run/x",
	"https://github.com", "https://github.com/", "https://www.github.com", "https://GITHUB.com/api/v3",
	"https://github.com@evil.example/", "https://api.github.com@evil.example", "https://api.github.com:x@evil.example", "https://user:hunter2@api.github.com", "https://ghp_hunter2@api.github.com", "https://@api.github.com",
	"https://api.github.com#@evil.example", "https://api.github.com#", "https://api.github.com?x", "https://api.github.com?", "https://evil.example/?https://api.github.com", "https://evil.example#api.github.com",
	"https://api.github.com.", "https://GITHUB.com.", "https://.api.github.com", "https://api..github.com", "https://-api.github.com", "https://api-.github.com",
	"https://api.gіthub.com", "https://api.github.ｃom", "https://apı.github.com", "https://api.github。com", "https://api.git\u212aub.com", "https://xn--80ak6aa92e.com", "https://api.xn--gthub-n4a.com",
	"https://api.github.com%2eevil.example", "https://api.github.com%00.evil.example", "https://api.github.com\\.evil.example", "https://api.github.com\\@evil.example", "https://api github.com", "https://api.github.com\n.evil.example", "https://api.github.com\t", "https://\x1b[31mevil.example",
	"https://127.1", "https://2130706433", "https://0x7f.0.0.1/", "https://0x7f000001", "https://evil.0x1", "https://[fe80::1%25eth0]/", "https://[::1", "https://api_github.example.com", "https://api.github.com,evil.example",
	"https://api.github.com:0", "https://api.github.com:65536", "https://api.github.com:-1", "https://api.github.com:443x", "https://api.github.com:0443",
	"https://github.example.com/api/../v3", "https://github.example.com/./api", "https://github.example.com//api", "https://github.example.com/%2e%2e/api", "https://github.example.com/a%2Fb", "https://github.example.com/a;b", "https://github.example.com/api/v3\u202e",
}

func TestCheckBaseRefuses(t *testing.T) {
	t.Parallel()
	if len(badBases) < 60 {
		t.Fatalf("%d cases, want at least 60", len(badBases))
	}
	for _, given := range badBases {
		got, err := credential.CheckBase(given)
		if !errors.Is(err, model.ErrRefused) {
			t.Errorf("CheckBase(%q) = %q, %v; want a refusal", given, got, err)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("CheckBase(%q) repeats the password: %v", given, err)
		}
	}
}
