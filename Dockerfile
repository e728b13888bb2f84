# An image with nothing in it but the static binary and the certificates to
# trust, to be put beside a service:
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
# There is no /tmp, and packed recordings are unpacked into it.
ENV TMPDIR=/work
ENTRYPOINT ["/leaktop"]
