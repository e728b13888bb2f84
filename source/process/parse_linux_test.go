package process

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/memory"
)

func TestParseStat(t *testing.T) {
	const text = "77 (a) b (c) S 5 77 77 0 -1 4194560 1 2 3 4 250 50 0 0 20 0 9 0 12345 1 2 3\n"
	want := stat{name: "a) b (c", parent: 5, threads: 9, cpu: 3 * time.Second, started: 123450 * time.Millisecond}
	if got, ok := parseStat(text); !ok || got != want {
		t.Errorf("got %+v, %v", got, ok)
	}
	for name, bad := range map[string]string{
		"nothing": "", "cut": "77 (a) S 5", "no number": "77 (a) S x 77 77 0 -1 4194560 1 2 3 4 250 50 0 0 20 0 9 0 12345\n",
		"too large": "77 (a) S 5 77 77 0 -1 4194560 1 2 3 4 250 50 0 0 20 0 9 0 99999999999999999999\n",
	} {
		if got, ok := parseStat(bad); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestParseSockets(t *testing.T) {
	s := sockets{}
	for _, line := range []string{
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
		"   0: 0100007F:17AC 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41 1 x",
		"   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 42 1 x",
		"   2: 0100007F:17AC 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 43 1 x",
		"   3: 00000000000000000000000001000000:17AC 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 44 1 x",
		"   4: 00000000000000000000000000000000:17AD 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 45 1 x",
		"   5: 010000:17AC 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 46 1 x",
		"   6: 0100007F:FFFFF 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 47 1 x",
		"   7: zz 00000000:0000 0A", "",
	} {
		s.addTCP(line)
	}
	for _, line := range []string{
		"Num       RefCount Protocol Flags    Type St Inode Path",
		"0000000000000000: 00000002 00000000 00010000 0001 01 51 /run/a b.sock",
		"0000000000000000: 00000003 00000000 00000000 0001 03 52 /run/connected.sock",
		"0000000000000000: 00000002 00000000 00010000 0001 01 53 @abstract",
		"0000000000000000: 00000002 00000000 00010000 0001 01 54 /run/\x1b[2J.sock",
		"0000000000000000: 00000002 00000000 00010000 0001 01 55",
	} {
		s.addUnix(line)
	}
	want := sockets{
		"41": {Network: "tcp", Address: "127.0.0.1:6060"}, "42": {Network: "tcp", Address: "127.0.0.1:80"},
		"44": {Network: "tcp", Address: "[::1]:6060"}, "45": {Network: "tcp", Address: "127.0.0.1:6061"},
		"51": {Network: "unix", Address: "/run/a b.sock"}, "53": {Network: "unix", Address: "@abstract"},
	}
	if len(s) != len(want) {
		t.Errorf("got %v", s)
	}
	for inode, l := range want {
		if s[inode] != l {
			t.Errorf("%s: got %+v, want %+v", inode, s[inode], l)
		}
	}
}

func TestAddRollup(t *testing.T) {
	status := memory.Reading{Source: "/proc/PID/status", RSS: 50 << 20, Anon: 40 << 20, File: 8 << 20, Shared: 2 << 20}
	const text = "55bf855a2000-7fffa9eac000 ---p 00000000 00:00 0  [rollup]\nRss:  61440 kB\nPss: 1 kB\nAnonymous:  51200 kB\nAnonHugePages: 7 kB\nSwap:  1024 kB\nSwapPss: 1 kB\n"
	got := status
	addRollup(&got, text)
	if want := (memory.Reading{Source: "/proc/PID/smaps_rollup", RSS: 60 << 20, Anon: 50 << 20, File: 8 << 20, Shared: 2 << 20, Swap: 1 << 20}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for name, bad := range map[string]string{
		"nothing": "", "cut": text[:60], "no number": "x\nRss: many kB\nAnonymous: 1 kB\nSwap: 0 kB\n",
		"more anonymous than resident": "x\nRss: 10 kB\nAnonymous: 20 kB\nSwap: 0 kB\n",
	} {
		got := status
		addRollup(&got, bad)
		if got != status {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A file that is not a Go program, or has no build information, is read within bounds,
// however large it claims its tables to be.
func TestReadProgram(t *testing.T) {
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(own)
	if err != nil {
		t.Fatal(err)
	}
	if p := readProgram(bytes.NewReader(data)); p == nil || p.GoVersion == "" {
		t.Errorf("the test itself is %+v", p)
	}
	for name, bad := range map[string][]byte{
		"nothing": nil, "a script": []byte("#!/bin/sh\n"), "cut": data[:4000], "no tables": data[:len(data)/2],
	} {
		if p := readProgram(bytes.NewReader(bad)); p != nil {
			t.Errorf("%s: %+v", name, p)
		}
	}
	file := bytes.NewReader(data)
	if _, err := (&boundedReader{file: file, left: 10}).ReadAt(make([]byte, 11), 0); err == nil {
		t.Error("it reads without a bound")
	}
}
