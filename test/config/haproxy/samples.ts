/** Files as the users of HAProxy have them, and what checking such a text gives as plain lines. */

import assert from 'node:assert/strict';
import { checkHaproxyConfig } from '../../../src/config/check-config.js';
import type { Config } from '../../../src/config/config.js';
import { problemText } from '../../../src/config/problem.js';
import type { Problem } from '../../../src/config/problem.js';
import type { Mode } from '../../../src/config/vocabulary.js';

const limits = { descriptorLimit: 200_000 };

export function checked(text: string, mode?: Mode, descriptorLimit = limits.descriptorLimit) {
  const store = { variable: (name: string) => ({ PORT: '9999', HOST: '10.0.0.7' })[name], fileText: () => undefined };
  return checkHaproxyConfig('h.cfg', text, { descriptorLimit }, store, mode);
}

function lines(problems: readonly Problem[]): string[] {
  return problems.map((problem) => problemText(problem).replace(/^h\.cfg:/, ''));
}

export function problemsOf(text: string, mode: Mode = 'tcp'): string[] {
  const result = checked(text, mode);
  return result.kind === 'valid' ? [] : lines(result.problems);
}

export function warningsOf(text: string, mode?: Mode): string[] {
  return lines(checked(text, mode).warnings);
}

export function notesOf(text: string): string[] {
  return lines(checked(text, 'tcp').notes);
}

export function configOf(text: string, mode: Mode = 'tcp'): Config {
  const result = checked(text, mode);
  assert.equal(result.kind, 'valid', problemsOf(text, mode).join('\n'));
  return result.config;
}

/** A sound file with lines of its sections' own. */
export function withLines(lines: {
  readonly global?: string;
  readonly defaults?: string;
  readonly frontend?: string;
  readonly backend?: string;
  /** Parameters of its server. */
  readonly server?: string;
}): string {
  return `global
  ${lines.global ?? 'daemon'}
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  ${lines.defaults ?? ''}
frontend sp
  bind 127.0.0.1:19999
  default_backend smsc
  ${lines.frontend ?? ''}
backend smsc
  server s1 127.0.0.1:9315 ${lines.server ?? ''}
  ${lines.backend ?? ''}
`;
}

export const cmppSample = `# CMPP long connections: the configuration that this product's users run today.
global
    log 127.0.0.1 local2
    maxconn 50000
    daemon
    stats socket /var/run/haproxy.sock mode 600 level admin
    stats timeout 2m

defaults
    mode tcp
    log global
    option dontlognull
    timeout connect 5000ms
    timeout client 3600000ms   # one hour, 长连接
    timeout server 3600000ms   # one hour
    timeout check 5000ms
    maxconn 50000

frontend persistent_connection_frontend
    bind *:9999
    default_backend persistent_connection_backend

backend persistent_connection_backend
    balance source             # the same source keeps its server
    option tcp-check
    server server1 127.0.0.1:9315 check inter 5s fall 3 rise 2 weight 1
    server server2 127.0.0.1:9316 check inter 5s fall 3 rise 2 weight 1
    server server3 127.0.0.1:9317 check inter 5s fall 3 rise 2 weight 1
`;

export const mqttSample = `# An MQTT entry gateway for devices: sticky by source address.
global
    maxconn 50000
    user haproxy
    group haproxy
    daemon
defaults
    mode tcp
    timeout connect 10s
    timeout client 60s
    timeout server 60s
listen mqtt_tcp_proxy
    bind *:1889
    balance source
    hash-type consistent
    stick-table type ip size 200k expire 300s   # 五分钟
    stick on src
    server node1-26 192.168.0.26:1889 check inter 5000 fall 3 rise 2
    server node2-3 192.168.0.3:1889 check inter 5000 fall 3 rise 2
listen haproxy_stats
    bind *:8081
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
    stats enable
    stats uri /stats
    stats auth admin:123456
    stats refresh 5s
`;

export const mysqlSample = `# A database behind a layer 4 proxy: least connections, a page of statistics on its own port.
global
maxconn 50000
user haproxy
group haproxy
daemon
defaults
mode tcp
timeout connect 10s
timeout client 60s
timeout server 60s
listen mysql_tcp_proxy
bind *:3307
balance leastconn
server db-node1 192.168.0.20:3306 check inter 3000 fall 2 rise 2
server db-node2 192.168.0.20:3306 check inter 3000 fall 2 rise 2
listen haproxy_stats
bind *:8081
mode http
timeout connect 5s
timeout client 30s
timeout server 30s
stats enable
stats uri /stats
stats auth admin:123456
stats refresh 5s
`;

export const httpSample = `# A web site at layer 7: round robin, X-Forwarded-For, a page of statistics inside the frontend.
global
log /dev/log local0 info
log /dev/log local0 notice
chroot /var/lib/haproxy
pidfile /var/run/haproxy.pid
maxconn 40000
user haproxy
group haproxy
daemon
stats socket /var/lib/haproxy/stats level admin
defaults
mode http
log global
option httplog
option dontlognull
option http-server-close
option forwardfor
option redispatch
retries 3
timeout connect 10s
timeout client 30s
timeout server 30s
frontend http_front
bind *:80
default_backend http_back
stats enable
stats uri /haproxy-stats
stats auth admin:123456
stats refresh 5s
backend http_back
balance roundrobin
server web01 192.168.1.10:80 check inter 2000 fall 3 rise 2 weight 1
server web02 192.168.1.11:80 check inter 2000 fall 3 rise 2 weight 1
`;

/** Nearly all that is a key of ours. */
export const fullSample = String.raw`global
    log 127.0.0.1:1514 local0 notice
    maxconn 1000
    nbthread 4
    tune.bufsize 16384
    hard-stop-after 1m
    stats socket /tmp/cmpp-lb.sock mode 660 group sys level admin expose-fd listeners
    stats socket ipv4@127.0.0.1:9990 level admin
    stats timeout 90s
    stats maxconn 20
defaults base
    mode tcp
    log global
    option tcplog
    option dontlognull
    option redispatch 1
    retries 2
    timeout connect 5s
    timeout client 1h
    timeout server 1h
    timeout client-fin 30s
    default-server inter 3s fall 2 on-marked-down shutdown-sessions
defaults other from base
    timeout client 2h
frontend sp from base
    bind 127.0.0.1:9999,127.0.0.1:9998 accept-proxy
    bind unix@/tmp/sp.sock mode 660
    bind 127.0.0.1:8000-8002
    maxconn 500
    backlog 100
    default_backend smsc
frontend sp2 from other
    bind :::7777 v6only name x
    bind :9991
    use_backend 9
    default_backend smsc
backend smsc from base
    balance leastconn
    option tcp-check
    tcp-check connect port 99
    tcp-check send "hello \"there\"\r\n"
    tcp-check expect string "+OK x"
    tcp-check send-binary 0000000c
    tcp-check expect rbinary ^80 comment "x y"
    stick-table type string len 6 size 1m expire 1d
    stick on src
    server 2 10.0.0.1:7890 check weight 5 maxconn 100 port 7891
    server 1 [fd00::1]:7890 check send-proxy-v2 inter 4s slowstart 10s
    server 10 fd00::2:7890 check backup rise 5
    server x /tmp/x track 1
    server y 10.0.0.8:7890 no-check disabled
    server z 10.0.0.9:1 check addr 10.0.0.10:5 on-marked-down shutdown-sessions
listen 9 from other
    bind *:10000
    balance source
    hash-balance-factor 150
    hash-type consistent sdbm avalanche
    server a 10.0.0.1:1 check observe layer4 error-limit 3 on-error mark-down
    server b 10.0.0.2:1 check observe layer4 error-limit 3
`;
