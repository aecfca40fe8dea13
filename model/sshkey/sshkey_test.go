package sshkey

import (
	_ "embed"
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

//go:embed testdata/keys.txt
var known string

// vector is one line of testdata/keys.txt.
type vector struct {
	bits             int
	md5, sha256, key string
}

func vectors(t testing.TB) []vector {
	t.Helper()
	var out []vector
	for line := range strings.Lines(known) {
		f := strings.SplitN(strings.TrimSpace(line), " ", 4)
		if f[0] == "#" {
			continue
		}
		bits, err := strconv.Atoi(f[0])
		if err != nil || len(f) != 4 {
			t.Fatalf("testdata: %q", line)
		}
		out = append(out, vector{bits, f[1], f[2], f[3]})
	}
	if len(out) < 10 {
		t.Fatalf("testdata has %d keys only", len(out))
	}
	return out
}

func TestFingerprintsAreThoseOfSSHKeygen(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		k, err := Parse("  " + v.key + "\r\n")
		if err != nil {
			t.Errorf("%.40s: %v", v.key, err)
			continue
		}
		words := strings.SplitN(v.key, " ", 3)
		comment := strings.Join(words[2:], "")
		if k.Type != words[0] || k.Bits != v.bits || k.MD5 != v.md5 || k.SHA256 != v.sha256 || k.Comment.Raw() != comment {
			t.Errorf("%.40s: read as %s, %d bits, %s, %s, %q", v.key, k.Type, k.Bits, k.MD5, k.SHA256, k.Comment.Raw())
		}
	}
}

func TestAFingerprintIsMatchedHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	all := vectors(t)
	for i, v := range all {
		k, err := Parse(v.key)
		if err != nil {
			t.Fatal(err)
		}
		other := all[(i+1)%len(all)]
		bare := strings.TrimPrefix(v.sha256, "SHA256:")
		for _, written := range []string{
			v.md5, "MD5:" + v.md5, "md5:" + strings.ToUpper(v.md5), strings.ReplaceAll(v.md5, ":", ""), " " + v.md5 + "\n",
			v.sha256, bare, bare + "=", "sha256:" + bare,
		} {
			if !k.Matches(written) {
				t.Errorf("%s: %q is its fingerprint", k.Type, written)
			}
		}
		for _, written := range []string{
			"", ":", "MD5:", "SHA256:", other.md5, other.sha256, "MD5:" + bare, "SHA256:" + v.md5, bare[:20], v.md5[:20], strings.ToUpper(bare), k.Type,
		} {
			if k.Matches(written) {
				t.Errorf("%s: %q is not its fingerprint", k.Type, written)
			}
		}
	}
	if (Key{}).Matches("") || (Key{}).Same(Key{}) {
		t.Error("no key is the same as no key")
	}
}

func TestSameIsAboutTheKeyNotItsComment(t *testing.T) {
	t.Parallel()
	all := vectors(t)
	for i, v := range all {
		words := strings.SplitN(v.key, " ", 3)
		a, errA := Parse(words[0] + " " + words[1])
		b, errB := Parse(words[0] + "\t" + words[1] + " renamed")
		c, errC := Parse(all[(i+1)%len(all)].key)
		if errA != nil || errB != nil || errC != nil {
			t.Fatal(errA, errB, errC)
		}
		if !a.Same(b) || a.Same(c) {
			t.Errorf("%s: same as itself %v, as another %v", a.Type, a.Same(b), a.Same(c))
		}
	}
}

func TestOnlyOnePlainKeyIsAccepted(t *testing.T) {
	t.Parallel()
	all := vectors(t)
	ed, rsa := all[0].key, all[2].key
	edWords, rsaWords := strings.Fields(ed), strings.Fields(rsa)
	for name, line := range map[string]string{
		"nothing":               "",
		"blanks":                " \t\n",
		"a comment":             "# " + ed,
		"a comment, then a key": "# a key\n" + ed,
		"junk, then a key":      "junk\n" + ed,
		"two keys":              ed + "\n" + rsa,
		"two keys, CR":          ed + "\r" + rsa,
		"options":               `command="id",no-pty ` + ed,
		"a wrong label":         "ssh-rsa " + edWords[1],
		"an unknown label":      "ssh-moose " + edWords[1],
		"a key without label":   edWords[1],
		"a label without key":   "ssh-ed25519",
		"not base64":            "ssh-ed25519 !!!!",
		"cut short":             "ssh-ed25519 " + edWords[1][:40],
		"something behind it":   "ssh-ed25519 " + base64.StdEncoding.EncodeToString(append(blob(t, edWords[1]), 0, 0, 0, 1, 'x')),
		"a private key":         "-----BEGIN OPENSSH PRIVATE KEY-----",
		"enormous":              "ssh-rsa " + strings.Repeat(rsaWords[1], 100),
		"a fingerprint":         all[0].sha256,
	} {
		if k, err := Parse(line); err == nil {
			t.Errorf("%s: accepted as %s %s", name, k.Type, k.SHA256)
		}
	}
}

func blob(t *testing.T, word string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(word)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestACommentMayHoldAnythingAndSteersNothing(t *testing.T) {
	t.Parallel()
	words := strings.Fields(vectors(t)[0].key)
	for _, comment := range []string{"\x1b[2J", "\u202egnp.exe", "a\u200bb", "\x07", "\xff\xfe", "=cmd|' /C calc'!A0", "two words", strings.Repeat("x", 4000)} {
		k, err := Parse(words[0] + " " + words[1] + " " + comment)
		if err != nil {
			t.Errorf("%q: %v", comment, err)
			continue
		}
		if k.Comment.Raw() != comment {
			t.Errorf("%q came back as %q", comment, k.Comment.Raw())
		}
		if shown := k.Comment.String(); strings.ContainsAny(shown, "\x1b\x07\u202e\u200b") || !utf8.ValidString(shown) {
			t.Errorf("%q is shown as %q", comment, shown)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.key)
	}
	f.Add("# comment\nssh-ed25519 AAAA")
	f.Add(`command="x" ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAA`)
	f.Fuzz(func(t *testing.T, line string) {
		k, err := Parse(line)
		if err != nil {
			return
		}
		if !k.Matches(k.MD5) || !k.Matches(k.SHA256) || !k.Same(k) || !strings.HasPrefix(strings.TrimSpace(line), k.Type) {
			t.Errorf("%q is read as a key that is not itself: %+v", line, k)
		}
		again, err := Parse(k.Type + " " + base64.StdEncoding.EncodeToString(k.blob))
		if err != nil || !again.Same(k) {
			t.Errorf("%q does not survive being written again: %v", line, err)
		}
	})
}
