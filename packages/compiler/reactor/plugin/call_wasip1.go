package plugin

import "unsafe"

// host_builtin runs the TypeScript function and answers the length of its JSON reply; host_copy
// fetches that reply. The host must not use this instance in between.
//
//go:wasmimport scopeward host_builtin
func hostBuiltin(name string, args string) uint32

//go:wasmimport scopeward host_copy
func hostCopy(destination unsafe.Pointer)

func call(name, args string) []byte {
	reply := make([]byte, hostBuiltin(name, args))
	if len(reply) > 0 {
		hostCopy(unsafe.Pointer(unsafe.SliceData(reply)))
	}
	return reply
}
