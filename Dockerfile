# The image of Anteroom: one static program, the certificates it trusts, and the licences of what it is made of.
# `make image` builds it; docs/docker.md runs it; azuredeploy/try-image runs and checks it.
#
# Tags name the bases here, so that a clone builds without looking anything up. A tag can be moved, so a release does not
# rely on one: .github/workflows/release.yml passes NODE_IMAGE and GO_IMAGE by digest, and a test refuses one that does not.
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim
ARG GO_IMAGE=docker.io/library/golang:1.26.8-bookworm

# What the browser runs. It is the same for every processor, and is built on the builder's own.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS browser
WORKDIR /src/static
COPY static/package.json static/package-lock.json static/.npmrc ./
RUN npm ci --ignore-scripts
COPY teams/endings.json ../teams/
COPY static/ ./
RUN npm run build

# The program, cross-compiled for the image's processor.
FROM --platform=$BUILDPLATFORM ${GO_IMAGE} AS program
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=browser /src/static/dist static/dist
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=development
# Time zones are compiled in (timetzdata); nothing of the builder's paths, clock or repository is.
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -buildvcs=false -tags timetzdata \
    -ldflags "-s -w -X main.version=$VERSION" -o /image/anteroom ./cmd/anteroom
RUN azuredeploy/licences ./cmd/anteroom >/image/licences.txt

FROM scratch
ARG VERSION=development
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Anteroom" \
      org.opencontainers.image.description="The browser front door to a Teams meeting" \
      org.opencontainers.image.source="https://github.com/anteroom-visit/anteroom" \
      org.opencontainers.image.documentation="https://github.com/anteroom-visit/anteroom/blob/main/docs/docker.md" \
      org.opencontainers.image.licenses="MIT AND LicenseRef-Microsoft-Calling-SDK" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=program /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=program /image/licences.txt /licences.txt
COPY --from=program /image/anteroom /anteroom
# So that guides can write `docker exec CONTAINER anteroom doctor`, as anywhere else.
ENV PATH=/
# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["/anteroom", "healthcheck"]
ENTRYPOINT ["/anteroom"]
