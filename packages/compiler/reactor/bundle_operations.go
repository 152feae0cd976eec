package main

import (
	"scopeward.dev/compiler/reactor/archive"
	"scopeward.dev/compiler/reactor/request"
)

type archiveResult struct {
	Bundle []byte `json:"bundle"`
}

// archiveOperation adds files to a bundle, such as its signature.
func archiveOperation(r *request.Request) (any, error) {
	files, err := archive.Read(r.Bundle)
	if err != nil {
		return nil, err
	}
	for name, text := range r.Add {
		files[name] = []byte(text)
	}
	bundle, err := archive.Write(files)
	if err != nil {
		return nil, err
	}
	return archiveResult{Bundle: bundle}, nil
}
