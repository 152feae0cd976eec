// Package clock ends evaluations in time. A WASI module has one thread and no preemption, so a timer
// never fires while an evaluator is busy: the evaluator has to look at the clock itself.
package clock

import "time"

// Deadline is a topdown.Cancel that reads the clock each 256th time it is asked.
type Deadline struct {
	until time.Time
	polls int
	hit   bool
}

// In makes a deadline that far from now.
func In(d time.Duration) *Deadline { return &Deadline{until: time.Now().Add(d)} }

// Cancel ends the evaluation now.
func (d *Deadline) Cancel() { d.hit = true }

// Cancelled tells whether the time is over.
func (d *Deadline) Cancelled() bool {
	if d.polls++; d.polls&0xff == 0 && time.Now().After(d.until) {
		d.hit = true
	}
	return d.hit
}
