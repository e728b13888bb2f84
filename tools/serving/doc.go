// Package serving serves net/http/pprof from the frameworks that Go services
// are written with. The guide page "Serving pprof safely" shows these files;
// the tests watch each of them with leaktop.
package serving
