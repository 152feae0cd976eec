package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"

	"scopeward.dev/compiler/reactor/request"
)

type operation func(*request.Request) (any, error)

var operations = map[string]operation{
	"archive":       archiveOperation,
	"build":         buildOperation,
	"check":         checkOperation,
	"compile-query": compileQueryOperation,
	"evaluate":      evaluateOperation,
	"format":        formatOperation,
	"inspect":       inspectOperation,
	"test":          testOperation,
}

// answer has exactly one of its members. A fault is a defect of the compiler or of the request,
// never a mistake in the sources of a policy: those are part of the result.
type answer struct {
	Result any    `json:"result,omitempty"`
	Fault  *fault `json:"fault,omitempty"`
}

type fault struct {
	Message string `json:"message"`
	Trace   string `json:"trace,omitempty"`
}

// Answer runs one request. It never panics: an escaped panic would end the instance for good.
func Answer(body []byte) (bytes []byte) {
	defer func() {
		if p := recover(); p != nil {
			bytes = encode(answer{Fault: &fault{Message: fmt.Sprint(p), Trace: string(debug.Stack())}})
		}
	}()
	r, err := request.Decode(body)
	if err != nil {
		return encode(answer{Fault: &fault{Message: err.Error()}})
	}
	run, ok := operations[r.Op]
	if !ok {
		return encode(answer{Fault: &fault{Message: fmt.Sprintf("unknown operation `%s`", r.Op)}})
	}
	result, err := run(r)
	if err != nil {
		return encode(answer{Fault: &fault{Message: err.Error()}})
	}
	return encode(answer{Result: result})
}

func encode(a answer) []byte {
	bytes, err := json.Marshal(a)
	if err != nil {
		bytes, _ = json.Marshal(answer{Fault: &fault{Message: err.Error()}})
	}
	return bytes
}
