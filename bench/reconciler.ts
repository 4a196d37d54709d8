import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { execa } from "execa";
import { communeSchema } from "../components/commune/declaration.ts";
import { planCommune } from "../components/commune/plan.ts";
import { reconcilerDeployment } from "../components/federation/manifests.ts";
import { federationSchema } from "../components/federation/members.ts";
import type { FederationPlan } from "../components/federation/plan.ts";
import { bundleOptions } from "../components/foundation/program/bundle.ts";
import { ingressPresets } from "../components/foundation/site/ingress.ts";
import { siteSchema } from "../components/foundation/site/settings.ts";
import { siteOf } from "../components/foundation/site/site.ts";
import { checkout } from "../local/paths.ts";
import { OwnDescriptor } from "../programs/federation/own.ts";
import { communesOfLyon, declarationOf, metropolisOf } from "./communes.ts";
import type { LoopInput, LoopOutput } from "./reconciler/loop.ts";

/**
 * `npm run bench reconciler`: what one reconciler takes in the whole metropolis of Lyon. Every commune federates with
 * every other one: its own loop with the limits of its pod, and the signed descriptors of all
 * peers, read over TLS and checked in each run. Its services are all open: what is measured is a run that changes
 * nothing.
 */
const communes = communesOfLyon();
const site = siteOf(siteSchema.parse({}));
const metropolis = federationSchema.parse(metropolisOf(communes));
const planned = communes.map((commune, index) => {
  const plan = planCommune(communeSchema.parse(declarationOf(commune)), site, { metropolis }).federation;
  const descriptor = new OwnDescriptor(plan.settings, Buffer.alloc(32, index + 1));
  descriptor.declare(plan.links);
  return { ...plan, descriptor };
});
const [own] = planned;
if (own === undefined) throw new Error("no commune");
const byDomain = new Map(planned.map((one) => [one.settings.domain, one]));

const folder = mkdtempSync(join(tmpdir(), "bench-reconciler-"));
const [key, certificate, program] = ["tls.key", "tls.crt", "loop.mjs"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
try {
  await execa("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"],
    ...["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
  ]);
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => {
      const text = byDomain.get((request.url ?? "").slice(1))?.descriptor.text(new Date());
      response.writeHead(text === undefined ? 404 : 200, { "content-type": "application/json" }).end(text);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const text = buildSync(bundleOptions("bench/reconciler/loop", checkout)).outputFiles[0]?.text ?? "";
  writeFileSync(program, text);
  const input: LoopInput = {
    id: own.settings.id,
    domain: own.settings.domain,
    links: own.links,
    port: (server.address() as AddressInfo).port,
    authorityFile: certificate,
    runs: 20,
  };
  const { stdout } = await execa("node", [...podFlags(own), program, JSON.stringify(input)]);
  server.close();
  server.closeAllConnections();
  const { cpuSeconds, ownMiB, peakMiB, accepted } = JSON.parse(stdout) as LoopOutput;
  const { periodSeconds } = own.settings;
  console.log(`${own.links.length} peers, ${accepted} links open`);
  console.log(
    `processor: ${cpuSeconds.toFixed(2)} s a run, ${((cpuSeconds / periodSeconds) * 1000).toFixed(1)} millicores with a period of ${periodSeconds / 60} minutes`,
  );
  console.log(
    `memory: ${ownMiB.toFixed(0)} MiB of its own at the end; ${peakMiB.toFixed(0)} MiB at most, with the pages of Node itself`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
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
