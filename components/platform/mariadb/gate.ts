import type { types } from "@pulumi/kubernetes";
import { images } from "../../foundation/image/catalogue.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import { readTemplate } from "../../foundation/template/template.ts";
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
  return readTemplate("platform/mariadb/pod/gate.conf", {
    WORKER_CONNECTIONS: Math.max(1024, 4 * connectionsOf(memoryMiB)),
    CONNECTIONS_PER_CLIENT: connectionsPerClient,
    PORT: mariadbPort,
    BEHIND_PORT: behindPort,
  });
}

/** Debian's nginx has what it needs as a module beside it, upstream's in itself; a node's kernel may have no IPv6. */
function startScript(memoryMiB: number): string {
  return readTemplate("platform/mariadb/pod/gate.sh", { CONFIGURATION: configuration(memoryMiB) }).trimEnd();
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
