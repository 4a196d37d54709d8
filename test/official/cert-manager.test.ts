import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type PeerCertificate } from "node:tls";
import { execa } from "execa";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { sha256 } from "../../local/images/layer.ts";
import { tar, writeOciArchive } from "../../local/images/oci.ts";
import { buildToolchain } from "../../local/toolchain/index.ts";
import { Project } from "../cluster/project.ts";
import { buildCertManager, type CertManager, kindFiles } from "./cert-manager.ts";
import { acmeServer, controllers, issuer, namespace } from "./cert-manager-objects.ts";

/**
 * The real cert-manager, and an ACME server that asks the ingress controller for its proof as Let's Encrypt does, give
 * each public name of a whole commune its certificate, in namespaces that are closed to all else. `npm run
 * test:all -- cert-manager`, not in CI: it builds both from their Go modules.
 */
const cluster = openCluster(inject("cluster"));
const stack = "villeurbanne";
const image = "official.test/cert-manager:1";
const silent = () => undefined;
const work = mkdtempSync(join(tmpdir(), "cert-manager-"));
let built: CertManager;
let project: Project;
let hosts: string[];
let root: string;

async function kubectl(words: readonly string[], input?: object): Promise<string> {
  const { stdout } = await execa("kubectl", words, {
    env: cluster.environment,
    ...(input ? { input: JSON.stringify(input) } : {}),
  });
  return stdout;
}

const apply = (...items: readonly object[]) =>
  kubectl(["apply", "-f", "-"], { apiVersion: "v1", kind: "List", items });

/** One image with all programs. It runs as upstream's do: acmesolver is what it begins, as user 1000. */
async function bringImage({ programs }: CertManager): Promise<void> {
  const folder = join(work, "root");
  mkdirSync(folder);
  for (const [name, file] of Object.entries(programs)) await copyFile(file, join(folder, name));
  const file = join(work, "layer.tar");
  await tar(file, folder);
  const digest = await sha256(file);
  const layers = [{ file, packed: false, digest, diffId: digest, size: statSync(file).size }];
  const archive = join(work, "image.tar");
  const config = { Entrypoint: ["/acmesolver"], User: "1000", Env: ["PATH=/"] };
  const known = await writeOciArchive(archive, { names: [image], config, labels: {}, layers }, work);
  const toolchain = await buildToolchain({ report: silent });
  const images = [{ names: [image], archive, digest: known }];
  await cluster.up({ toolchain, images, domains: [], report: silent });
}

/** The certificate that a visitor of a public name is shown, and whether it leads to this root. */
function shown(host: string): Promise<{ trusted: boolean; certificate: PeerCertificate }> {
  const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
  return new Promise((resolve, reject) => {
    const options = { host: hostname, port: Number(port), servername: host, ca: root };
    const socket = connect({ ...options, rejectUnauthorized: false });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      resolve({ trusted: socket.authorized, certificate: socket.getPeerCertificate() });
      socket.destroy();
    });
  });
}

beforeAll(async () => {
  built = await buildCertManager();
  await bringImage(built);
  for (const file of kindFiles(built)) await kubectl(["apply", "--server-side", "-f", file]);
  await kubectl(["wait", "--for=condition=Established", "--timeout=60s", "crd", "--all"]);
  const pebble = acmeServer(image);
  await apply(namespace);
  await apply(issuer(pebble.certificate));
  project = new Project(cluster.environment);
  await project.createStack(stack);
  await project.succeed("config", "set", "commune:certificate", "cert-manager:trial", "-s", stack);
  await project.up(stack);
  const ingresses = JSON.parse(
    await kubectl(["get", "ingresses", "-A", "-l", `commune.cloud/commune=${stack}`, "-o", "json"]),
  ) as { items: { spec: { rules: { host: string }[] } }[] };
  hosts = [...new Set(ingresses.items.flatMap(({ spec }) => spec.rules.map(({ host }) => host)))].sort();
  const gate = await kubectl([
    "get",
    "service",
    "-n",
    "traefik",
    "traefik",
    "-o",
    "jsonpath={.spec.clusterIP}",
  ]);
  const names = [{ ip: gate, hostnames: hosts }];
  await apply(...pebble.objects(names), ...controllers(image, names));
  await kubectl(["wait", "-n", "cert-manager", "--for=condition=Ready", "--timeout=120s", "pod", "--all"]);
  const proxied = "/api/v1/namespaces/cert-manager/pods/https:pebble:15000/proxy/roots/0";
  root = await kubectl(["get", "--raw", proxied]);
});

afterAll(async () => {
  await kubectl(["delete", "namespace", "cert-manager", "--wait=false"]);
  await project.end(stack);
  for (const file of kindFiles(built)) await kubectl(["delete", "--wait=false", "-f", file]);
  rmSync(work, { recursive: true });
});

const certificates = async () =>
  JSON.parse(await kubectl(["get", "certificates", "-A", "-o", "json"])) as {
    items: {
      metadata: { name: string; namespace: string };
      spec: { dnsNames: string[]; secretName: string };
      status?: { conditions?: { type: string; status: string }[] };
    }[];
  };

const ready = async () =>
  (await certificates()).items
    .filter(({ status }) =>
      status?.conditions?.some((each) => each.type === "Ready" && each.status === "True"),
    )
    .flatMap(({ spec }) => spec.dnsNames)
    .sort();

test("every public name of the commune gets its certificate, and visitors are shown it", async () => {
  expect(hosts.length).toBeGreaterThan(5);
  await expect.poll(ready, { timeout: 300_000, interval: 2000 }).toEqual(hosts);
  for (const host of hosts) {
    await expect.poll(async () => (await shown(host)).trusted, { timeout: 30_000 }).toBe(true);
    expect((await shown(host)).certificate.subjectaltname, host).toContain(`DNS:${host}`);
  }
});

test("nothing of the proof is left, and an update has nothing to do", async () => {
  const left = ["get", "pods,services,ingresses,challenges", "-A", "-o", "name"];
  const proofs = () => kubectl([...left, "-l", "acme.cert-manager.io/http01-solver=true"]);
  await expect.poll(proofs, { timeout: 60_000, interval: 1000 }).toBe("");
  expect(await project.up(stack)).toEqual({ unchanged: expect.any(Number) });
});

test("a certificate that is lost comes again", async () => {
  const [first] = (await certificates()).items;
  if (!first) throw new Error("there is no certificate");
  const { metadata, spec } = first;
  const [host = ""] = spec.dnsNames;
  const before = (await shown(host)).certificate.serialNumber;
  await kubectl(["delete", "secret", "-n", metadata.namespace, spec.secretName]);
  const again = async () => {
    const { trusted, certificate } = await shown(host);
    return trusted && certificate.serialNumber !== before;
  };
  await expect.poll(again, { timeout: 120_000, interval: 1000 }).toBe(true);
});
