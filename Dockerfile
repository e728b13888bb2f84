# An image that contains only the static binary and the CA certificates, to
# attach to a running pod:
#
#   kubectl debug -it POD --image=leaktop --target=CONTAINER -- /leaktop :6060
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN .ci/build /leaktop && mkdir /work

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /leaktop /leaktop
COPY --from=build --chown=65532:65532 /work /work
USER 65532:65532
WORKDIR /work
# Compressed recordings are unpacked into the temporary directory, and scratch has no /tmp.
ENV TMPDIR=/work
ENTRYPOINT ["/leaktop"]
