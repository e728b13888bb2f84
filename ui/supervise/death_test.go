package supervise

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const mapCrash = "fatal error: concurrent map writes\n\ngoroutine 40 [running]:\ninternal/runtime/maps.fatal({0x1, 0x2})\n" +
	"\t/go/src/runtime/panic.go:1181 +0x18\nmain.main()\n\t/src/main.go:61 +0x46\n\ngoroutine 1 [select (no cases)]:\nmain.main()\n"

func TestExplain(t *testing.T) {
	for _, test := range []struct {
		name string
		d    childDeath
		want string // its first line
	}{
		{
			"killed",
			childDeath{signal: "SIGKILL", killed: true},
			"the live view was killed (SIGKILL). If that was not you, this container or user has probably reached its memory limit: check it, then start leaktop again.",
		},
		{
			"killed by the kernel",
			childDeath{signal: "SIGKILL", killed: true, starved: true, report: report{file: "night.tar"}},
			"the live view was killed: the kernel ran out of memory (dmesg shows which process it killed). Watch from a machine or container with more free memory, or lower what leaktop may use with GOMEMLIMIT=200MiB. The recording is complete up to then: leaktop night.tar",
		},
		{
			"no memory",
			childDeath{report: report{crash: "runtime: out of memory: cannot allocate 16777216-byte block\nfatal error: out of memory\n\ngoroutine 1 [running]:\n"}},
			"the live view ran out of memory and ended. Free some memory, raise the limit of this container or shell (ulimit -a), or set GOMEMLIMIT; then start leaktop again.",
		},
		{
			"map",
			childDeath{report: report{crash: mapCrash}},
			"the live view ended because of a bug in leaktop: fatal error: concurrent map writes. Start it again, and please report this with the lines below.",
		},
		{
			"signal",
			childDeath{signal: "SIGSEGV"},
			"the live view was ended by SIGSEGV. Start leaktop again.",
		},
		{
			"silent",
			childDeath{},
			"the live view ended without an error. Start leaktop again.",
		},
	} {
		first, rest, _ := strings.Cut(test.d.message(), "\n")
		if first != test.want {
			t.Errorf("%s: got  %s\nwant %s", test.name, first, test.want)
		}
		if strings.Contains(rest, "goroutine 1 ") && test.name == "map" {
			t.Errorf("%s: the goroutines that did not fail are shown:\n%s", test.name, rest)
		}
	}
}

// A panic may contain text from a hostile target.
func TestTraceIsClean(t *testing.T) {
	d := childDeath{report: report{file: "a\x1b[2Jb\u202e.tar", crash: "panic: \x1b]0;x\x07\u202eevil\u2028\n\ngoroutine 1 [running]:\n\x9b2J\n"}}
	if s := d.message(); strings.ContainsAny(s, "\x1b\x07\u202e\u2028\u009b") {
		t.Errorf("got %q", s)
	}
}

func TestReadReport(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       report
	}{
		{"nothing", "", report{}},
		{"taken", "leaktop-view: taken\n", report{taken: true}},
		{"released", "leaktop-view: taken\nleaktop-view: released\n", report{}},
		{"recording", "leaktop-view: recording \"/a \\n\\\"b\\\".tar\"\n", report{file: "/a \n\"b\".tar"}},
		{"crash", "leaktop-view: taken\n" + mapCrash, report{taken: true, crash: mapCrash}},
		{"cut off", "leaktop-view: taken\nfatal err", report{taken: true, crash: "fatal err"}},
	} {
		if diff := cmp.Diff(test.want, readReport(strings.NewReader(test.text)), cmp.AllowUnexported(report{})); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

// Of a crash with a hundred thousand goroutines, only the beginning is kept.
func TestReadReportIsBounded(t *testing.T) {
	got := readReport(strings.NewReader("leaktop-view: taken\n" + strings.Repeat(mapCrash, 10000) + "leaktop-view: released\n"))
	if len(got.crash) > 2*maxCrashSize || got.taken {
		t.Errorf("%d bytes of a crash are kept, taken: %v", len(got.crash), got.taken)
	}
	if got := readReport(strings.NewReader(strings.Repeat("x", 1<<20))); len(got.crash) > maxCrashSize {
		t.Errorf("%d bytes of a line are kept", len(got.crash))
	}
}
