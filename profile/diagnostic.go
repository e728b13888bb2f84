package profile

// Diagnostic is one problem of a watch, or one limit on what can be concluded about
// its target. It is data: decisions compare Code, Kind or Severity, never a text.
type Diagnostic struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	// Kind is the profile concerned; empty means all of them.
	Kind Kind `json:"kind,omitempty"`
	// What happened and what it means, and Next what to do about it, are clauses
	// without a full stop, safe for a terminal. Next may be empty.
	What string `json:"what"`
	Next string `json:"next,omitempty"`
}

// Code identifies a diagnostic: lower-case words with hyphens, stable for scripts.
type Code string

// The codes, and what each means.
const (
	CodeUnreadable      Code = "unreadable-profile"  // a profile could not be read and was left out
	CodeNothingReadable Code = "no-readable-profile" // none of a kind could be read
	CodeNotServed       Code = "endpoint-not-served" // the target has no such endpoint, or forbids it
	CodeEndpointFailed  Code = "endpoint-failed"     // polls of an endpoint fail
	CodeNoAnswer        Code = "no-answer"           // the target does not answer at all
	CodeGone            Code = "gone"                // the process left the fleet that it was watched in
	CodeWrongContainer  Code = "wrong-container"     // what answers belongs to another container than the one asked for
	CodeContainerUnsure Code = "container-unsure"    // which container of the pod answers is not known
	CodeOtherContainer  Code = "other-container"     // another container of the pod serves pprof too
	CodeOtherRestarts   Code = "other-restarts"      // another container of the pod keeps restarting
	CodeOutOfOrder      Code = "out-of-order"        // profiles came out of order and were left out
	CodeAcross          Code = "across-processes"    // two profiles of different processes are compared
	CodeSeveral         Code = "several-processes"   // different processes answer in turn
	CodeTooManyStacks   Code = "too-many-stacks"     // some stacks can no longer be told apart
	CodeNotGo           Code = "not-a-go-profile"    // the profile is of another kind
	CodeProfilingOff    Code = "heap-profiling-off"  // runtime.MemProfileRate is 0
	CodeRestart         Code = "restarted"           // the target is another process than before
	CodeLives           Code = "growing-lives"       // each process grew until it ended, and another one began
	CodeCounterFell     Code = "counter-fell"        // a counter fell without a restart being seen
	CodeGap             Code = "gap"                 // no profile for a long time
	CodeStale           Code = "stale"               // profiles arrive but contain nothing new
	CodeRareCollections Code = "rare-collections"    // few collections, so few distinct heap profiles
	CodeRarePolls       Code = "rare-polls"          // polls are rare, to stay within the cost
	CodeGrowing         Code = "still-growing"       // growth that may be a leak: a longer watch will show
	CodeGrewEvenly      Code = "grew-evenly"         // how long a suspect grew, and what that cannot exclude
	CodeBlindSpots      Code = "blind-spots"         // what would not have shown
	CodeShortWatch      Code = "short-watch"         // not watched for long enough
	CodeEndedEarly      Code = "ended-early"         // the source ended before its time
	CodeInterrupted     Code = "interrupted"         // the user ended the watch
	CodeNoCreator       Code = "no-creator"          // who starts some goroutines is not known
	CodeNotProven       Code = "not-proven"          // no goroutine could be proven to leak
	CodeRecording       Code = "recording"           // something is wrong with the recording that is read
	CodeRecordingFailed Code = "recording-failed"    // what is watched is no longer recorded
	CodeShortMemory     Code = "short-memory"        // leaktop itself is near its memory limit
	CodeNearLimit       Code = "near-limit"          // memory is near its limit and grows
	CodeMappedFiles     Code = "mapped-files"        // pages of mapped files grow, which the kernel can reclaim
	CodeAssumedRate     Code = "assumed-rate"        // a store lost the sampling rate, and the usual one is assumed
	CodeStoreSlow       Code = "store-slow"          // a store was too slow to read all that was planned
	CodeEstimatedCounts Code = "estimated-counts"    // of some profiles of a store only the live bytes were read
	CodeShortRetention  Code = "short-retention"     // a store has less of the past than was asked for
	CodeDeltaCounts     Code = "delta-counts"        // a store has allocations between two profiles, not since the start
	CodeStoreParts      Code = "store-parts"         // some profiles could not be read from a store
	CodeStoreSilent     Code = "store-silent"        // nothing new has arrived at a store
	CodePushFailed      Code = "push-failed"         // what is watched is no longer sent to a store
	CodeGrewForDays     Code = "grew-for-days"       // memory has grown for days, which a short watch does not show
	CodeMetrics         Code = "metrics-failed"      // the days before cannot be read from a metrics store
	CodeClockSkew       Code = "clock-skew"          // the clocks of two machines differ
	CodePanic           Code = "defect"              // a bug in leaktop itself
	CodeOther           Code = "other"               // anything else
)

// Severity orders diagnostics by what they mean for the verdict.
type Severity uint8

// The severities, lowest first.
const (
	// SeverityInfo is worth knowing; no data is missing.
	SeverityInfo Severity = iota
	// SeverityWarning means that data is missing or less exact than usual; what was
	// observed is judged.
	SeverityWarning
	// SeverityBlocking means that a part of the target cannot be judged: while such a
	// diagnostic exists, the verdict cannot be steady.
	SeverityBlocking
)

var severityNames = [...]string{"info", "warning", "blocking"}

// String returns the name of the severity.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return "unknown"
}

// MarshalText writes the name of the severity.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]. An unknown word becomes
// [SeverityWarning].
func (s *Severity) UnmarshalText(text []byte) error {
	*s = SeverityWarning
	for _, known := range []Severity{SeverityInfo, SeverityBlocking} {
		if known.String() == string(text) {
			*s = known
		}
	}
	return nil
}

// String formats a diagnostic on one line, the only form that people read.
func (d Diagnostic) String() string {
	if d.Next == "" {
		return d.What
	}
	return d.What + "; " + d.Next
}

// AddDiagnostic appends d to all unless it is there already. It returns a new slice,
// so that a published one never changes, and no more than limit of them.
func AddDiagnostic(all []Diagnostic, d Diagnostic, limit int) []Diagnostic {
	for _, other := range all {
		if other == d {
			return all
		}
	}
	if len(all) >= limit {
		return all
	}
	return append(all[:len(all):len(all)], d)
}
