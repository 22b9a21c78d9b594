# One image, two programs: concordat-node (default) and concordat-coordinator.
# BASE is any Debian with Node >= 22.20; an air-gapped site hands in its own.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY proto proto
COPY crypto crypto
COPY config config
COPY node node
COPY coordinator coordinator
RUN npm run build && npm prune --omit=dev --omit=optional --ignore-scripts

FROM ${BASE}
ENV NODE_ENV=production CONCORDAT_HOME=/home/concordat/home
# The home is the only place that is written to: run with --read-only and a volume there.
RUN useradd --system --uid 10001 --create-home --home-dir /home/concordat concordat \
  && mkdir /home/concordat/home && chown concordat /home/concordat/home
WORKDIR /opt/concordat
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY --from=build /build/node/triage/advice/prompts node/triage/advice/prompts
COPY package.json LICENSE ./
RUN ln -s /opt/concordat/dist/node/main.js /usr/local/bin/concordat-node \
  && ln -s /opt/concordat/dist/coordinator/main.js /usr/local/bin/concordat-coordinator \
  && chmod +x dist/node/main.js dist/coordinator/main.js
USER concordat
VOLUME /home/concordat/home
EXPOSE 5000 9090 9091 9600 9700 9701
# Asks where the program says that it listens, whichever of the two it is and wherever its ports were set.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "const { api, metrics } = JSON.parse(fs.readFileSync(`${process.env.CONCORDAT_HOME}/run.json`)).addresses; fetch(`${api ?? metrics}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["concordat-node", "start"]
