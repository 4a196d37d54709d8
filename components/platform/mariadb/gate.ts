import type { types } from "@pulumi/kubernetes";
import { images } from "../../foundation/image/catalogue.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import type { MariadbPlan } from "./plan.ts";
import { connectionsOf, connectionsPerClient, gateMiB } from "./sizing.ts";

/** Port of MariaDB, where clients find it: the gate's. */
export const mariadbPort = 3306;

/** Port of the server itself, which no network policy opens. */
export const behindPort = 3307;

/**
 * The gate's configuration. The server counts a user's connections once somebody has logged in: without the gate, a client
 * that opens connections and says nothing has all of them.
 * Source: https://nginx.org/en/docs/stream/ngx_stream_limit_conn_module.html
 */
function configuration(memoryMiB: number): string {
  // Each connection is two to nginx, and those that it turns away take one for a moment.
  return `pid /tmp/nginx.pid;
worker_processes 1;
error_log /dev/stderr crit;
events { worker_connections ${Math.max(1024, 4 * connectionsOf(memoryMiB))}; }
stream {
  limit_conn_zone $binary_remote_addr zone=clients:1m;
  limit_conn clients ${connectionsPerClient};
  server {
    listen ${mariadbPort};
    listen [::]:${mariadbPort};
    proxy_pass 127.0.0.1:${behindPort};
    # As long as MariaDB itself lets a client be silent.
    proxy_timeout 8h;
  }
}
`;
}

/** Debian's nginx has what it needs as a module beside it, upstream's in itself; a node's kernel may have no IPv6. */
function startScript(memoryMiB: number): string {
  return `module=/usr/lib/nginx/modules/ngx_stream_module.so
{ [ ! -e $module ] || echo "load_module $module;"; cat << 'END'; } > /tmp/all.conf
${configuration(memoryMiB)}END
if [ -e /proc/net/if_inet6 ]; then mv /tmp/all.conf /tmp/nginx.conf; else sed '/listen \\[::\\]/d' /tmp/all.conf > /tmp/nginx.conf; fi
exec nginx -c /tmp/nginx.conf -g 'daemon off;'`;
}

/** nginx in the server's pod: of one address it lets as many connections in as one client may have. `gate` is its volume. */
export function gateContainer({ memoryMiB }: MariadbPlan): types.input.core.v1.Container {
  return {
    name: "gate",
    image: images.nginx.reference,
    args: ["sh", "-euc", startScript(memoryMiB)],
    ports: [{ name: "mariadb", containerPort: mariadbPort }],
    readinessProbe: { tcpSocket: { port: "mariadb" }, periodSeconds: 5 },
    livenessProbe: { tcpSocket: { port: "mariadb" }, periodSeconds: 20, failureThreshold: 6 },
    resources: resourceRequirements({ cpu: 0.02, requestMiB: 8, limitMiB: gateMiB }),
    securityContext: containerSecurity,
    volumeMounts: [{ name: "gate", mountPath: "/tmp" }],
  };
}
