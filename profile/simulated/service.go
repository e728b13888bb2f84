package simulated

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/google/pprof/profile"
)

// Service is a simulated Go service, with the truth that a judge has to find.
type Service struct {
	Start  time.Time   // of the process
	Starts []time.Time // later restarts
	Stacks int         // allocating stacks apart from that of the leak
	// Leak is the number of bytes per hour that example.com/shop/cart.(*Cache).Put
	// retains from LeakFrom on; a restart frees them.
	Leak     float64
	LeakFrom time.Time
	// Goroutines per hour that example.com/shop/mail.send leaves blocked from LeakFrom
	// on.
	Goroutines float64
	Seed       uint64

	tables *tables
}

// leakObject is the size in bytes of an object that leaks.
const leakObject = 16 << 10

// The variation of the memory in use: shares for the time of day and for noise, and a
// number of leaking objects.
const (
	loadSwing = 0.3
	noise     = 0.1
	maxInUse  = 6
)

// rate is the sampling rate of the heap, bytes.
const rate = 512 << 10

// tables are the parts that all profiles of a service share.
type tables struct {
	mapping   *profile.Mapping
	functions []*profile.Function
	stacks    [][]*profile.Location
	locations []*profile.Location
	leak      []*profile.Location
	mail      []*profile.Location
	idle      []*profile.Location
}

func (t *tables) addLocation(name, file string, line int64) *profile.Location {
	f := &profile.Function{ID: uint64(len(t.functions) + 1), Name: name, SystemName: name, Filename: file}
	t.functions = append(t.functions, f)
	l := &profile.Location{
		ID: uint64(len(t.locations) + 1), Mapping: t.mapping, Address: uint64(0x400000 + 16*len(t.locations)),
		Line: []profile.Line{{Function: f, Line: line}},
	}
	t.locations = append(t.locations, l)
	return l
}

func (s *Service) makeTables() *tables {
	if s.tables != nil {
		return s.tables
	}
	t := &tables{mapping: &profile.Mapping{
		ID: 1, Start: 0x400000, Limit: 0x4000000, File: "/app/shop", BuildID: "1c0ffee", HasFunctions: true, HasFilenames: true, HasLineNumbers: true, HasInlineFrames: true,
	}}
	main := t.addLocation("main.main", "/src/shop/main.go", 20)
	handler := t.addLocation("net/http.(*conn).serve", "/usr/local/go/src/net/http/server.go", 2102)
	const fan = 40 // stacks per function
	var leaf *profile.Location
	for i := range s.Stacks {
		if i%fan == 0 {
			leaf = t.addLocation(fmt.Sprintf("example.com/shop/part%03d.(*Store).Load", i/fan), fmt.Sprintf("/src/shop/part%03d/store.go", i/fan), 31)
		}
		caller := t.addLocation(fmt.Sprintf("example.com/shop/api.(*Server).handle%05d", i), "/src/shop/api/handlers.go", int64(40+i))
		t.stacks = append(t.stacks, []*profile.Location{leaf, caller, handler})
	}
	t.leak = []*profile.Location{
		t.addLocation("example.com/shop/cart.(*Cache).Put", "/src/shop/cart/cache.go", 57),
		t.addLocation("example.com/shop/api.(*Server).addToCart", "/src/shop/api/cart.go", 88), handler,
	}
	park := t.addLocation("runtime.gopark", "/usr/local/go/src/runtime/proc.go", 460)
	send := t.addLocation("runtime.chansend1", "/usr/local/go/src/runtime/chan.go", 161)
	t.mail = []*profile.Location{park, send, t.addLocation("example.com/shop/mail.send", "/src/shop/mail/send.go", 44)}
	t.idle = []*profile.Location{park, t.addLocation("internal/poll.runtime_pollWait", "/usr/local/go/src/runtime/netpoll.go", 351), main}
	s.tables = t
	return t
}

// startOf returns when the process that ran at a time began.
func (s *Service) startOf(at time.Time) time.Time {
	start := s.Start
	for _, t := range s.Starts {
		if !t.After(at) {
			start = t
		}
	}
	return start
}

// leaked returns for how many hours the leak has been growing in its process.
func (s *Service) leaked(at time.Time) float64 {
	from := s.startOf(at)
	if s.LeakFrom.After(from) {
		from = s.LeakFrom
	}
	return max(0, at.Sub(from).Hours())
}

// Heap returns the heap profile at a time, as the runtime writes it. Allocations vary by
// those of a second, and do not fall between profiles of a process that are a second or
// more apart, because a fall means a restart.
func (s *Service) Heap(at time.Time) []byte {
	t := s.makeTables()
	up := at.Sub(s.startOf(at)).Hours()
	p := &profile.Profile{
		PeriodType: &profile.ValueType{Type: "space", Unit: "bytes"}, Period: rate, TimeNanos: at.UnixNano(), DefaultSampleType: "inuse_space",
		Mapping: []*profile.Mapping{t.mapping}, Location: t.locations, Function: t.functions,
	}
	for i, name := range []string{"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"} {
		p.SampleType = append(p.SampleType, &profile.ValueType{Type: name, Unit: []string{"count", "bytes"}[i%2]})
	}
	// Traffic has a daily pattern, and noise that is the same for the same moment.
	random := rand.New(rand.NewPCG(s.Seed, uint64(at.UnixNano()))) //nolint:gosec // a simulation
	load := 1 + loadSwing*math.Sin(2*math.Pi*float64(at.Unix()%86400)/86400)
	for i, stack := range t.stacks {
		size := int64(256 << (i % 6))
		typical, chance := float64(8+i%32), random.Float64()
		live := int64(typical * load * (1 - noise + 2*noise*chance))
		made := int64((up*3600+chance)*float64(1+i%7)) + int64(typical*(1+loadSwing)*(1+noise))
		p.Sample = append(p.Sample, &profile.Sample{
			Location: stack, Value: []int64{made, made * size, live, live * size}, NumLabel: map[string][]int64{"bytes": {size}},
		})
	}
	leaked := int64(s.Leak * s.leaked(at) / leakObject)
	n := leaked + int64(maxInUse*random.Float64())
	made := leaked + maxInUse + int64(up*100)
	p.Sample = append(p.Sample, &profile.Sample{
		Location: t.leak, Value: []int64{made, made * leakObject, n, n * leakObject}, NumLabel: map[string][]int64{"bytes": {leakObject}},
	})
	return write(p)
}

// Goroutine returns the goroutine profile at a time.
func (s *Service) Goroutine(at time.Time) []byte {
	t := s.makeTables()
	p := &profile.Profile{
		PeriodType: &profile.ValueType{Type: "goroutine", Unit: "count"}, Period: 1, TimeNanos: at.UnixNano(),
		SampleType: []*profile.ValueType{{Type: "goroutine", Unit: "count"}},
		Mapping:    []*profile.Mapping{t.mapping}, Location: t.locations, Function: t.functions,
	}
	random := rand.New(rand.NewPCG(s.Seed+1, uint64(at.UnixNano()))) //nolint:gosec // a simulation
	p.Sample = append(p.Sample, &profile.Sample{Location: t.idle, Value: []int64{20 + int64(5*random.Float64())}})
	if n := int64(s.Goroutines * s.leaked(at)); n > 0 {
		p.Sample = append(p.Sample, &profile.Sample{Location: t.mail, Value: []int64{n}})
	}
	return write(p)
}

func write(p *profile.Profile) []byte {
	data, err := pack(p)
	if err != nil {
		panic(err) // it is valid
	}
	return data
}
