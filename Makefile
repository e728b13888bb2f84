# Shortcuts for people; the checks themselves are in .ci/run.
.PHONY: build test check format demo pictures image demo-service corpus build/leaktop

build: ## a static binary in this folder
	.ci/build leaktop

test: ## the tests, as in the README
	go test ./...

check: ## everything that a change must pass
	.ci/run

format:
	go tool gofumpt -w .

demo-service: build ## the sample service alone
	./leaktop demo --serve 127.0.0.1:6060

# The tape and the pictures of the guide need VHS, ffmpeg, chromium and npm. ttyd is
# replaced by the program in tools/ttyd; xterm.js comes from npm.
build/ttyd: tools/ttyd/main.go tools/ttyd/index.html tools/ttyd/package.json
	mkdir -p build
	cp tools/ttyd/package.json build/
	npm install --prefix build --no-package-lock --no-audit --no-fund
	go build -C tools/ttyd -o ../../build/ttyd .

# Not trimmed of source paths, so that drilling down ends at a source line.
build/leaktop: build/ttyd
	go build -o build/leaktop .

demo: build/leaktop ## docs/demo.gif and docs/demo.png, from demo.tape
	PATH="$(CURDIR)/build:$$PATH" vhs demo.tape

pictures: build/leaktop ## the pictures of the guide pages
	for t in docs/pictures/*.tape; do PATH="$(CURDIR)/build:$$PATH" vhs $$t; done

image: ## the container image
	docker build -t leaktop .

corpus: ## measure the verdict on all services with a known answer: takes an hour
	nice go run -C tools/corpus . -of all
