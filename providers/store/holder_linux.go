package store

import (
	"bytes"
	"os"
	"strconv"
	"strings"
)

// bootID is the running system's own name for itself.
func bootID() string {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// startOf is when the process started, in clock ticks since the system did. Source: proc(5), field 22 of stat; the second field may
// hold anything, so counting begins behind its last bracket.
func startOf(pid int) string {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return ""
	}
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	if len(fields) < 20 {
		return ""
	}
	return fields[19]
}
