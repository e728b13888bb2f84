package poll

import (
	"math"
	"testing"
	"time"
)

func TestWork(t *testing.T) {
	at := time.Unix(1000, 0)
	answer := func(first, rest time.Duration, size int64) Reply {
		return Reply{Sent: at, FirstByte: at.Add(first), LastByte: at.Add(first + rest), Size: size}
	}
	const ms = time.Millisecond
	for _, tt := range []struct {
		name string
		trip time.Duration
		r    Reply
		want time.Duration
	}{
		{"all before the first byte", 2 * ms, answer(30*ms, 0, 100), 28 * ms},
		{"encoded while it is sent", 0, answer(10*ms, 20*ms, 1e6), 30 * ms},
		{"slow network", 200 * ms, answer(210*ms, 5*time.Second, 1e6), 70 * ms},
		{"faster than any round trip", 200 * ms, answer(150*ms, 0, 0), 0},
		{"no answer", 0, Reply{Sent: at}, 0},
		{"a lie about the size", 0, answer(10*ms, 20*ms, 1<<32), 30 * ms},
	} {
		var trips RoundTrips
		trips.AddReply(answer(tt.trip+50*ms, 0, 0))
		trips.AddReply(answer(tt.trip, 0, 0))
		if got := trips.WorkOf(tt.r); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestTripsAreRecent(t *testing.T) {
	var trips RoundTrips
	at := time.Unix(0, 0)
	for i := range 1000 {
		trips.AddReply(Reply{Sent: at, FirstByte: at.Add(time.Duration(i))})
	}
	if len(trips) != maxRoundTrips || trips[0] != 1000-maxRoundTrips {
		t.Errorf("%d are kept, from %d", len(trips), trips[0])
	}
}

func TestLedgerShare(t *testing.T) {
	at := time.Unix(0, 0)
	second := func(s float64) time.Time { return at.Add(time.Duration(s * float64(time.Second))) }
	var l Costs
	check := func(what string, now time.Time, want float64) {
		t.Helper()
		got := l.CoreShare(now, map[string]Account{"heap": {Wait: 100 * time.Second, MaxWork: noLimit}, "index": {Wait: 2 * time.Second, MaxWork: 6 * time.Millisecond}})
		if math.Abs(got-want) > 1e-6 {
			t.Errorf("%s: got %.6f, want %.6f", what, got, want)
		}
	}
	check("nothing", at, 0)
	l.Book("heap", at, time.Second)
	check("one poll stands for the wait that follows", second(0.001), 0.01)
	check("until the next is late", second(200), 0.005)
	for i := range 200 {
		l.Book("index", second(float64(2*i)), 2*time.Millisecond)
	}
	if n := len(l["index"]); n > 33 {
		t.Errorf("%d entries are kept for a minute", n)
	}
	l.Book("heap", second(399), time.Second)
	check("together", second(400), 2.0/499+0.001)
	l["index"][len(l["index"])-1].work = 3 * time.Second // it came late, which is not more work than usual
	check("a delay", second(400), 2.0/499+0.001+0.004/62)
	l["index"][len(l["index"])-1].work = 2 * time.Millisecond
	l.Book("by key", second(400), 600*time.Millisecond)
	check("a request by key counts for a minute", second(430), 2.0/499+0.01+0.032/62)
	check("and no longer", second(461), 1.0/100+0.002/63)
	if _, there := l["by key"]; there {
		t.Error("it is kept forever")
	}
}

// After frequent polls become rare, their cost counts for a minute, like that of
// other polls, not until the next poll.
func TestLedgerOfWhatBecameRare(t *testing.T) {
	start := time.Unix(0, 0)
	var l Costs
	for at := time.Duration(0); at <= 3*time.Minute; at += 6 * time.Second {
		l.Book("text", start.Add(at), 20*time.Millisecond)
	}
	known := map[string]Account{"text": {Wait: 2 * time.Minute, MaxWork: noLimit}}
	for _, tt := range []struct {
		after time.Duration // the last frequent poll
		want  float64
	}{
		{0, 12 * 0.020 / (66 + 120)},
		{30 * time.Second, 7 * 0.020 / (36 + 120)},
		{55 * time.Second, 2 * 0.020 / (6 + 120)},
		{61 * time.Second, 0.020 / 120},
		{119 * time.Second, 0.020 / 120},
		{240 * time.Second, 0.020 / 240},
	} {
		if got := l.CoreShare(start.Add(3*time.Minute+tt.after), known); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("after %v: got %.6f, want %.6f", tt.after, got, tt.want)
		}
	}
}
