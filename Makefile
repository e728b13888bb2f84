# What people type; the checks themselves are in .ci/run.
.PHONY: build test check format demo pictures image demo-service corpus build/leaktop

build: ## a static binary in this folder
	.ci/build leaktop

test: ## the tests, as the README has them
	go test ./...

check: ## all that a change must pass
	.ci/run

format:
	go tool gofumpt -w .

demo-service: build ## the sample service alone
	./leaktop demo --serve 127.0.0.1:6060

# The tape and the pictures of the guide need VHS, ffmpeg, chromium and npm. ttyd is
# the stand-in in tools/ttyd; xterm.js comes by npm.
build/ttyd: tools/ttyd/main.go tools/ttyd/index.html tools/ttyd/package.json
	mkdir -p build
	cp tools/ttyd/package.json build/
	npm install --prefix build --no-package-lock --no-audit --no-fund
	go build -C tools/ttyd -o ../../build/ttyd .

# With the paths of the sources in it, so that the way down ends at a line.
build/leaktop: build/ttyd
	go build -o build/leaktop .

demo: build/leaktop ## docs/demo.gif and docs/demo.png, from demo.tape
	PATH="$(CURDIR)/build:$$PATH" vhs demo.tape

pictures: build/leaktop ## the pictures of the guide pages
	for t in docs/pictures/*.tape; do PATH="$(CURDIR)/build:$$PATH" vhs $$t; done

image: ## the container image
	docker build -t leaktop .

corpus: ## measure the verdict on all services whose truth is known: an hour
	nice go run -C tools/corpus . -of all
