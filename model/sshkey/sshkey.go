// Package sshkey reads public SSH keys: their type, strength and fingerprints. Keys are joined by fingerprint everywhere, never
// by title.
package sshkey

import (
	"crypto/dsa" //nolint:staticcheck // old keys are still listed by forges, and are a finding
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"

	"gatehouse/model"
)

// maxLine bounds what is parsed: the largest real key, RSA with 16384 bits, has under 3 KiB.
const maxLine = 16 << 10

// Key is a public key as everything else compares and shows it.
type Key struct {
	Type    string     // ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256, …
	Bits    int        // of the modulus or curve
	MD5     string     // hex pairs with colons, without a prefix
	SHA256  string     // "SHA256:" and base64 without padding
	Comment model.Text // may hold anything
	blob    []byte
}

// Parse reads one key in authorized_keys form ("ssh-ed25519 AAAA… comment"). Options before the type and further lines are refused:
// neither a forge nor CircleCI lists keys that way.
func Parse(line string) (Key, error) {
	line = strings.TrimSpace(line)
	if line == "" || len(line) > maxLine {
		return Key{}, errors.New("parse public key: it is empty or too long")
	}
	pub, comment, options, rest, err := ssh.ParseAuthorizedKey([]byte(line))
	switch {
	case err != nil:
		return Key{}, fmt.Errorf("parse public key: %w", err)
	case len(options) > 0 || len(rest) > 0 || strings.HasPrefix(line, "#"):
		return Key{}, errors.New("parse public key: more than one plain key")
	}
	return Key{
		Type: pub.Type(), Bits: bits(pub), MD5: ssh.FingerprintLegacyMD5(pub), SHA256: ssh.FingerprintSHA256(pub),
		Comment: model.Outside(comment), blob: pub.Marshal(),
	}, nil
}

// Same reports that both are the same key material, whatever their comments.
func (k Key) Same(other Key) bool {
	return len(k.blob) > 0 && subtle.ConstantTimeCompare(k.blob, other.blob) == 1
}

// Matches reports that a fingerprint someone wrote names this key: MD5 or SHA256, with or without the prefix, any case of hex.
func (k Key) Matches(fingerprint string) bool {
	f := strings.TrimSpace(fingerprint)
	if rest, ok := cutPrefixFold(f, "SHA256:"); ok {
		f = rest
	} else if rest, ok := cutPrefixFold(f, "MD5:"); ok {
		return k.MD5 != "" && strings.EqualFold(rest, k.MD5)
	}
	return k.MD5 != "" && (strings.EqualFold(f, k.MD5) || strings.TrimRight(f, "=") == strings.TrimPrefix(k.SHA256, "SHA256:"))
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):], true
	}
	return s, false
}

func bits(pub ssh.PublicKey) int {
	switch pub.Type() {
	case ssh.KeyAlgoED25519, ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256:
		return 256
	}
	c, ok := pub.(ssh.CryptoPublicKey)
	if !ok {
		return 0
	}
	switch p := c.CryptoPublicKey().(type) {
	case *rsa.PublicKey:
		return p.N.BitLen()
	case *ecdsa.PublicKey:
		return p.Curve.Params().BitSize
	case *dsa.PublicKey:
		return p.P.BitLen()
	}
	return 0
}
