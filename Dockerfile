# A small image of `cargo telecrm`, for CI and for teams without a Rust toolchain:
#
#   docker build -t cargo-telecrm .
#   docker run --rm -v "$PWD:/work" cargo-telecrm check schema/workspace.yaml
#   docker run --rm -p 127.0.0.1:4010:4010 -v "$PWD:/work" cargo-telecrm \
#       emulate schema/workspace.yaml --host 0.0.0.0 --allow-host localhost

FROM rust:1-alpine AS build
# A C compiler for SQLite and the TLS crate; musl makes the program static.
RUN apk add --no-cache build-base
WORKDIR /source
COPY . .
RUN cargo build --locked --release --package cargo-telecrm && \
    strip target/release/cargo-telecrm

FROM alpine:3.22 AS certificates
RUN apk add --no-cache ca-certificates

FROM scratch
COPY --from=certificates /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /source/target/release/cargo-telecrm /cargo-telecrm
COPY LICENSE-APACHE LICENSE-MIT /licenses/
WORKDIR /work
USER 65532:65532
EXPOSE 4010
ENTRYPOINT ["/cargo-telecrm"]
CMD ["--help"]
