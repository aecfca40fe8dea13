package transport

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"

	"gatehouse/model"
)

type headerAuth struct {
	name, prefix string
	secret       model.Secret
}

// Bearer sends "Authorization: Bearer …".
func Bearer(s model.Secret) Auth { return headerAuth{"Authorization", "Bearer ", s} }

// CircleToken sends CircleCI's own header.
func CircleToken(s model.Secret) Auth { return headerAuth{"Circle-Token", "", s} }

// Basic sends "Authorization: Basic …".
func Basic(user string, s model.Secret) Auth {
	return headerAuth{"Authorization", "Basic ", model.NewSecret(base64.StdEncoding.EncodeToString([]byte(user + ":" + s.Reveal())))}
}

// Apply sets the credential's header.
func (a headerAuth) Apply(h http.Header) { h.Set(a.name, a.prefix+a.secret.Reveal()) }

// ID is a one-way name of the credential: 16 hex digits.
func (a headerAuth) ID() string {
	sum := sha256.Sum256([]byte("gatehouse credential\x00" + a.name + "\x00" + a.secret.Reveal()))
	return hex.EncodeToString(sum[:8])
}

// credentialHeaders may hold a credential: a caller's are removed before ours is set.
var credentialHeaders = []string{"Authorization", "Circle-Token", "Cookie", "Proxy-Authorization", "Private-Token", "X-Api-Key"}
