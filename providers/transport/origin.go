package transport

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"gatehouse/model"
)

// origin is what a credential belongs to: scheme, host and port, all of them, and the path below which the service lives.
type origin struct {
	scheme, host, port string
	path               string // with a slash at both ends
}

// String is scheme://host, with the port when it is not the scheme's own.
func (o origin) String() string {
	if o.port == defaultPort(o.scheme) {
		return o.scheme + "://" + bracket(o.host)
	}
	return o.scheme + "://" + net.JoinHostPort(o.host, o.port)
}

func bracket(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

func defaultPort(scheme string) string {
	if scheme == "http" {
		return "80"
	}
	return "443"
}

// CheckOrigin tells whether base may be a service root, and gives its origin (scheme://host[:port]) for people and for Targets.
// It must be https without user, query or fragment, with a plain ASCII host name; http only for loopback, and only when asked.
func CheckOrigin(base string, loopback bool) (string, error) {
	o, err := parseOrigin(base, loopback)
	if err != nil {
		return "", err
	}
	return o.String(), nil
}

func parseOrigin(base string, loopback bool) (origin, error) {
	u, why := plainAddress(base)
	if why == "" {
		why = plainPlace(u, loopback)
	}
	if why != "" {
		return origin{}, model.Refuse("use service address", "", why, // not repeated: it may hold a password
			"give the service root, for example https://api.github.com or https://github.example.com/api/v3")
	}
	port := u.Port()
	if port == "" {
		port = defaultPort(u.Scheme)
	}
	return origin{scheme: u.Scheme, host: strings.ToLower(u.Hostname()), port: port, path: "/" + strings.Trim(u.EscapedPath(), "/") + "/"}.normal(), nil
}

// plainAddress refuses parts that a service root does not have.
func plainAddress(base string) (u *url.URL, why string) {
	u, err := url.Parse(base)
	switch {
	case err != nil:
		return nil, "the address cannot be read"
	case u.User != nil:
		return nil, "the address holds a user name"
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return nil, "the address holds a query or fragment"
	case u.Opaque != "" || u.Host == "":
		return nil, "the address has no host"
	}
	return u, ""
}

// plainPlace refuses what could be another place than it looks, or would show the credential on the way.
func plainPlace(u *url.URL, loopback bool) (why string) {
	host := strings.ToLower(u.Hostname())
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return "the address is not https"
	case !plainHost(host):
		return "the host name is not plain ASCII letters, digits, dots and dashes"
	case u.Scheme == "http" && (!loopback || !isLoopback(host)):
		return "plain http would show the credential to everyone on the way"
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return "the port is not a number from 1 to 65535"
		}
	}
	return unsafePath(u.EscapedPath())
}

func (o origin) normal() origin {
	if o.path == "//" {
		o.path = "/"
	}
	return o
}

func plainHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	if host == "" || strings.HasPrefix(host, "-") || strings.HasSuffix(host, ".") || strings.HasPrefix(host, ".") || strings.Contains(host, "..") {
		return false
	}
	for i := range len(host) {
		c := host[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' {
			return false
		}
	}
	return !strings.Contains("."+host, ".xn--") // look-alike names are written this way on the wire
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// owns reports whether u is at exactly this scheme, host and port.
func (o origin) owns(u *url.URL) bool {
	port := u.Port()
	if port == "" {
		port = defaultPort(u.Scheme)
	}
	return u.Scheme == o.scheme && strings.EqualFold(u.Hostname(), o.host) && port == o.port && u.User == nil && u.Opaque == ""
}

// below reports whether an escaped path is inside the service.
func (o origin) below(path string) bool {
	return strings.HasPrefix(path, o.path) || path+"/" == o.path
}

// unsafePath says why an escaped path could end up somewhere else than it looks (safety.md fact 0.10); empty: it is safe.
func unsafePath(escaped string) string {
	low := strings.ToLower(escaped)
	for _, bad := range [...]string{"%2f", "%5c", "%2e", "%00", "%0a", "%0d", "\\"} {
		if strings.Contains(low, bad) {
			return "the path holds an encoded separator"
		}
	}
	for seg := range strings.SplitSeq(escaped, "/") {
		if seg == "." || seg == ".." {
			return "the path climbs out of its place"
		}
	}
	return ""
}
