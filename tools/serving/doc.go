// Package serving serves net/http/pprof from popular Go web frameworks. The guide page
// "Serving pprof safely" shows these files, and the tests watch each of them with
// leaktop.
package serving
