# syntax=docker/dockerfile:1
# tempoctl and nothing else: one static binary, no shell, no user but its own.
#   docker build -t tempoctl .
#   docker run --rm --network host tempoctl doctor

# Alpine's target is musl, so what it builds needs no library of the system it runs on.
FROM rust:1.95-alpine AS build
# TLS is rustls with ring, part of which is C.
RUN apk add --no-cache build-base ca-certificates
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY src ./src
COPY crates ./crates
COPY benches ./benches
COPY tests/it.rs tests/cases.rs ./tests/
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin tempoctl && cp target/release/tempoctl /tempoctl

FROM scratch
LABEL org.opencontainers.image.title="tempoctl" \
      org.opencontainers.image.description="Finds the hop where a Grafana Tempo pipeline loses traces" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /tempoctl /usr/bin/tempoctl
COPY LICENSE /usr/share/doc/tempoctl/LICENSE
# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
ENTRYPOINT ["/usr/bin/tempoctl"]
CMD ["--help"]
