package leak

import "time"

// The constants of the method. Those of the retained floor were found on 130
// recorded runs of small servers, 66 leaks and 64 look-alikes; what was changed
// since was weighed with the simulated services of the tests and with recorded
// runs of real ones.
const (
	// window is how long growth must last at least. A ramp that is shorter is
	// told from a leak, a longer one is not.
	window = 90 * time.Second
	// Each further window is longer than the last by this factor.
	windowFactor = 1.5
	// longWindow is what growth needs that could follow the load: where most of
	// what comes goes again.
	longWindow = 170 * time.Second

	leastHeap       = 2 << 20 // bytes that a heap suspect grew by at least
	leastGoroutines = 10
	leastOffHeap    = 16 << 20  // more than the pages of the program itself that come with use
	leastObject     = 512 << 10 // bytes of an object that is looked at by itself

	leastZ           = 2.8      // standard errors of the growth
	leastZTurning    = 3.5      // the same where half of what comes goes again
	leastDriftT      = 3.0      // standard errors of the slope, where things come and go
	mostDrawdown     = 0.3      // of the range; above, it is a saw
	mostDistance     = 0.28     // of the cumulative growth from a straight line
	leastLast        = 0.10     // share of the growth in the last quarter of the window
	leastQuiet       = 1.0 / 12 // share of the window without growth, and
	mostDue          = 5.0      // events due in it, that mean it stopped;
	mostDueYoung     = 3.0      // fewer where growth was seen for hardly more than a window
	youngFactor      = 1.3      // of a window
	leastSteps       = 5.0      // effective number of steps
	mostTopThree     = 0.7      // share of the three largest steps
	mostGap          = 0.5      // share of the window in one gap between profiles, whose course nobody saw
	fewShare         = 0.6      // effective steps by effective gap, where collections are rare
	smoothBelow      = 0.5      // kept share below which a median of 5 comes first
	followsBelow     = 0.2      // kept share below which growth could follow the load
	turnsBelow       = 0.8      // kept share below which more load explains more being there
	churnsAbove      = 0.15     // falls by rise of a goroutine count above which it could
	leastTroughs     = 4
	leastRising      = 0.75 // share of the troughs that rise
	middleTrough     = 0.2  // the middle one stands between this and 1 − this
	slowingAhead     = 0.10 // growth ahead of time by this share, and
	slowingBend      = 1.5  // this surely (chance: exp(−2·1.5²) = 1%), slows down
	slowingBendYoung = 1.22 // the same (5%) where growth was seen for hardly more than a window
	slowingSteps     = 25   // effective steps below which a window alone cannot tell
	keeperShare      = 0.8  // of what it allocated, kept by the function that is blamed for connections
	replacesAbove    = 0.3  // kept share
	replacesZ        = 2
	beganBefore      = 0.05 // share of what came that went before,
	beganAfter       = 0.3  // and after giving back began,
	leastBegun       = 3    // of so many objects at least
	nearly           = 0.97 // of a window is enough
	leastFill        = 3    // steps of one growing object
	leastStep        = 0.1  // of the size before
	leastFillR2      = 0.9
	leastFillSpan    = 20 // seconds
	overdueFactor    = 1.3
	overdueSlack     = 4 // seconds

	// Of the collector's goal, see askGoal.
	goalShare     = 0.7  // of the growth of the heap is that of the series
	leastGoals    = 5    // collections in the window
	goalRise      = 0.15 // it rises by this share at least,
	goalMostFall  = 0.05 // and falls by this share of it at most,
	goalEndFall   = 0.15 // or by this where growth ends,
	goalEndLast   = 0.05 // with as good as none in the last quarter
	goalEven      = 0.12 // distance from a straight line up to which it is even,
	goalEvenLast  = 0.18 // and the least share of the last quarter
	goalChance    = 2.2  // sampling errors that the series may be away from it (chance: exp(−2·2.2²), 0.01%)
	goalMostAhead = 0.2  // ahead of time by more, or
	goalLeastLast = 0.12 // less in the last quarter, it slows down
	goalFollows   = 0.8  // of what the profiles show it to grow by

	// Of growth that comes with the load, see busier.
	loadSegments = 6    // of the window, whose allocation rates are compared
	leastLoadT   = 4.0  // standard errors of their slope (chance: under 1%)
	leastBusier  = 0.05 // least rise of the rate

	pollsInARow    = 3                // before a finding is a suspect
	leastSeen      = 4                // profiles that speak for a steady service
	shortest       = 20               // seconds before anything is said
	sameTime       = 1e-3             // seconds: points closer than this are one
	rowSpan        = 5                // seconds that these polls need not span more than
	usualGap       = 3                // seconds between two heap profiles that say something new
	rareSpan       = 15               // seconds between two, from which on they are rare
	goroutineBytes = 8 << 10          // what a goroutine counts in the ranking
	confidence     = 0.90             // of the interval of a rate, which is
	toInterval     = 1.645            // standard errors to either side, where these are known
	staleAfter     = 60 * time.Second // without a new profile nothing is known
	gapAfter       = 60 * time.Second // between two profiles is worth a warning
)
