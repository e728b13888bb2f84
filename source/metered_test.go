package source

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// The heap profile as text is many times as large as the binary one, so after the start it is a small part of the
// traffic.
func TestTextBecomesRare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const profileSize, textSize = 10_000, 300_000
		var texts atomic.Int64
		f := &fake{counts: map[profile.Kind]int{profile.Heap: 1000, profile.Goroutine: 100}, answer: map[string]http.HandlerFunc{}}
		body := func(n int) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write(append([]byte{0x1f, 0x8b}, make([]byte, n)...))
			}
		}
		f.answer["goroutine"] = body(profileSize)
		text := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("debug") == "1" {
				texts.Add(1)
				_, _ = w.Write([]byte(strings.Repeat("1: 1 [1: 1] @ 0x1\n", textSize/18) + "\n# runtime.MemStats\n# Sys = 7\n# MaxRSS = 9\n"))
				return
			}
			if strings.HasSuffix(r.URL.Path, "/heap") {
				body(profileSize)(w, r)
				return
			}
			f.ServeHTTP(w, r)
		})
		_, _, stop := overPipes(t, text, Options{})
		time.Sleep(3 * time.Minute)
		if texts.Load() < 6 {
			t.Errorf("at the start, the text was requested %d times in three minutes", texts.Load())
		}
		before := texts.Load()
		time.Sleep(20 * time.Minute)
		stop()
		if n := texts.Load() - before; n > 11 || n < 9 {
			t.Errorf("later, the text was requested %d times in 20 minutes, want once in two minutes", n)
		}
	})
}

// On a busy machine some responses are late, which does not count as work of the target: at the start, the
// runtime's figures are read as often as on an idle machine.
func TestLateTextIsNoWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var texts atomic.Int64
		f := &fake{counts: map[profile.Kind]int{profile.Heap: 100, profile.Goroutine: 100}}
		text := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("debug") == "1" && texts.Add(1)%2 == 1 {
				time.Sleep(25 * time.Millisecond)
			}
			f.ServeHTTP(w, r)
		})
		_, _, stop := overPipes(t, text, Options{})
		time.Sleep(2 * time.Minute)
		stop()
		if n := texts.Load(); n < 15 {
			t.Errorf("the text was requested %d times in two minutes, want about every six seconds", n)
		}
	})
}
