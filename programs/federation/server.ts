import { createServer, type Server, type ServerResponse } from "node:http";
import { descriptorPagePath, descriptorPath, peerHeader } from "../../components/federation/descriptor.ts";
import { descriptorPage } from "../../components/federation/descriptor-page.ts";
import type { FederationStatus } from "../../components/federation/status.ts";
import { mapPolicy } from "../../components/map/published.ts";
import { encoded, type ServedFile } from "./map.ts";
import { metricsText, type RunFigures } from "./metrics.ts";
import type { OwnDescriptor } from "./own.ts";

/** What the server shows, read anew for every request. */
export interface Shown {
  descriptor: OwnDescriptor;
  /** Where accounts of the bare domain are found, when there are any. */
  webfinger: string | undefined;
  /** The files of the commune's map, by path. */
  map: ReadonlyMap<string, ServedFile>;
  status: () => FederationStatus;
  run: () => RunFigures;
  /** False until the declared links are known: the descriptor would name no peer. */
  ready: () => boolean;
  /** Told of the peer that asks for the descriptor, by its own account. */
  asked: (peer: string) => void;
}

/** Headers of every answer; the page carries its own style and nothing else. */
const headers = {
  "strict-transport-security": "max-age=15552000; includeSubDomains",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};

/** The public descriptor and its page, the commune's map; metrics and health for the cluster, which the ingress does not pass on. */
export function serve(
  port: number,
  { descriptor, webfinger, map, status, run, ready, asked }: Shown,
): Server {
  const answer = (response: ServerResponse, code: number, type: string, body: string, more = {}) =>
    response.writeHead(code, { "content-type": type, ...headers, ...more }).end(body);
  const server = createServer((request, response) => {
    const now = new Date();
    const { pathname, search } = new URL(request.url ?? "/", "http://reconciler");
    const file = map.get(pathname);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return answer(response, 405, "text/plain; charset=utf-8", "GET\n", { allow: "GET, HEAD" });
    }
    // Peers take what is not named for what is no longer declared: nothing is said before it is known.
    if (!ready() && pathname !== "/metrics") {
      return answer(response, 503, "text/plain; charset=utf-8", "The links are not known yet.\n", {
        "retry-after": "5",
      });
    }
    if (file !== undefined) {
      const { body, headers: own } = encoded(file, request.headers["accept-encoding"]?.toString());
      return response
        .writeHead(200, {
          ...headers,
          ...own,
          "content-security-policy": mapPolicy,
          "cache-control": "public, max-age=300",
        })
        .end(body);
    }
    switch (pathname) {
      case descriptorPath:
        asked(request.headers[peerHeader]?.toString() ?? "");
        return answer(response, 200, "application/json; charset=utf-8", descriptor.text(now), {
          "cache-control": "public, max-age=60",
          "access-control-allow-origin": "*",
        });
      case descriptorPagePath:
        return answer(response, 200, "text/html; charset=utf-8", descriptorPage(descriptor.describe(now)));
      case "/metrics":
        return answer(
          response,
          200,
          "text/plain; version=0.0.4; charset=utf-8",
          metricsText(status(), run()),
        );
      case "/.well-known/webfinger":
        if (webfinger === undefined) return answer(response, 404, "text/plain; charset=utf-8", "not found\n");
        return answer(response, 301, "text/plain; charset=utf-8", "", {
          location: webfinger + search,
          "access-control-allow-origin": "*",
        });
      case "/healthz":
        return answer(response, 200, "text/plain; charset=utf-8", "ok\n");
      default:
        return answer(response, 404, "text/plain; charset=utf-8", "not found\n");
    }
  });
  // A few visitors at a time; a slow one is not kept.
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  server.keepAliveTimeout = 5_000;
  server.maxConnections = 200;
  return server.listen(port);
}
