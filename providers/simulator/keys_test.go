package simulator_test

import (
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gatehouse/providers/simulator"
)

// A key nobody in the demo world has.
const strangersKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"

func keyBody(key string) string {
	b, _ := json.Marshal(map[string]string{"title": "t", "key": key})
	return string(b)
}

// TestKeysAreReal: every public key there is can be parsed, and no two are the same.
func TestKeysAreReal(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Repos: 20})
	dana := as(t, s, "dana", simulator.KindClassic)
	seen := map[string]string{}
	types := map[string]int{}
	for _, repo := range names(dana.all("/user/repos?per_page=100"), "full_name") {
		r := dana.get("/repos/" + repo + "/keys")
		if r.status != 200 {
			continue
		}
		for _, k := range r.rows() {
			key, _, _, rest, err := ssh.ParseAuthorizedKey([]byte(k["key"].(string)))
			if err != nil || len(rest) > 0 {
				t.Errorf("%s: %v: %v", repo, k["key"], err)
				continue
			}
			types[key.Type()]++
			if n, ok := key.(ssh.CryptoPublicKey).CryptoPublicKey().(*rsa.PublicKey); ok && (n.N.Sign() < 0 || n.N.BitLen()%1024 != 0) {
				t.Errorf("%s: an RSA key of %d bits", repo, n.N.BitLen())
			}
			if other := seen[ssh.FingerprintSHA256(key)]; other != "" {
				t.Errorf("%s and %s hold one key", repo, other)
			}
			seen[ssh.FingerprintSHA256(key)] = repo
		}
	}
	if types["ssh-rsa"] != 2 || types["ssh-ed25519"] < 80 {
		t.Errorf("the keys are %v", types)
	}
}

// TestCreateKey: without read_only it can write; it is on nothing else; each refusal has its own words.
func TestCreateKey(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Repos: 3})
	dana := as(t, s, "dana", simulator.KindClassic)
	const keys = "/repos/acme/mobile/keys"
	made := dana.do("POST", keys, keyBody(strangersKey+" me@here")).want(201)
	row := made.row()
	if row["read_only"] != false || row["key"] != strangersKey || row["added_by"] != "dana" || row["last_used"] != nil || row["enabled"] != true {
		t.Errorf("the new key is %s", made.body)
	}
	dana.get(made.header.Get("Location")).want(200)

	taken := dana.get("/repos/acme/ok/keys").rows()[0]["key"].(string)
	users := dana.get("/user/keys").want(200).rows()[0]["key"].(string)
	generated := dana.get("/repositories/1000001/keys").want(200).rows()[0]["key"].(string)
	weak := dana.get("/repos/acme/old-site/keys").rows()[1]["key"].(string)
	for what, row := range map[string][2]string{
		"here already":               {strangersKey, "key is already in use"},
		"on another repository":      {taken, "key is already in use"},
		"on an account":              {users, "key is already in use"},
		"on a generated repository":  {generated, "key is already in use"},
		"too weak":                   {weak, "Key is weak"},
		"not a key":                  {"ssh-ed25519 AAAA", "key is invalid"},
		"of a type that is not used": {"ssh-dss AAAAB3NzaC1kc3M=", "key is invalid"},
	} {
		r := dana.do("POST", keys, keyBody(row[0])).want(422)
		if !strings.Contains(string(r.body), row[1]) || !strings.Contains(string(r.body), `"resource":"PublicKey"`) {
			t.Errorf("%s: %s", what, r.body)
		}
	}
	dana.do("DELETE", made.header.Get("Location"), "").want(204)
	dana.get(made.header.Get("Location")).want(404)
	dana.do("POST", keys, keyBody(strangersKey)).want(201)
	dana.do("POST", "/repos/acme/attic/keys", keyBody(strangersKey)).want(403)
}

// TestKeysDieWithTheirToken. Source: GitHub's page of the deploy key endpoints.
func TestKeysDieWithTheirToken(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	dana := as(t, s, "dana", simulator.KindClassic)
	count := func(repo string) int { return len(dana.get("/repos/" + repo + "/keys").want(200).rows()) }
	if count("acme/shop") != 1 || count("acme/ok") != 1 || count("acme/docs") != 2 {
		t.Fatal("the demo world's keys are not as this test expects")
	}
	if err := s.Revoke(s.Token("sam", simulator.KindClassic)); err != nil {
		t.Fatal(err)
	}
	if err := s.Revoke(s.Token("dana", simulator.KindOAuth)); err != nil {
		t.Fatal(err)
	}
	for repo, want := range map[string]int{"acme/shop": 0, "acme/ok": 0, "acme/docs": 1} {
		if got := count(repo); got != want {
			t.Errorf("%s has %d keys after the tokens are gone, want %d", repo, got, want)
		}
	}
	as(t, s, "sam", simulator.KindClassic).get("/user").want(401)
}

// TestKeyPolicy: an organisation that disallows deploy keys lists them as not enabled, and takes no new ones.
func TestKeyPolicy(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	dana := as(t, s, "dana", simulator.KindClassic)
	if err := s.AllowDeployKeys("acme", false); err != nil {
		t.Fatal(err)
	}
	if k := dana.get("/repos/acme/ok/keys").rows()[0]; k["enabled"] != false {
		t.Errorf("the key is %v", k)
	}
	r := dana.do("POST", "/repos/acme/ok/keys", keyBody(strangersKey)).want(422)
	if !strings.Contains(string(r.body), "Deploy keys are disabled for this repository") || strings.Contains(string(r.body), `"field"`) {
		t.Errorf("a new key is refused with %s", r.body)
	}
	if got := fmt.Sprint(dana.get("/orgs/acme").row()["deploy_keys_enabled_for_repositories"]); got != "false" {
		t.Errorf("the organisation says %s", got)
	}
}
