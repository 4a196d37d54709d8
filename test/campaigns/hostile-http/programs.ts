import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { descriptorPagePath, descriptorPath } from "../../../components/federation/descriptor.ts";
import { reconcilerDeployment } from "../../../components/federation/manifests.ts";
import { newsPath } from "../../../components/federation/news.ts";
import { publisherConfigMap, publisherDeployment } from "../../../components/federation/publisher.ts";
import { signingKeyFile } from "../../../components/federation/settings.ts";
import type { FederationSpec } from "../../../components/federation/spec.ts";
import { publicKeyOf } from "../../../components/foundation/multikey/multikey.ts";
import { ingressPresets } from "../../../components/foundation/site/ingress.ts";
import { hotspotsDeployment } from "../../../components/places/hotspots/manifests.ts";
import { compressedName, mapPath } from "../../../components/places/map/published.ts";
import { vaultConfigMap, vaultDeployment } from "../../../components/recovery/vault/manifests.ts";
import {
  decisionsConfigMap,
  requestsConfigMap,
  requestsDeployment,
} from "../../../components/tenants/requests/manifests.ts";
import {
  confirmPath,
  followPath,
  requestsKeyFile,
  requestsPath,
} from "../../../components/tenants/requests/settings.ts";
import { freePort } from "../../free-port.ts";
import { mount, planOf, points } from "../../programs/hotspots/mounted.ts";
import { Metropolis } from "../../programs/metropolis.ts";
import { settings as requestsSettings } from "../../programs/requests/form.ts";
import { accounts } from "./accounts.ts";
import { asDeployed, type Program, Running } from "./running.ts";

async function hotspots(folder: string): Promise<Program> {
  const plan = planOf(points(50));
  mount(folder, plan);
  const uuid = plan.points[0]?.uuid ?? "";
  const port = await freePort();
  return {
    name: "hotspots",
    source: "hotspots",
    ...asDeployed(hotspotsDeployment(plan, "", [], "1")),
    environment: {
      HOTSPOTS_CONFIG: join(folder, "config"),
      HOTSPOTS_SECRETS: join(folder, "secrets"),
      HOTSPOTS_STATE: join(folder, "state"),
      HOTSPOTS_PORT: String(port),
    },
    port,
    healthy: `http://127.0.0.1:${port}/healthz`,
    largest: "/",
    paths: [
      "/",
      "/healthz",
      "/status",
      "/controller/register/",
      ...["checksum", "download-config", "report-status", "update-info"].map(
        (action) => `/controller/${action}/${uuid}/`,
      ),
    ],
    reads: `/controller/report-status/${uuid}/`,
  };
}

const bron = new Metropolis(["bron"]).at("bron");

const spec: FederationSpec = {
  settings: { ...bron.settings, webfinger: "https://social.bron.test/.well-known/webfinger" },
  links: [],
  services: [],
  pointsEverySeconds: undefined,
  peers: {
    privatePeers: [],
    privateEndpoints: [],
    clusterRanges: [],
    authority: undefined,
    ingress: ingressPresets.traefik.source,
  },
  apiServer: { port: 6443, networkPlugin: "any" as const },
  monitoringNamespace: undefined,
  secretLabels: [],
};

/** The publisher with a map as long as a large commune's; on its port for the public, or on the reconciler's. */
async function publisher(folder: string, side: "public" | "reconciler's"): Promise<Program> {
  const [outer, inner] = [await freePort(), await freePort()];
  const told = join(folder, "settings.json");
  writeFileSync(told, publisherConfigMap(spec).data["settings.json"] ?? "");
  const page = brotliCompressSync(Buffer.alloc(8 * 1024 * 1024, "<p>Place du marché</p>\n"), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
  });
  writeFileSync(join(folder, compressedName("index.html")), page);
  return {
    name: `publisher, ${side} port`,
    source: "publisher",
    ...asDeployed(publisherDeployment(spec, "", [])),
    environment: {
      PUBLISHER_SETTINGS: told,
      PUBLISHER_MAP: folder,
      PUBLISHER_PORT: String(outer),
      PUBLICATION_PORT: String(inner),
    },
    healthy: `http://127.0.0.1:${outer}/healthz`,
    paths: ["/", mapPath, descriptorPath, descriptorPagePath, "/.well-known/webfinger", "/healthz", newsPath],
    ...(side === "public"
      ? { port: outer, largest: mapPath }
      : { port: inner, largest: newsPath, reads: descriptorPath, readsBy: "PUT" }),
  };
}

/** The reconciler, which finds neither the cluster nor a publisher here, and tries again. */
async function reconciler(folder: string): Promise<Program> {
  const port = await freePort();
  writeFileSync(join(folder, "settings.json"), JSON.stringify(spec.settings));
  writeFileSync(join(folder, signingKeyFile), Buffer.alloc(32, 1).toString("base64url"));
  for (const file of ["ca.crt", "token"]) writeFileSync(join(folder, file), "");
  return {
    name: "reconciler",
    source: "federation",
    ...asDeployed(reconcilerDeployment(spec, "")),
    environment: {
      FEDERATION_SETTINGS: join(folder, "settings.json"),
      FEDERATION_SECRETS: folder,
      FEDERATION_ACCOUNT: folder,
      FEDERATION_PORT: String(port),
      KUBERNETES_SERVICE_HOST: "127.0.0.1",
      KUBERNETES_SERVICE_PORT: "9",
    },
    port,
    healthy: `http://127.0.0.1:${port}/metrics`,
    largest: "/metrics",
    paths: ["/metrics", "/healthz"],
  };
}

/** A vault with a repository in it, which asks who is there before it reads anything. */
async function vault(folder: string): Promise<Program> {
  const [port, metrics] = [await freePort(), await freePort()];
  const plan = {
    ...{ host: "bron", domain: "bron.test", guest: "lyon", address: "vault-lyon.bron.test" },
    ...{ publicKey: publicKeyOf(Buffer.alloc(32, 1)), spaceGiB: 1, storageClass: undefined },
  };
  mkdirSync(join(folder, "volume"));
  writeFileSync(join(folder, "settings.json"), vaultConfigMap(plan).data["settings.json"] ?? "");
  return {
    name: "vault",
    source: "vault",
    ...asDeployed(vaultDeployment(plan, "")),
    environment: {
      VAULT_SETTINGS: join(folder, "settings.json"),
      VAULT_FOLDER: join(folder, "volume"),
      VAULT_PORT: String(port),
      VAULT_METRICS_PORT: String(metrics),
    },
    port,
    healthy: `http://127.0.0.1:${port}/healthz`,
    largest: "/healthz",
    paths: [
      "/healthz",
      "/status",
      "/once/incarnation-2",
      "/nextcloud/files-2026q4/?create=true",
      "/nextcloud/files-2026q4/config",
      `/nextcloud/files-2026q4/data/${"a".repeat(64)}`,
    ],
    reads: "/nextcloud/files-2026q4/config",
  };
}

/** The form of associations, whose relay is not there. */
async function requests(folder: string): Promise<Program> {
  const port = await freePort();
  const plan = { ...requestsSettings(9), decided: {} };
  for (const [file, text] of Object.entries({
    ...requestsConfigMap(plan).data,
    ...decisionsConfigMap(plan).data,
  }))
    writeFileSync(join(folder, file), text);
  writeFileSync(join(folder, requestsKeyFile), Buffer.alloc(32, 1).toString("base64url"));
  return {
    name: "requests",
    source: "requests",
    ...asDeployed(requestsDeployment(plan, "", [])),
    environment: {
      REQUESTS_SETTINGS: join(folder, "settings.json"),
      REQUESTS_SECRETS: folder,
      REQUESTS_DECISIONS: folder,
      REQUESTS_PORT: String(port),
    },
    port,
    healthy: `http://127.0.0.1:${port}/healthz`,
    largest: requestsPath,
    paths: [
      requestsPath,
      confirmPath,
      `${confirmPath}?d=${"a".repeat(800)}`,
      followPath,
      `${followPath}?d=${"a".repeat(800)}`,
      "/healthz",
    ],
    reads: requestsPath,
  };
}

const programs = [
  hotspots,
  vault,
  (folder: string) => publisher(folder, "public"),
  (folder: string) => publisher(folder, "reconciler's"),
  reconciler,
  requests,
  (folder: string) => accounts(folder, "pages"),
  (folder: string) => accounts(folder, "agendas'"),
];

/**
 * Starts each program in turn, does something with it, and ends it.
 *
 * @param only the folder below programs/ of those that are wanted; all where it is left out.
 */
export async function withPrograms<Outcome>(
  use: (running: Running) => Promise<Outcome>,
  only?: string,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const prepare of programs) {
    const folder = mkdtempSync(join(tmpdir(), "hostile-http-"));
    try {
      const program = await prepare(folder);
      if (only !== undefined && program.source !== only) continue;
      const running = await Running.start(program);
      try {
        outcomes.push(await use(running));
      } finally {
        await running.stop();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return outcomes;
}
