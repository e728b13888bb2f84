package leak

import (
	"time"

	"github.com/leaktop/leaktop/profile"

	"github.com/leaktop/leaktop/profile/memory"
)

// parameters are the numbers of the method, grouped by purpose. Where a comment
// names no source, a value was found on 130 recorded runs of small servers (66
// leaks, 64 look-alikes, polls every 2 s) and has since been checked against the
// simulated services of the tests and the recorded runs of tools/corpus. Times
// without a type are in seconds, shares are between 0 and 1.
type parameters struct {
	window    windowParams
	material  materialParams
	floor     floorParams
	slowing   slowingParams
	quiet     quietParams
	freeing   freeingParams
	saw       sawParams
	turnover  turnoverParams
	signature signatureParams
	fill      fillParams
	steps     stepParams
	spread    spreadParams
	rising    risingParams
	early     earlyParams
	// overwhelming is for heaps whose collections are rare.
	overwhelming overwhelmingParams
	onset        onsetParams
	periodic     periodicParams
	goal         goalParams
	load         loadParams
	stacks       stackParams
	outside      outsideParams
	polls        pollParams
	rate         rateParams
}

// windowParams say for how long growth must last.
type windowParams struct {
	min    time.Duration // minimum; a shorter ramp is distinguished from a leak, a longer one is not
	factor float64       // each window is longer than the previous one by this; by its square after the first few
	fine   int           // windows before that
	long   time.Duration // minimum for growth that could follow the load
	young  float64       // windows: growth observed for hardly more than one is judged more strictly
	nearly float64       // share of a window that suffices: polls do not fall on its ends
	// thin is for a heap that the sampler sees little of, thinJoint for the sum of what several
	// functions allocate: one of many sums that are tried.
	thin, thinJoint thinParams
}

// thinParams say for how long growth by few sampled objects must last: by chance, it looks even
// for a while after it has ended. Found on simulated look-alikes, on others of which alarms that
// pass became half as many (TestJoint).
type thinParams struct {
	samples float64       // sampled objects: growth by fewer
	min     time.Duration // must last for longer
}

// materialParams say how much growth matters.
type materialParams struct {
	heap       float64 // bytes
	goroutines float64
	offHeap    float64 // bytes: more than the pages of the program itself that are loaded as it runs
	openFiles  float64 // open file descriptors
	// manyOpenFiles is an increase beyond that of a pool that fills: pools keep tens of
	// connections, rarely more than a hundred.
	manyOpenFiles float64
	zombies       float64 // child processes that have ended: those that are waited for at all are so at once
	children      float64 // child processes that run: more than a pool of workers
	recursion     float64 // bytes of stacks, if one of them recurses: in a healthy service they hardly move
	object        int64   // bytes of an object that is judged by itself
	samples       float64 // sampled objects: the minimum growth that stands out, floor.z² (Poisson)
	sampleRate    float64 // bytes per sample: runtime.MemProfileRate as the runtime sets it
}

// floorParams say when the retained floor grows significantly and evenly.
type floorParams struct {
	z            float64 // standard errors of the growth
	driftT       float64 // standard errors of the slope, if there is turnover
	maxDrawdown  float64 // of the range; a series above it is a sawtooth
	maxDistance  float64 // of the cumulative growth from a straight line (Kolmogorov and Smirnov)
	minLast      float64 // share of the growth in the last quarter of the window
	minSteps     float64 // effective number of steps (Kish)
	ksBursts     float64 // significance of a distance above maxDistance, to either side (chance: 2·exp(−2·ksBursts²), 1%)
	maxGap       float64 // share of the window in one gap between profiles, which is unobserved
	sparseSteps  float64 // effective steps per effective gap, if collections are rare
	smoothBelow  float64 // retained share below which a median of 5 is applied first
	certainlyAll float64 // minimum retained share at which there is hardly any turnover
}

// slowingParams say when growth slows down.
type slowingParams struct {
	frontLoading     float64 // share of the growth that is ahead of time
	ksStatistic      float64 // significance of frontLoading (chance: exp(−2·ksStatistic²), 1%)
	ksStatisticYoung float64 // the same (5%) if growth was observed for hardly more than a window
	ksStatisticJoint float64 // the same (10%) for the sum of what several functions allocate
	steps            float64 // effective steps below which a window alone cannot tell
}

// quietParams say when growth has paused, and when it has ended: growth that was due
// did not come.
type quietParams struct {
	minShare  float64 // minimum share of the window without growth for a pause
	maxDue    float64 // events due in that time (chance: exp(−maxDue), under 1%)
	ended     float64 // growth has ended if the chance of so long a pause is lower
	endedLast float64 // the same for so little growth in the last quarter
	levelLast float64 // hardly anything grew in the last quarter if its share is lower
}

// freeingParams say when what was retained is freed as fast as it is allocated, see
// isFull.
type freeingParams struct {
	minProfiles int
	minSpan     float64       // seconds that it has lasted, in several profiles unless they are rare
	maxBefore   float64       // maximum share of the allocations that was freed before
	minLate     float64       // minimum share freed since then, and of the growth due that did not come
	minFreed    float64       // sampled objects
	maxAtOnce   float64       // maximum share of what was freed that is freed between two profiles in a row
	chance      float64       // chance that as much would be freed as before
	moreZ       float64       // standard errors by which the freed share must rise while growth is young
	lookBack    time.Duration // how far back "before" reaches
	lookPoints  int           // the same in profiles, if they are rare
}

// sawParams apply to series that go up and down: sawteeth.
type sawParams struct {
	minTroughs int
	minRising  float64 // share of rising troughs
}

// signatureParams say which stacks of a function a signature is looked for in.
type signatureParams struct {
	heavy  float64 // minimum share of what the function keeps
	little float64 // the same for signatures of things that are small themselves
}

// turnoverParams apply to what is allocated and freed again.
type turnoverParams struct {
	followsBelow float64 // retained share below which growth could follow the load
	loadZ        float64 // standard errors by which the load and what it explains may differ
	turnsBelow   float64 // retained share below which a higher load explains growth
	churnsAbove  float64 // falls of a goroutine count, relative to its rise, above which it could follow the load
	perShadow    float64 // bytes that a library allocates at least for each goroutine it starts
	perCall      float64 // bytes that an HTTP call holds at least while its body is open
	equalCount   float64 // goroutines by which two counts that increase together may differ
	equalShare   float64 // the same as a share of their growth
	keeperShare  float64 // minimum share of its allocations retained by the function that is blamed for connections
	minKept      float64 // minimum sampled objects that a function retains to be the creator of what grows (chance: 2%)
}

// fillParams apply to one growing object: its steps are exact points of a line.
type fillParams struct {
	minSteps         int
	minStep          float64 // relative to the size before
	minR2            float64
	copyStep, copyR2 float64 // the same for an object that is copied for each addition
	copySteps        int
	minOfValue       float64 // maximum that its function may hold in all, as a multiple of the object's size
	minSpan          float64 // seconds
	overdue          float64 // filling has ended after this multiple of the expected time to the next step
	slack            float64 // seconds added to that
}

// stepParams apply to what grows in ever rarer steps, because it doubles when it is
// full. [fillParams] says when a step is overdue.
type stepParams struct {
	z         float64 // standard errors of the growth (chance: 2%)
	risen     float64 // share of the growth after which it counts as risen
	lull      float64 // share of that time in which hardly anything grew: between the last two steps it is half
	atOnce    float64 // share of the window in which something loaded at once rises
	afterLoad float64 // minimum share of the window without growth after such a load
	heldFor   float64 // how long it must hold to be innocent, as a multiple of how long it grew
	minSteps  int     // steps that must lie on a line
	minHeight float64 // height of a step relative to the highest: steps double
	minRatio  float64 // ratio of a step to the size before it
	maxRest   float64 // share of the growth outside of steps
	minKept   float64 // retained share of the allocations: each table that is freed is half as large as the next
	fewSteps  float64 // minimum share of the largest three steps for growth in few steps
	lookBack  int     // earlier moments that count if growth came in few steps then and the next is not due
	unsampled float64 // share of unsampled objects above which minSampled applies
	// minSampled objects are needed: of fewer, none in half of the time is chance in more than
	// one of a hundred
	minSampled float64
	timing     float64 // standard error of the time of a step as a share: the tables of a map do not fill at once
}

// spreadParams apply to growth that is spread over many functions.
type spreadParams struct {
	minFunctions int     // number of functions
	minKept      float64 // share of its allocations that a function must retain to be included
	maxShare     float64 // maximum share of the growth in one function
	callerShare  float64 // minimum share of the growth that is allocated under a common caller
	replaced     float64 // minimum shrinkage of other functions, as a share of the growth, for it to be a replacement of theirs
	many         int     // minimum number of functions that are counted instead of named
}

// risingParams say which growth rules out a steady verdict.
type risingParams struct {
	minKept   float64       // multiple of what matters, retained by a function within sampling error
	minShare  float64       // of the live heap, as its growth in a window
	nearLimit float64       // share of the memory limit above which growth that reaches it within an hour is reported at once
	atLimit   float64       // share above which any growth is
	giveWay   float64       // maximum share of the limit at which GOMEMLIMIT makes the collector work before the kernel kills
	lookBack  time.Duration // over which the growth of the whole is measured
}

// earlyParams apply to goroutines that are judged before a window is over, see
// onlyCome.
type earlyParams struct {
	after    time.Duration
	maxError float64 // chance of a false alarm
	minGone  float64 // share of the goroutines of a look-alike that would have ended by now
	distance float64 // of the growth from a straight line
	minLast  float64 // share of the growth in the last quarter
	minSteps float64 // effective number of steps
}

// onsetParams apply to growth that began late in the watch, see sinceBegan.
type onsetParams struct {
	begun   float64 // share of the growth below which it has not begun
	late    float64 // minimum share of the watch before the onset
	minSpan float64 // seconds of growth since then
}

// overwhelmingParams apply to a heap that each of its rare collections found larger, see
// isOverwhelming.
type overwhelmingParams struct {
	minProfiles int     // distinct ones, one per collection
	minSamples  float64 // sampled objects in the growth: many times what stands out
	minSpan     float64 // seconds from the first heap shown to the last
	distance    float64 // of the growth from a straight line
	minLast     float64 // share of the growth in the last quarter
}

// periodicParams apply to growth in equal steps at regular times.
type periodicParams struct {
	minSteps  int
	minHeight float64 // minimum height of a step, relative to the highest
	maxRest   float64 // share of the growth outside of steps
	maxSpread float64 // of the times between steps, relative to their mean
	maxRatio  float64 // of the highest step to the lowest
	overdue   float64 // periods without a step after which growth has ended
}

// goalParams apply to the collector's goal, see askGoal.
type goalParams struct {
	minShare   float64       // share of the series in the growth of the heap
	minPoints  int           // collections in the window
	minRise    float64       // minimum rise as a share
	maxFall    float64       // maximum fall relative to the rise
	maxFallEnd float64       // the same where growth ends
	endLast    float64       // growth has ended if the last quarter has a lower share than this
	even       float64       // maximum distance from a straight line that counts as even
	evenLast   float64       // minimum share of the last quarter that counts as even
	chance     float64       // sampling errors by which the series may differ from the goal, to either side (chance: 2·exp(−2·2.2²), 0.01%)
	maxAhead   float64       // growth slows down if it is ahead of time by more
	minLast    float64       // growth slows down if its last quarter has a lower share
	follows    float64       // minimum growth of the goal relative to that of the profiles
	level      time.Duration // minimum time for which the goal must be level to contradict a rate
	doubted    time.Duration // growth that profiles show for longer is not ended by a single collection
	// Of the live heap as a whole, see totalRises: the minimum rise, in bytes and as a share, and
	// the minimum number of collections. If the live heap seems to be minHalf to maxHalf of the
	// goal, it is half: a small one is sampled badly.
	minTotal, minTotalShare float64
	minTotalPoints          int
	minHalf, maxHalf        float64
}

// loadParams apply to growth that follows the load, see isBusier.
type loadParams struct {
	segments  int           // parts of the window whose allocation rates are compared
	minT      float64       // standard errors of the slope of these rates (chance: under 1%)
	minBusier float64       // minimum rise of the rate
	outgrows  float64       // multiple of the load's growth above which requests in flight do not follow it
	longWatch time.Duration // length of a watch whose earlier peaks count as daily ones
	moments   int           // moments of the last polls.withdrawAfter, at most of which the service must be busier
}

// stackParams apply to the memory of goroutine stacks.
type stackParams struct {
	ofGoroutine  float64 // bytes of stack that a new goroutine explains: the stack of an ordinary request
	minRecursion int     // minimum times that a recursive function is on one stack
}

// outsideParams apply to memory outside of Go where anonymous memory is known. They were found
// on 30 services, with cgo and without, on a busy machine: without a leak, it rose by up to
// 1.6 MiB in 150 s, or by a fifth of the swing of what the runtime held, and the arenas of malloc
// in one that frees what it allocates grew by 13 MiB, in bursts (t = 3.1, a tenth given back).
// Leaks of 107 MiB/h had t ≥ 4.7 after 150 s.
type outsideParams struct {
	minRise   float64       // bytes
	noise     float64       // bytes: growth that may be one, if it is certain
	swing     float64       // minimum growth as a share of the swing of what the runtime holds
	untouched float64       // bytes that the runtime of a small service holds and does not touch
	minT      float64       // standard errors of the slope, if growth is less than material.offHeap
	minFor    time.Duration // for which such growth must last
}

// pollParams apply to the observations.
type pollParams struct {
	inARow         int           // polls before a finding is a suspect
	rowSpan        float64       // seconds: these polls need not span more
	min            int           // distinct profiles needed to call a service steady
	minShape       int           // profiles needed to call the growth of a heap innocent
	minGrowing     int           // the same for a heap that grew: a leak must be distinguished from a warm-up
	shortest       float64       // seconds before a verdict
	sameTime       float64       // seconds: points closer than this are merged
	usualGap       float64       // seconds between two distinct heap profiles
	rareGap        float64       // seconds between two heap profiles above which they are rare
	stale          time.Duration // nothing is known after this long without a new profile
	gap            time.Duration // time between two profiles that is worth a warning
	rerankAfter    time.Duration // suspects change places on the screen once their ranking has differed for this long
	withdrawAfter  time.Duration // a suspect is withdrawn once growth has ended for this long
	withdrawPolls  int           // minimum polls for that, if they are rare
	withdrawUnsure time.Duration // withdrawAfter for growth that never fell and is merely too uneven
	remembered     time.Duration // age of moments that are remembered: withdrawUnsure, and the polls in a row before it
	monotone       float64       // share of the range that a series may fall by and still count as monotone
}

// rateParams apply to a rate and its interval.
type rateParams struct {
	confidence float64       // level of the interval
	toInterval float64       // standard errors to either side, if these are known (normal distribution)
	maxRatio   float64       // maximum ratio of the ends of an interval if not all is retained, while growth is young
	needs      time.Duration // minimum length of a series for a rate
	levelShare float64       // share of the mean rise below which the end of a series is level
	stepShare  float64       // share of the movement in one rise or fall that makes it a step
}

// GoroutineBytes is the weight of a goroutine in bytes when goroutines and heap are
// ranked together: the smallest stack (2 KiB, runtime/stack.go), the runtime's
// record of it, and what it typically holds at least.
const GoroutineBytes = 8 << 10

// MaterialHeap is the growth of a function's heap that matters, in bytes, and
// MaterialGoroutines that of a stack's goroutines.
const (
	MaterialHeap       = 2 << 20
	MaterialGoroutines = 10
)

// MinRateSpan is the minimum length of a series for a rate.
const MinRateSpan = 20 * time.Second

// params are the values in use; they are never changed.
var params = parameters{
	window: windowParams{
		min: 90 * time.Second, factor: 1.5, fine: 3, long: 170 * time.Second, young: 1.3, nearly: 0.97,
		thin: thinParams{20, 105 * time.Second}, thinJoint: thinParams{30, 2 * time.Minute},
	},
	material: materialParams{heap: MaterialHeap, goroutines: MaterialGoroutines, offHeap: 16 << 20, openFiles: 50, manyOpenFiles: 200, zombies: 10, children: 50, recursion: 2 << 20, object: 512 << 10, samples: 9, sampleRate: profile.SampleRate},
	floor: floorParams{
		z: 2.8, driftT: 3, maxDrawdown: 0.3, maxDistance: 0.28, ksBursts: 1.63, minLast: 0.10,
		minSteps: 5, maxGap: 0.5, sparseSteps: 0.6, smoothBelow: 0.5, certainlyAll: 0.95,
	},
	slowing:      slowingParams{frontLoading: 0.10, ksStatistic: 1.5, ksStatisticYoung: 1.22, ksStatisticJoint: 1.07, steps: 25},
	quiet:        quietParams{minShare: 1.0 / 12, maxDue: 5, ended: 0.0005, endedLast: 0.01, levelLast: 0.05},
	freeing:      freeingParams{minProfiles: 6, minSpan: 10, maxBefore: 0.2, minLate: 0.5, minFreed: 4, maxAtOnce: 2.0 / 3, chance: 1e-5, moreZ: 2, lookBack: 5 * time.Minute, lookPoints: 12},
	saw:          sawParams{minTroughs: 4, minRising: 0.75},
	signature:    signatureParams{heavy: 0.01, little: 0.002},
	turnover:     turnoverParams{followsBelow: 0.2, loadZ: 2, turnsBelow: 0.8, churnsAbove: 0.15, keeperShare: 0.8, minKept: 4, perShadow: 64, perCall: 1 << 10, equalCount: 3, equalShare: 0.02},
	fill:         fillParams{minSteps: 3, minStep: 0.1, minR2: 0.9, copyStep: 0.002, copyR2: 0.98, copySteps: 12, minOfValue: 4, minSpan: 20, overdue: 1.3, slack: 4},
	steps:        stepParams{z: 2, risen: 0.9, lull: 1.0 / 3, atOnce: 0.1, afterLoad: 1.0 / 3, heldFor: 0.5, minSteps: 3, minHeight: 0.1, minRatio: 0.5, maxRest: 0.25, minKept: 0.25, fewSteps: 0.5, lookBack: 100, unsampled: 0.5, minSampled: 10, timing: 0.1},
	spread:       spreadParams{minFunctions: 5, minKept: 0.5, maxShare: 0.3, callerShare: 0.8, many: 10, replaced: 0.25},
	rising:       risingParams{minKept: 1.5, minShare: 0.02, nearLimit: 0.85, atLimit: memory.NearLimit, giveWay: 1.02, lookBack: 5 * time.Minute},
	early:        earlyParams{after: 45 * time.Second, maxError: 0.001, minGone: 0.083, distance: 0.1, minLast: 0.21, minSteps: 12},
	overwhelming: overwhelmingParams{minProfiles: 10, minSamples: 50, minSpan: 80, distance: 0.1, minLast: 0.21},
	periodic:     periodicParams{minSteps: 4, minHeight: 0.4, maxRest: 0.15, maxSpread: 0.5, maxRatio: 2, overdue: 1.5},
	goal: goalParams{
		minShare: 0.7, minPoints: 5, minRise: 0.15, maxFall: 0.05, maxFallEnd: 0.15, endLast: 0.05,
		even: 0.12, evenLast: 0.18, chance: 2.2, maxAhead: 0.2, minLast: 0.12, follows: 0.8, level: 30 * time.Second, doubted: 3 * time.Minute, minTotal: 3 << 19, minTotalShare: 0.05, minTotalPoints: 8, minHalf: 0.3, maxHalf: 0.7,
	},
	load:    loadParams{segments: 6, minT: 4, minBusier: 0.05, outgrows: 1.5, longWatch: 12 * time.Hour, moments: 5},
	outside: outsideParams{minRise: 3 << 20, noise: 2 << 20, swing: 0.25, untouched: 4 << 20, minT: 4, minFor: 2 * time.Minute},
	stacks:  stackParams{ofGoroutine: 16 << 10, minRecursion: 8},
	polls: pollParams{
		inARow: 3, rowSpan: 5, min: 4, minGrowing: 8, minShape: 12, shortest: 20, sameTime: 1e-3, usualGap: 3, rareGap: 15,
		stale: time.Minute, gap: time.Minute, rerankAfter: 30 * time.Second, withdrawAfter: 15 * time.Second, withdrawPolls: 3, withdrawUnsure: time.Minute, remembered: 80 * time.Second, monotone: 0.05,
	},
	rate: rateParams{confidence: 0.90, toInterval: 1.645, maxRatio: 3, needs: MinRateSpan, levelShare: 0.1, stepShare: 0.8},
}

// MinWatch returns how long a process must be watched for a verdict.
func MinWatch() time.Duration { return params.window.min }
