//go:build wasip1

// The official OPA compiler as a WASI reactor: one JSON request in, one JSON answer out.
//
// Every call stands alone: builtins, capabilities and modules come with the request, and nothing is
// registered process-wide, so that one warm instance serves projects with different plugins.
package main

import (
	"runtime/debug"
	"unsafe"
)

// The boundary: buffer(n) gives the place for a request of n bytes, call() answers the length of
// the answer, output() gives its place.
var in, out []byte

//go:wasmexport buffer
func buffer(n uint32) unsafe.Pointer {
	in = make([]byte, n)
	return unsafe.Pointer(unsafe.SliceData(in))
}

// largeRequest is the size in bytes from which a request fills the memory with what it is made into.
const largeRequest = 1 << 18

//go:wasmexport call
func call() uint32 {
	request := in
	in, out = nil, nil
	if len(request) > largeRequest {
		// To let the memory grow costs the host more time than to collect what is not used any more.
		defer debug.SetGCPercent(debug.SetGCPercent(100))
	}
	out = Answer(request)
	return uint32(len(out))
}

//go:wasmexport output
func output() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(out)) }

func main() {}
