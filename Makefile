# What people type; the checks themselves are in .ci/run.
.PHONY: build test check format demo-service

build: ## a static binary in this folder
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o leaktop .

test: ## the tests, as the README has them
	go test ./...

check: ## all that a change must pass
	.ci/run

format:
	go tool gofumpt -w .

demo-service: build ## the sample service alone
	./leaktop demo --serve 127.0.0.1:6060
