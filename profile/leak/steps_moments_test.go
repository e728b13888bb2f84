package leak

import "testing"

// Recorded heap series of functions, at each moment at which a profile showed a new collection.
const (
	// keysOfQueue are the keys of a work queue, which are never forgotten, in a map that doubled at 32, 83 and 163 s.
	// After the third time, one sampled object is freed.
	keysOfQueue = "0:0/0.9 2:0/0.9 4:0.5/1.4 6:0.5/1.4 8:0.5/1.4 10:0.5/1.4 12:0.5/1.9 14:0.5/2.4 16:0.5/2.4 18:0.5/2.4 " +
		"20:0.5/2.4 22:0.5/2.4 24:0.5/2.4 26:0.5/2.4 28:0.5/2.4 30:0.5/2.4 32:2.5/4.5 34:2.5/5 36:3/5.6 38:3/5.6 " +
		"40:3/5.6 42:3/5.6 44:3/6.1 46:3/6.1 48:3/6.1 51:3/6.1 53:3/6.1 55:3/6.1 57:3/6.1 59:3/6.1 61:3/6.1 63:3/6.1 " +
		"65:3/6.1 67:3/6.1 69:3/6.1 71:3/6.1 73:3/6.1 75:3/6.1 77:3/6.1 79:3/6.1 81:3/6.6 83:4.6/8.8 87:6.2/11.4 " +
		"89:6.8/12.5 91:6.2/13 93:6.2/13 95:6.2/13 97:6.2/13 99:6.2/13.5 101:6.2/13.5 103:6.2/13.5 105:6.2/13.5 " +
		"107:6.2/13.5 109:6.2/13.5 111:6.7/14.1 113:6.7/14.1 115:6.7/14.1 117:6.7/14.1 119:6.7/14.1 121:6.7/14.1 " +
		"123:6.7/14.1 125:6.7/14.1 127:6.7/14.6 129:6.7/14.6 131:6.7/15.1 133:6.7/15.1 135:7.2/15.6 138:6.7/15.6 " +
		"140:6.7/15.6 142:6.7/16.1 144:6.7/16.1 146:6.7/16.1 148:6.7/16.1 150:6.7/16.7 152:6.7/16.7 154:6.7/16.7 " +
		"156:6.7/16.7 158:6.2/17.2 160:6.2/17.2 162:6.7/18.2 164:7.8/19.8 166:7.3/20.3 168:7.8/21.8 170:8.3/23.4 " +
		"174:9.4/25 176:8.9/25.5 180:8.9/25.5 182:8.9/25.5 186:8.9/25.5 188:8.9/25.5 192:8.9/26.1 194:8.9/26.1 " +
		"198:8.9/26.6"

	// risingLoad are objects that live for six seconds each, under a load that rises for two minutes. By chance, the
	// series rises in three steps.
	risingLoad = "0:0/0 2:0/0 4:1/1 6:2.6/2.6 8:3.1/3.1 10:3.1/3.1 12:3.1/4.2 14:2.6/5.8 16:2.6/6.8 18:3.7/8.4 20:4.2/9.4 " +
		"22:6.3/12.1 24:7.9/14.7 26:6.8/16.3 28:6.3/17.8 30:6.3/21 32:7.9/23.6 34:6.8/24.6 36:6.8/27.8 38:5.8/29.4 " +
		"41:8.9/35.7 43:8.4/37.7 47:7.9/42.5 49:10.5/46.7 51:12.6/52.4 55:12.1/57.1 57:14.2/63.4 59:11/68.2 " +
		"63:7.9/71.3 65:10/76 67:11.5/82.8 69:12.1/87 71:12.6/92.8 75:14.2/98 77:13.6/103.3 81:15.2/111.7 " +
		"83:12.6/115.9 87:8.9/119.5 89:14.7/128.5 93:16.8/138.4 95:15.7/144.2 99:12.6/151 101:13.1/157.3 " +
		"105:17.3/169.9 109:24.6/183.5 111:24.1/195 115:17.3/204.5 119:20.4/216.5 123:20.4/224.9 125:20.4/240.6 " +
		"129:21.5/254.8 132:20.4/263.2 136:17.8/273.2 140:17.8/284.7 144:19.4/292.6 146:18.4/304.6 150:24.1/319.8 " +
		"154:28.3/334.5 158:27.8/349.2 160:21.5/360.2 164:19.9/375.9 168:26.7/390.6 170:25.2/403.2 174:22/413.7 " +
		"176:20.4/423.1 180:19.4/433.1"

	// expiringDecisions are the entries of a cache that expire after 70 s. The cache has been full since 58 s.
	expiringDecisions = "0:0/1 2.2:0.5/2.1 6:1/2.6 8:1/2.6 10:1.6/3.1 12:1.6/3.1 14:2.6/4.7 16.1:2.6/4.7 18.1:2.6/4.7 20.1:4.2/6.3 " +
		"22.1:4.2/6.3 24.1:4.7/6.8 26.1:4.7/6.8 28.1:4.7/7.9 30.1:4.7/7.9 32.1:4.7/7.9 34.1:4.7/7.9 36.1:4.7/8.9 " +
		"38.1:6.3/10.5 40.2:6.3/10.5 42.2:6.8/11 44.2:6.8/11 46.2:7.3/12.6 48.2:7.9/13.6 50.2:8.4/14.2 52.2:8.4/14.7 " +
		"54.2:8.4/14.7 56.2:9.4/15.7 58.2:9.4/16.3 60.3:9.4/16.3 62.3:9.4/16.3 64.3:9.4/16.3 66.3:10/16.8 " +
		"68.3:10.5/17.3 72.3:10.5/17.8 74.3:11/18.4 76.3:10.5/18.4 80.3:11.5/20.4 82.4:11/21 84.4:11.5/21.5 " +
		"88.4:12.1/23.1 90.4:13.1/25.2 92.4:12.1/25.2 94.5:12.1/25.7 96.5:11.5/25.7 98.5:12.1/26.2"

	// connectionsOfServer are connections that are never removed, 1.2 GiB/h.
	connectionsOfServer = "0:2.1/2.1 2:4.2/4.2 4:4.2/4.2 6:5.2/5.2 10:5.8/5.8 12.1:6.3/6.3 14.1:6.8/6.8 18.1:7.3/7.3 22.1:8.4/8.4 " +
		"26.2:8.9/8.9 30.2:8.9/8.9 34.3:9.4/9.4 40.5:10.5/10.5 46.6:10.5/10.5 54.9:11.5/11.5 61:13.6/13.6 " +
		"69:15.2/15.2 77.1:17.8/17.8 87.2:19.9/19.9 97.3:21/21"

	// queueOfBroker is a queue whose reader has stopped, 500 MiB/h.
	queueOfBroker = "0:0/1 2:1.6/2.6 4:2.1/3.1 6:2.1/3.1 8:2.6/3.7 10:2.6/3.7 12:2.6/3.7 14.1:2.6/3.7 16.1:3.1/4.2 18.1:3.1/4.2 " +
		"20.1:3.7/4.7 22.1:3.7/4.7 24.1:3.7/4.7 26.1:4.7/5.8 28.1:4.7/5.8 30.1:4.7/5.8 32.1:4.7/5.8 34.1:4.7/5.8 " +
		"36.1:5.8/6.8 38.1:5.8/6.8 40.2:8.4/9.4 42.2:8.9/10 44.2:9.4/10.5 46.2:9.4/10.5 48.2:10/11 50.2:10/11 " +
		"52.2:10/11 54.2:10/11 56.3:10.5/11.5 58.3:10.5/11.5 60.3:10.5/11.5 62.3:11/12.1 64.3:11/12.1 66.3:11/12.1 " +
		"68.3:11.5/12.6 70.3:13.6/14.7 74.4:13.6/14.7 76.4:13.6/14.7 78.4:13.6/14.7 80.4:13.6/14.7 82.4:13.6/14.7 " +
		"84.4:13.6/14.7 86.4:13.6/14.7 90.4:13.6/14.7 92.5:13.6/14.7 94.5:13.6/14.7 98.5:14.7/15.7"

	// expiringLater are entries of the same cache, which by chance rose at the end.
	expiringLater = "0:0.5/1.6 2:0.5/1.6 4.1:0.5/1.6 6.1:0.5/1.6 8.3:0.5/1.6 10.1:0.5/1.6 12.1:1/2.1 14.1:1/2.6 18.4:1/2.6 " +
		"20.2:1.6/4.2 22.5:1.6/4.2 24.6:2.1/4.7 26.6:2.1/4.7 28.6:2.1/4.7 30.6:2.1/5.2 32.8:3.1/6.3 34.6:4.2/7.3 " +
		"36.6:5.8/8.9 38.6:5.8/8.9 40.9:5.8/8.9 43:5.8/8.9 45:6.8/10 47:7.9/11 49:8.4/11.5 53:8.4/12.1 55.1:8.4/12.1 " +
		"57.2:8.4/12.1 61.2:8.4/12.1 63.3:8.4/12.6 67.4:8.9/13.1 69.4:8.4/13.1 73.4:9.4/14.2 75.6:9.4/14.2 " +
		"79.6:10/14.7 83.6:10/14.7 87.8:10/15.2 91.8:11/16.8 95.9:12.6/18.9"
)

// TestStepsAtEachMoment judges recorded series at each moment: steps on a line remain a leak until the next step is
// due, and turnover has no steps.
func TestStepsAtEachMoment(t *testing.T) {
	for _, tt := range []struct {
		name, series string
		since        float64 // second at which it becomes a leak; 0 for never
	}{
		{"keys of a work queue", keysOfQueue, 174},
		{"a load that rises", risingLoad, 0},
	} {
		g := observedHeap(t, tt.series)
		for i := range g.Points {
			seconds := g.Points[i].Time.Since(began).Seconds()
			r := judgeAt(g, seconds)
			if leaks := tt.since > 0 && seconds >= tt.since; leaks != (r.Verdict == Leaks) {
				t.Errorf("%s after %.0f s: got %s, %q", tt.name, seconds, r.Verdict, r.Caveat.What)
			}
		}
	}
}

// TestWatchesOfHundredSeconds judges recorded watches at each moment: a watch of 100 s, which is usual in scripts,
// finds even growth throughout, and is not misled by entries that begin to expire.
func TestWatchesOfHundredSeconds(t *testing.T) {
	for _, tt := range []struct {
		name, series string
		want         bool
	}{
		{"decisions that expire", expiringDecisions, false},
		{"others that expire", expiringLater, false},
		{"connections of a server", connectionsOfServer, true},
		{"the queue of a broker", queueOfBroker, true},
	} {
		g := observedHeap(t, tt.series)
		leaks := false
		for i := range g.Points {
			leaks = judgeAt(g, g.Points[i].Time.Since(began).Seconds()).Verdict == Leaks
			if leaks && !tt.want {
				t.Errorf("%s: a leak after %v", tt.name, g.Points[i].Time.Since(began))
			}
		}
		if tt.want && !leaks {
			t.Errorf("%s: no leak at the end", tt.name)
		}
	}
}
