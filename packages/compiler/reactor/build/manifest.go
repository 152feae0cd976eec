package build

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"
	"github.com/open-policy-agent/opa/v1/version"

	"scopeward.dev/compiler/reactor/check"
)

const (
	manifestFile   = ".manifest"
	signaturesFile = ".signatures.json"
	dataFile       = "data.json"
	planFile       = "plan.json"
	wasmFile       = "policy.wasm"
)

// digests gives the hex sha256 of every file.
func digests(files map[string][]byte) map[string]string {
	result := make(map[string]string, len(files))
	for name, content := range files {
		digest := sha256.Sum256(content)
		result[name] = hex.EncodeToString(digest[:])
	}
	return result
}

// revision is the digest of the content: sha256 over the sorted lines `<path>\0<hex digest>\n` of
// every file but the manifest and the signatures.
func revision(digests map[string]string) string {
	all := sha256.New()
	for _, name := range util.KeysSorted(digests) {
		if name == manifestFile || name == signaturesFile {
			continue
		}
		all.Write([]byte(name + "\x00" + digests[name] + "\n"))
	}
	return "sha256:" + hex.EncodeToString(all.Sum(nil))
}

// manifestText is OPA's manifest. It names no resolver for WebAssembly: stock OPA has no engine for
// it and evaluates the sources.
func manifestText(c *check.Checked, revision string) ([]byte, error) {
	manifest := map[string]any{
		"revision":     revision,
		"roots":        []string{""},
		"rego_version": 1,
		"metadata": map[string]any{"scopeward": map[string]any{
			"entrypoints": entrypoints(c),
			"opa":         version.Version,
		}},
	}
	if c.Sources.Request.V0Compatible {
		versions := map[string]int{}
		for file, m := range c.Sources.Shipped() {
			if m.RegoVersion() == ast.RegoV0 {
				versions["/"+file] = 0
			}
		}
		if len(versions) > 0 {
			manifest["file_rego_versions"] = versions
		}
	}
	return jsonText(manifest)
}

// jsonText writes JSON with sorted members; numbers keep their digits.
func jsonText(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return []byte(strings.TrimSuffix(out.String(), "\n")), nil
}
