package credential

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"gatehouse/model"
)

// CheckBase gives a service root in its one spelling (lower-case host, no default port, no slash at the end), or refuses it: it must
// be https, or http on loopback, and hold nothing that could make it look like another place (safety.md T-06). What is refused is
// not repeated in the error: it may hold a password.
func CheckBase(base string) (string, error) {
	u, err := url.Parse(base)
	if err != nil {
		return "", refuseBase("it cannot be read")
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	switch {
	case u.User != nil:
		return "", refuseBase("it holds a user name")
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(base, "#"):
		return "", refuseBase("it holds a query or a fragment")
	case u.Opaque != "" || host == "" || strings.HasSuffix(u.Host, ":"):
		return "", refuseBase("it names no host")
	case !plainPath(u.EscapedPath()):
		return "", refuseBase("its path is not plain")
	case !plainPort(port):
		return "", refuseBase("its port is not a number from 1 to 65535")
	}
	if why := wrongHost(u, host); why != "" {
		return "", refuseBase(why)
	}
	return u.Scheme + "://" + hostPort(u.Scheme, host, port) + strings.TrimSuffix(u.Path, "/"), nil
}

// wrongHost says why a host cannot be the API's; empty: it can.
func wrongHost(u *url.URL, host string) string {
	switch {
	case !plainHost(host) || strings.ContainsFunc(u.Host, func(r rune) bool { return r >= 0x80 }): // the Kelvin sign has a plain k as its small letter
		return "its host is not written in plain letters, digits, dots and dashes"
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(host)):
		return "it is not https; plain http is for this machine only"
	case host == "github.com" || host == "www.github.com":
		return "it is the web site, not the API"
	}
	return ""
}

// hostPort leaves a scheme's own port out.
func hostPort(scheme, host, port string) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port == "" || port == map[string]string{"https": "443", "http": "80"}[scheme] {
		return host
	}
	return host + ":" + port
}

func plainPort(port string) bool {
	if port == "" {
		return true
	}
	n, err := strconv.Atoi(port)
	return err == nil && n >= 1 && n <= 65535 && port[0] != '0'
}

func refuseBase(why string) error {
	return model.Refuse("use GitHub's address", "", why, "give the API's root, for example "+GitHubAPI+" or https://github.example.com/api/v3")
}

// plainHost: an address, or a name of ASCII letters, digits and dashes. Look-alike letters, also in their xn-- form, are not.
func plainHost(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Zone() == ""
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "xn--") || label[0] == '-' || label[len(label)-1] == '-' || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	// 127.1 and 2130706433 are addresses to some resolvers and names to others.
	last := host[strings.LastIndexByte(host, '.')+1:]
	return strings.Trim(last, "0123456789") != "" && !strings.HasPrefix(last, "0x")
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

func plainPath(path string) bool {
	if strings.Trim(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./") != "" {
		return false
	}
	path = strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/")
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." || segment == "" && path != "" {
			return false
		}
	}
	return true
}
