package githubd

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// GitHub's GraphQL ids are a prefix and a MessagePack list of numbers in base64: R_kgDO… is [0, repository].

func node(prefix string, ids ...int64) string {
	b := []byte{0x90 | byte(len(ids)+1), 0}
	for _, id := range ids {
		if id < 1<<32 {
			b = binary.BigEndian.AppendUint32(append(b, 0xce), uint32(id))
		} else {
			b = binary.BigEndian.AppendUint64(append(b, 0xcf), uint64(id))
		}
	}
	return prefix + "_" + base64.RawURLEncoding.EncodeToString(b)
}

// nodeID reads the last number out of an id with the prefix; false: it is not one.
func nodeID(id, prefix string) (int64, bool) {
	rest, ok := strings.CutPrefix(id, prefix+"_")
	if !ok {
		return 0, false
	}
	b, err := base64.RawURLEncoding.DecodeString(rest)
	if err != nil || len(b) < 7 || b[len(b)-5] != 0xce {
		return 0, false
	}
	n := int64(binary.BigEndian.Uint32(b[len(b)-4:]))
	return n, node(prefix, n) == id
}
