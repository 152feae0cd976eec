package build

import (
	"encoding/hex"

	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/util"
)

// SignedFile is one line of the claims that a signature covers.
type SignedFile struct {
	Name      string `json:"name"`
	Hash      string `json:"hash"`
	Algorithm string `json:"algorithm"`
}

// signedFiles digests every file as OPA verifies it: data and manifest by their content as JSON,
// whatever else by its bytes, of which the digests are given.
func signedFiles(files map[string][]byte, digests map[string]string) ([]SignedFile, error) {
	hasher, err := bundle.NewSignatureHasher(bundle.SHA256)
	if err != nil {
		return nil, err
	}
	result := []SignedFile{}
	for _, name := range util.KeysSorted(files) {
		hash := digests[name]
		if bundle.IsStructuredDoc(name) {
			var value any
			if err := util.UnmarshalJSON(files[name], &value); err != nil {
				return nil, err
			}
			digest, err := hasher.HashFile(value)
			if err != nil {
				return nil, err
			}
			hash = hex.EncodeToString(digest)
		}
		result = append(result, SignedFile{Name: name, Hash: hash, Algorithm: string(bundle.SHA256)})
	}
	return result, nil
}
