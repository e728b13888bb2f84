module github.com/leaktop/leaktop/tools/soak

go 1.26.0

require (
	github.com/creack/pty v1.1.24
	github.com/leaktop/leaktop v0.0.0
)

require (
	github.com/google/pprof v0.0.0-20261016150608-1facf8f91b50 // indirect
	github.com/klauspost/compress v1.20.4 // indirect
)

replace github.com/leaktop/leaktop => ../..
