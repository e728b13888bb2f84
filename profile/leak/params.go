package leak

import "time"

// parameters are the numbers of the method, grouped by what they are for. Where a
// comment names no source, a value was found on 130 recorded runs of small servers
// (66 leaks, 64 look-alikes, polls every 2 s) and weighed since with the simulated
// services of the tests and the recorded runs of tools/corpus. Times without a type
// are seconds, shares are between 0 and 1.
type parameters struct {
	window   windowParams
	material materialParams
	floor    floorParams
	slowing  slowingParams
	quiet    quietParams
	saw      sawParams
	turnover turnoverParams
	fill     fillParams
	spread   spreadParams
	rising   risingParams
	early    earlyParams
	periodic periodicParams
	goal     goalParams
	load     loadParams
	polls    pollParams
	rate     rateParams
}

// windowParams say for how long growth must last.
type windowParams struct {
	min    time.Duration // at the least; a ramp that is shorter is told from a leak, a longer one is not
	factor float64       // each further window is longer than the last by this
	long   time.Duration // what growth needs that could follow the load
	young  float64       // windows: growth that was seen for hardly more than one is judged more strictly
	nearly float64       // share of a window that is enough: polls do not fall on its ends
}

// materialParams say how much must grow to matter.
type materialParams struct {
	heap       float64 // bytes
	goroutines float64
	offHeap    float64 // bytes: more than the pages of the program itself that come with use
	object     int64   // bytes of an object that is looked at by itself
	samples    float64 // sampled objects: the least growth that stands out, floor.z² (Poisson)
	sampleRate float64 // bytes a sample: runtime.MemProfileRate as the runtime sets it
}

// floorParams say when the retained floor grows surely and evenly.
type floorParams struct {
	z            float64 // standard errors of the growth
	zTurning     float64 // the same where half of what comes goes again
	driftT       float64 // standard errors of the slope, where things come and go
	maxDrawdown  float64 // of the range; above, it is a saw
	maxDistance  float64 // of the cumulative growth from a straight line (Kolmogorov and Smirnov)
	minLast      float64 // share of the growth in the last quarter of the window
	minSteps     float64 // effective number of steps (Kish)
	maxTopThree  float64 // share of the three largest steps
	maxGap       float64 // share of the window in one gap between profiles, in which nobody looked
	sparseSteps  float64 // effective steps by effective gap, where collections are rare
	smoothBelow  float64 // kept share below which a median of 5 comes first
	certainlyAll float64 // kept share from which on things hardly come and go
}

// slowingParams say when growth slows down.
type slowingParams struct {
	frontLoading     float64 // share of the growth that is ahead of time, and
	ksStatistic      float64 // how surely it is (chance: exp(−2·bend²), 1%)
	ksStatisticYoung float64 // the same (5%) where growth was seen for hardly more than a window
	steps            float64 // effective steps below which a window alone cannot tell
}

// quietParams say when growth has stopped: what was due has not come.
type quietParams struct {
	minShare    float64 // share of the window without growth, and
	maxDue      float64 // events due in it (chance: exp(−maxDue), under 1%)
	maxDueYoung float64 // fewer where growth was seen for hardly more than a window
}

// sawParams are of what goes up and down.
type sawParams struct {
	minTroughs   int
	minRising    float64 // share of the troughs that rise
	middleTrough float64 // the middle one is between this share of the rise and the rest
}

// turnoverParams are of what comes and goes.
type turnoverParams struct {
	followsBelow float64 // kept share below which growth could follow the load
	turnsBelow   float64 // kept share below which more load explains more being there
	churnsAbove  float64 // falls by rise of a goroutine count above which it could
	replaceAbove float64 // kept share of what then gives back as much as it takes
	replaceZ     float64
	begunBefore  float64 // share of what came that went before,
	begunAfter   float64 // and after giving back began,
	begunMin     float64 // of so many objects at least
	perShadow    float64 // bytes that a library allocates at the least for each goroutine that it starts
	keeperShare  float64 // of what it allocated, kept by the function that is blamed for connections
}

// fillParams are of one growing object: its steps are exact points of a line.
type fillParams struct {
	minSteps int
	minStep  float64 // of the size before
	minR2    float64
	minSpan  float64 // seconds
	overdue  float64 // times the expected time to the next step,
	slack    float64 // and seconds, after which it has ended
}

// spreadParams are of growth that is spread over many functions.
type spreadParams struct {
	minFunctions int     // that it is spread over
	minKept      float64 // of what a function ever allocated that it keeps, to be counted in
	maxShare     float64 // of the growth that one function may have
	callerShare  float64 // of the growth that is allocated under a common caller
}

// risingParams are of what may not be called steady.
type risingParams struct {
	minKept   float64 // times what matters, that a function kept and the sampler is not sure of
	minShare  float64 // of the live heap, that it grew by in a window
	nearLimit float64 // of the memory limit, from which on growth is said at once
}

// earlyParams are of goroutines that are a leak before a window is over, see onlyCome.
type earlyParams struct {
	after     time.Duration
	mostError float64 // chance of a false alarm
	leastGone float64 // share of the goroutines of a look-alike that would have gone by now
	distance  float64 // of the growth from a straight line
	minLast   float64 // share of the growth in the last quarter
	minSteps  float64 // effective number of steps
}

// periodicParams are of growth in equal steps at regular times.
type periodicParams struct {
	minSteps  int
	minHeight float64 // share of the highest that makes a rise a step
	maxRest   float64 // share of the growth that is in no step
	maxSpread float64 // of the times between steps, by their mean
	maxRatio  float64 // of the highest step to the lowest
	overdue   float64 // periods without a step, after which it has ended
}

// goalParams are of the collector's goal, see askGoal.
type goalParams struct {
	minShare   float64 // of the growth of the heap that is that of the series
	minPoints  int     // collections in the window
	minRise    float64 // it rises by this share at the least,
	maxFall    float64 // and falls by this share of that at the most,
	maxFallEnd float64 // or by this where growth ends,
	endLast    float64 // with as good as none in the last quarter
	even       float64 // distance from a straight line up to which it is even,
	evenLast   float64 // and the least share of the last quarter
	chance     float64 // sampling errors that the series may be away from it (chance: exp(−2·2.2²), 0.01%)
	maxAhead   float64 // ahead of time by more, or
	minLast    float64 // less in the last quarter, it slows down
	follows    float64 // of what the profiles show it to grow by
}

// loadParams are of growth that comes with the load, see busier.
type loadParams struct {
	segments  int     // of the window, whose allocation rates are compared
	minT      float64 // standard errors of their slope (chance: under 1%)
	minBusier float64 // least rise of the rate
}

// pollParams are of the observations.
type pollParams struct {
	inARow         int           // before a finding is a suspect,
	rowSpan        float64       // seconds that these need not span more than
	min            int           // distinct profiles that speak for a steady service
	minShape       int           // profiles that an innocent shape of a heap that grew is known by
	minGrowing     int           // the same of a heap that grew: a leak must be told from a warm-up
	shortest       float64       // seconds before anything is said
	same           float64       // seconds: points closer than this are one
	usualGap       float64       // seconds between two heap profiles that say something new
	rareGap        float64       // seconds between two, from which on they are rare
	stale          time.Duration // without a new profile nothing is known
	gap            time.Duration // between two profiles is worth a warning
	withdrawAfter  time.Duration // a suspect is withdrawn when growth has ended for so long,
	withdrawPolls  int           // and at so many polls, where they are rare;
	withdrawUnsure time.Duration // later where it never fell, and no more than evenness is missing
	withdrawStep   float64       // seconds between two moments that are looked back at
	monotone       float64       // share of the range that a series may fall by and still count as never falling
}

// rateParams are of a rate and its interval.
type rateParams struct {
	confidence float64       // of the interval, which is
	toInterval float64       // standard errors to either side, where these are known (normal distribution)
	needs      time.Duration // how long a series must be for a rate
	levelShare float64       // of the mean rise, below which the end of a course is level
	stepShare  float64       // of all ups and downs of a course that one has which is called a step
}

// GoroutineBytes is what a goroutine counts in bytes where goroutines and heap are
// ranked together: the smallest stack (2 KiB, runtime/stack.go), the runtime's
// record of it, and what it holds at the least.
const GoroutineBytes = 8 << 10

// MinRateSpan is how long a series must be for a rate to be measured.
const MinRateSpan = 20 * time.Second

// params are those in use; nothing changes them.
var params = parameters{
	window:   windowParams{min: 90 * time.Second, factor: 1.5, long: 170 * time.Second, young: 1.3, nearly: 0.97},
	material: materialParams{heap: 2 << 20, goroutines: 10, offHeap: 16 << 20, object: 512 << 10, samples: 9, sampleRate: 512 << 10},
	floor: floorParams{
		z: 2.8, zTurning: 3.5, driftT: 3, maxDrawdown: 0.3, maxDistance: 0.28, minLast: 0.10,
		minSteps: 5, maxTopThree: 0.7, maxGap: 0.5, sparseSteps: 0.6, smoothBelow: 0.5, certainlyAll: 0.95,
	},
	slowing:  slowingParams{frontLoading: 0.10, ksStatistic: 1.5, ksStatisticYoung: 1.22, steps: 25},
	quiet:    quietParams{minShare: 1.0 / 12, maxDue: 5, maxDueYoung: 3},
	saw:      sawParams{minTroughs: 4, minRising: 0.75, middleTrough: 0.2},
	turnover: turnoverParams{followsBelow: 0.2, turnsBelow: 0.8, churnsAbove: 0.15, replaceAbove: 0.3, replaceZ: 2, begunBefore: 0.05, begunAfter: 0.3, begunMin: 3, keeperShare: 0.8, perShadow: 64},
	fill:     fillParams{minSteps: 3, minStep: 0.1, minR2: 0.9, minSpan: 20, overdue: 1.3, slack: 4},
	spread:   spreadParams{minFunctions: 5, minKept: 0.5, maxShare: 0.3, callerShare: 0.8},
	rising:   risingParams{minKept: 1.5, minShare: 0.02, nearLimit: 0.85},
	early:    earlyParams{after: 45 * time.Second, mostError: 0.001, leastGone: 0.083, distance: 0.12, minLast: 0.18, minSteps: 12},
	periodic: periodicParams{minSteps: 4, minHeight: 0.4, maxRest: 0.15, maxSpread: 0.5, maxRatio: 2, overdue: 1.5},
	goal: goalParams{
		minShare: 0.7, minPoints: 5, minRise: 0.15, maxFall: 0.05, maxFallEnd: 0.15, endLast: 0.05,
		even: 0.12, evenLast: 0.18, chance: 2.2, maxAhead: 0.2, minLast: 0.12, follows: 0.8,
	},
	load: loadParams{segments: 6, minT: 4, minBusier: 0.05},
	polls: pollParams{
		inARow: 3, rowSpan: 5, min: 4, minGrowing: 8, minShape: 12, shortest: 20, same: 1e-3, usualGap: 3, rareGap: 15,
		stale: time.Minute, gap: time.Minute, withdrawAfter: 15 * time.Second, withdrawPolls: 3, withdrawUnsure: time.Minute, withdrawStep: 4, monotone: 0.05,
	},
	rate: rateParams{confidence: 0.90, toInterval: 1.645, needs: MinRateSpan, levelShare: 0.1, stepShare: 0.8},
}
