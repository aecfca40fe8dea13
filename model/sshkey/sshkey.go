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

// Parse reads one key in authorized_keys form ("ssh-ed25519 AAAA… comment"). Options before the type, certificates, further lines and
// a type that is not the key's own are refused: neither a forge nor CircleCI lists keys that way.
func Parse(line string) (Key, error) {
	line = strings.TrimSpace(line)
	switch {
	case line == "" || len(line) > maxLine:
		return Key{}, errors.New("parse public key: it is empty or too long")
	case strings.ContainsAny(line, "\r\n"):
		return Key{}, errors.New("parse public key: it has more than one line")
	}
	pub, comment, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil {
		return Key{}, fmt.Errorf("parse public key: %w", err)
	}
	if _, ok := pub.(*ssh.Certificate); ok {
		return Key{}, errors.New("parse public key: it is a certificate")
	}
	// The parser skips words before the key and believes the key over its label: a label that lies is no key of ours.
	if first, _, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " "); first != pub.Type() {
		return Key{}, errors.New("parse public key: it does not begin with its own type")
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

// Matches reports that a fingerprint someone wrote names this key: MD5 with or without colons, or SHA256, each with or without its
// prefix, hex in any case, base64 with or without padding.
func (k Key) Matches(fingerprint string) bool {
	if k.MD5 == "" {
		return false
	}
	f := strings.TrimSpace(fingerprint)
	if rest, ok := cutPrefixFold(f, "MD5:"); ok {
		return sameHex(rest, k.MD5)
	}
	rest, named := cutPrefixFold(f, "SHA256:")
	if !named && sameHex(f, k.MD5) {
		return true
	}
	return strings.TrimRight(rest, "=") == strings.TrimPrefix(k.SHA256, "SHA256:")
}

func sameHex(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, ":", ""), strings.ReplaceAll(b, ":", ""))
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
