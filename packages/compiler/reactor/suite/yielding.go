package suite

import (
	"runtime"

	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// yielding lets other goroutines run every 1024 events. A WASI module has one thread and no
// preemption: without that, the timer that ends a test would never fire.
type yielding struct {
	coverage *cover.Cover
	events   int
}

func newYielding(coverage *cover.Cover) *yielding { return &yielding{coverage: coverage} }

// Enabled is always true, since every test has a time limit.
func (y *yielding) Enabled() bool { return true }

// Config asks for nothing that costs.
func (y *yielding) Config() topdown.TraceConfig { return topdown.TraceConfig{} }

// TraceEvent counts, and hands the event to the coverage.
func (y *yielding) TraceEvent(e topdown.Event) {
	if y.events++; y.events&0x3ff == 0 {
		runtime.Gosched()
	}
	if y.coverage != nil {
		y.coverage.TraceEvent(e)
	}
}
