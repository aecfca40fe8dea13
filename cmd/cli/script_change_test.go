package cli_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"gatehouse/providers/simulator"
)

// changing are the commands of scripts that change something.
var changing = map[string]func(*testscript.TestScript, bool, []string){
	"writes": writes, "lastwrite": lastWrite, "signed": signed, "someone": someone, "nowhere": nowhere, "tear": tear,
}

// tear METHOD PATH has such a request take effect and its answer torn, and every reading fail after it.
func tear(ts *testscript.TestScript, _ bool, args []string) {
	torn := false
	world(ts).Fault(simulator.Fault{Cut: simulator.CutAfter, Where: func(r *http.Request, _ []byte) bool {
		hit := !torn && r.Method == args[0] && r.URL.Path == args[1]
		torn = torn || hit
		return hit
	}})
	world(ts).Fault(simulator.Fault{Status: http.StatusBadGateway, Where: func(r *http.Request, _ []byte) bool { return torn && r.Method == http.MethodGet }})
}

type printedKey struct{}

// printed is all that the script's runs have printed.
func printed(ts *testscript.TestScript) *strings.Builder {
	return ts.Value(printedKey{}).(*strings.Builder)
}

// nowhere DIR SECRET… wants each secret in no file below DIR and in nothing that was printed, in none of the forms that bytes take. Before it
// looks it plants each form in a file of its own, and must find it.
func nowhere(ts *testscript.TestScript, _ bool, args []string) {
	root := ts.MkAbs(args[0])
	for _, secret := range args[1:] {
		for form, text := range formsOf(secret) {
			plant := filepath.Join(root, "planted")
			ts.Check(os.WriteFile(plant, []byte("x"+text+"y"), 0o600))
			if len(findBelow(ts, root, text)) != 1 {
				ts.Fatalf("the %s form of a planted secret was not found: the search is blind", form)
			}
			ts.Check(os.Remove(plant))
			if found := findBelow(ts, root, text); len(found) > 0 || strings.Contains(printed(ts).String(), text) {
				ts.Fatalf("a secret, as %s, in %v or in what was printed", form, found)
			}
		}
	}
}

// formsOf are the ways in which a secret's bytes may stand somewhere. Base64 is looked for at each of its three alignments.
func formsOf(secret string) map[string]string {
	out := map[string]string{"itself": secret, "hex": hex.EncodeToString([]byte(secret)), "UTF-16": strings.Join(strings.Split(secret, ""), "\x00")}
	for n := range 3 {
		all := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", n) + secret))
		out[fmt.Sprint("base64 ", n)] = all[[]int{0, 2, 3}[n] : len(all)-2]
	}
	return out
}

func findBelow(ts *testscript.TestScript, root, text string) []string {
	var found []string
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if strings.Contains(string(b), text) {
			found = append(found, path)
		}
		return err
	}))
	return found
}

// written are the requests of the demo world's log that change something.
func written(ts *testscript.TestScript) []simulator.Request {
	return slices.DeleteFunc(world(ts).Requests(), func(r simulator.Request) bool {
		return r.Method == http.MethodGet || r.Method == http.MethodHead || strings.HasSuffix(r.Path, "/graphql")
	})
}

// writes N wants that so many writes have reached the demo world.
func writes(ts *testscript.TestScript, _ bool, args []string) {
	if got := fmt.Sprint(len(written(ts))); got != args[0] {
		ts.Fatalf("%s writes, want %s", got, args[0])
	}
}

// lastwrite METHOD PATH BODY wants that the newest write was exactly this.
func lastWrite(ts *testscript.TestScript, _ bool, args []string) {
	all := written(ts)
	if len(all) == 0 {
		ts.Fatalf("nothing was written")
	}
	got := all[len(all)-1]
	if got.Method != args[0] || got.Path != args[1] || strings.TrimSpace(string(got.Body)) != args[2] {
		ts.Fatalf("the last write was %s %s %s", got.Method, got.Path, got.Body)
	}
}

// signed OWNER/NAME HOOK SECRET has the newest push or ping delivered by the hook checked against the secret, as a receiver does.
func signed(ts *testscript.TestScript, neg bool, args []string) {
	var log []struct{ ID int64 }
	address := world(ts).GitHubURL() + "/repos/" + args[0] + "/hooks/" + args[1] + "/deliveries"
	get(ts, address, &log)
	var d struct {
		Request struct {
			Headers map[string]string
			Payload json.RawMessage
		}
	}
	get(ts, address+"/"+strconv.FormatInt(log[0].ID, 10), &d)
	body := string(d.Request.Payload)
	if strings.Contains(d.Request.Headers["content-type"], "form") {
		body = url.Values{"payload": {body}}.Encode()
	}
	mac := hmac.New(sha256.New, []byte(args[2]))
	mac.Write([]byte(body))
	want := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	if got := d.Request.Headers["X-Hub-Signature-256"]; (got == want) == neg {
		ts.Fatalf("signed %q, want %q", got, want)
	}
}

func get(ts *testscript.TestScript, address string, v any) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	ts.Check(err)
	req.Header.Set("Authorization", "Bearer "+ts.Getenv("TOKEN"))
	res, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	ts.Check(err)
	if res.StatusCode != http.StatusOK {
		ts.Fatalf("%s: %s", address, b)
	}
	ts.Check(json.Unmarshal(b, v))
}

// someone does something to the demo world behind gatehouse's back: hook OWNER/NAME ID EVENT…, secret OWNER/NAME ID SECRET,
// failing OWNER/NAME ID (of its four youngest deliveries the first, third and fourth failed),
// rename OWNER/NAME NAME, archive OWNER/NAME, forgets or remembers (whether an edit of events takes the secret along).
func someone(ts *testscript.TestScript, _ bool, args []string) {
	w := world(ts)
	id := int64(0)
	if len(args) > 2 {
		id, _ = strconv.ParseInt(args[2], 10, 64)
	}
	var err error
	switch args[0] {
	case "hook":
		err = w.SetHook(args[1], id, true, args[3:]...)
	case "secret":
		err = w.SetSecret(args[1], id, args[3])
	case "failing":
		err = w.FailDeliveries(args[1], id, 502, 0, 400, 502)
	case "rename":
		err = w.Rename(args[1], args[2])
	case "archive":
		err = w.Archive(args[1], true)
	case "forgets":
		w.DropSecrets(true)
	case "remembers":
		w.DropSecrets(false)
	default:
		ts.Fatalf("nobody does %s", args[0])
	}
	ts.Check(err)
}
