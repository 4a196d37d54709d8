import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { execa } from "execa";
import { communeSchema } from "../../components/commune/declaration.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { reconcilerDeployment } from "../../components/federation/manifests.ts";
import { type Federation, federationSchema } from "../../components/federation/members.ts";
import { mostBefore, type SaidHead } from "../../components/federation/memory.ts";
import type { FederationPlan } from "../../components/federation/plan.ts";
import type { FederationStatus } from "../../components/federation/status.ts";
import { bundleOptions } from "../../components/foundation/program/bundle.ts";
import { ingressPresets } from "../../components/foundation/site/ingress.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { linkedKinds } from "../../components/services/list.ts";
import { checkout } from "../../local/paths.ts";
import { OwnDescriptor, type OwnHeads } from "../../programs/federation/own.ts";
import { agedStatus } from "../../test/programs/aged.ts";
import { declarationOf, type GeneratedCommune } from "../communes.ts";
import type { LoopInput, LoopOutput } from "./loop.ts";

/** A commune that is asked: what it plans, and its descriptor. */
interface Asked extends FederationPlan {
  descriptor: OwnDescriptor;
  /** Its memory of the others before the first run. */
  status: FederationStatus;
}

/** Services with restore points of each commune, as its peers remember them. */
const pointsOf = ["nextcloud", "mastodon", "peertube"];

/** Figures of a reconciler. */
interface Measured extends LoopOutput {
  peers: number;
  periodSeconds: number;
}

/**
 * Runs the reconciler of the first of some communes against the signed descriptors of the others, over TLS and with the
 * flags that Node has in its pod. Its own services are all open: nothing changes but its first runs.
 *
 * @param communes that all link with each other.
 * @param years for which they have remembered each other.
 */
export async function measureReconciler(
  metropolis: object,
  communes: readonly GeneratedCommune[],
  { years, runs }: { years: number; runs: number },
): Promise<Measured> {
  const asked = askedOf(federationSchema.parse(metropolis), communes, years);
  const [own] = asked;
  if (own === undefined) throw new Error("no commune");
  const folder = mkdtempSync(join(tmpdir(), "bench-reconciler-"));
  try {
    const authority = await certificateIn(folder);
    const byDomain = new Map(asked.map((one) => [one.settings.domain, one]));
    const server = createServer(authority, (request, response) => {
      const text = byDomain.get((request.url ?? "").slice(1))?.descriptor.text(new Date());
      response.writeHead(text === undefined ? 404 : 200, { "content-type": "application/json" }).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const [program, given] = [join(folder, "loop.mjs"), join(folder, "input.json")];
    const text = buildSync(bundleOptions("bench/reconciler/loop", checkout)).outputFiles[0]?.text ?? "";
    writeFileSync(program, text);
    const input: LoopInput = {
      id: own.settings.id,
      domain: own.settings.domain,
      links: own.links,
      status: own.status,
      port: (server.address() as AddressInfo).port,
      authorityFile: authority.file,
      runs,
    };
    writeFileSync(given, JSON.stringify(input));
    const { stdout } = await execa("node", [...podFlags(own), program, given]);
    server.close();
    server.closeAllConnections();
    return {
      ...(JSON.parse(stdout) as LoopOutput),
      peers: own.links.length,
      periodSeconds: own.settings.periodSeconds,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function askedOf(metropolis: Federation, communes: readonly GeneratedCommune[], years: number): Asked[] {
  const site = siteOf(siteSchema.parse({}));
  const status = agedStatus(communes, { years, pointsOf, kinds: linkedKinds });
  const heads = headsIn(status);
  return communes.map((commune, index) => {
    const plan = planCommune(communeSchema.parse(declarationOf(commune)), site, { metropolis }).federation;
    const descriptor = new OwnDescriptor(plan.settings, Buffer.alloc(32, index + 1), () => heads);
    descriptor.declare(plan.links);
    descriptor.remember(status);
    // Its first runs open the links: what they lead to is in the descriptors.
    const others = Object.entries(status)
      .filter(([id]) => id !== commune.id)
      .map(([id, known]) => [id, { ...known, firstKey: undefined, services: {} }]);
    return { ...plan, descriptor, status: Object.fromEntries(others) };
  });
}

/** Returns each commune's heads: the last ones that its peers remember. */
function headsIn(status: FederationStatus): OwnHeads {
  const [known] = Object.values(status);
  const said = (heads: readonly SaidHead[] = []) => {
    const last = heads.at(-1);
    return last && { count: last.count, head: last.head, before: Array<string>(mostBefore).fill(last.head) };
  };
  const points = Object.entries(known?.points ?? {}).flatMap(([service, { heads }]) => {
    const last = said(heads);
    return last ? [[service, { count: last.count, head: last.head }] as const] : [];
  });
  return { approvals: said(known?.approvals), points: Object.fromEntries(points) };
}

/** Makes the certificate of the server of all descriptors. */
async function certificateIn(folder: string): Promise<{ key: Buffer; cert: Buffer; file: string }> {
  const [key, file] = [join(folder, "tls.key"), join(folder, "tls.crt")];
  await execa("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"],
    ...["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", file],
  ]);
  return { key: readFileSync(key), cert: readFileSync(file), file };
}

/** The flags that Node has in the reconciler's pod. */
function podFlags(plan: FederationPlan): string[] {
  const peers = {
    privatePeers: [],
    privateEndpoints: [],
    clusterRanges: [],
    authority: undefined,
    ingress: ingressPresets.traefik.source,
  };
  const spec = {
    ...plan,
    peers,
    apiServer: { port: 6443, networkPlugin: "any" as const },
    monitoringNamespace: undefined,
    secretLabels: [],
  };
  const deployment = reconcilerDeployment(spec, "") as unknown as {
    spec: { template: { spec: { containers: { command: string[] }[] } } };
  };
  return deployment.spec.template.spec.containers[0]?.command.slice(1, -1) ?? [];
}
