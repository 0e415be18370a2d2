# syntax=docker/dockerfile:1
# docker build -t cmpp-lb .
# docker run --network host -v /etc/cmpp-lb:/etc/cmpp-lb:ro -v cmpp-lb-state:/var/lib/cmpp-lb cmpp-lb

FROM node:20-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-fund --no-audit
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:20-slim
ENV NODE_ENV=production
WORKDIR /opt/cmpp-lb
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/bin ./bin
COPY --from=build /build/config ./config
COPY --from=build /build/dist/src ./dist/src
RUN ln -s /opt/cmpp-lb/bin/cmpp-lb.js /usr/local/bin/cmpp-lb \
    && mkdir -p /run/cmpp-lb /var/lib/cmpp-lb \
    && chown node:node /run/cmpp-lb /var/lib/cmpp-lb
USER node
VOLUME /var/lib/cmpp-lb
# Exit code 0 while every backend takes sessions; needs admin.socket.path in the configuration.
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s --retries=2 CMD ["cmpp-lb", "status"]
# SIGTERM takes leave of all sessions within hard-stop-after (30 s); docker waits for 10 s unless told: --stop-timeout 45.
STOPSIGNAL SIGTERM
ENTRYPOINT ["cmpp-lb"]
CMD ["start", "-c", "/etc/cmpp-lb/cmpp-lb.yaml"]
