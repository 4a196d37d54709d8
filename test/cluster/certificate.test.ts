import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { selfSigned } from "../self-signed.ts";
import { answering, lookout, solver } from "./certificate/solver.ts";
import { Project } from "./project.ts";

/**
 * Certificates and their source, in a commune whose only service is the smallest one. cert-manager takes long to build:
 * what it makes in a namespace while a name is proven is made in its place, from its source. `npm run test:all -- cert-manager`
 * has the real one.
 */
const cluster = openCluster(inject("cluster"));
const stack = "certificate-town";
const namespace = `${stack}-schools`;
const host = `ecoles.${stack}.test`;
const infra = `${stack}-infra`;
let project: Project;

const kubectl = async (words: readonly string[], input?: object) => {
  const { all, exitCode } = await execa("kubectl", words, {
    env: cluster.environment,
    all: true,
    reject: false,
    ...(input ? { input: JSON.stringify(input) } : {}),
  });
  return { exitCode, said: all };
};
const apply = (...items: readonly object[]) =>
  kubectl(["apply", "-f", "-"], { apiVersion: "v1", kind: "List", items });
const setting = (certificate: string) =>
  project.succeed("config", "set", "commune:certificate", certificate, "-s", stack);

beforeAll(async () => {
  project = new Project(cluster.environment);
  project.declare(
    stack,
    `id: ${stack}
name: Bron
insee: "69029"
domain: ${stack}.test
population: 42000
contact: numerique@bron.test
schools:
  storage: 1 GiB
  libraries: { commune: { name: Ville de Bron, folder: library } }
`,
  );
  await project.createStack(stack);
});

afterAll(async () => {
  await kubectl(["delete", "namespace", infra, "--ignore-not-found"]);
  await project.end(stack);
});

describe("cert-manager's solver", () => {
  const answer = { token: "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJyPCt92wrDEo", key: "evaGxfADs6p.9jg46WB3rR" };
  const proof = solver(namespace, host, answer);
  const watcher = lookout(infra, "lookout");
  const atGate = lookout("traefik", `lookout-${stack}`);
  const remove = () =>
    kubectl([
      "delete",
      "pod,service,ingress",
      "--now",
      "-n",
      namespace,
      "-l",
      "acme.cert-manager.io/http01-solver=true",
    ]);

  /** Returns the ingress controller's answer to whoever proves the name. */
  const asked = async () => {
    const { http, https } = {
      http: new URL(cluster.endpoints?.http ?? ""),
      https: new URL(cluster.endpoints?.https ?? ""),
    };
    const at = ({ port, hostname }: URL) => ["--resolve", `${host}:${port}:${hostname}`];
    const address = `http://${host}:${http.port}/.well-known/acme-challenge/${answer.token}`;
    // A certificate that is not valid yet is what this is for.
    const { stdout } = await execa("curl", ["-skL", "-m", "10", ...at(http), ...at(https), address], {
      reject: false,
    });
    return stdout;
  };
  const opens = async ({ metadata }: typeof watcher, port: number) => {
    const { said: ip } = await kubectl([
      "get",
      "pod",
      proof.pod.metadata.name,
      "-n",
      namespace,
      "-o",
      "jsonpath={.status.podIP}",
    ]);
    const words = [
      "exec",
      "-n",
      metadata.namespace,
      metadata.name,
      "--",
      "node",
      "-e",
      answering,
      ip,
      `${port}`,
    ];
    return (await kubectl(words)).said;
  };

  test("finds no room where the site does not name an issuer", async () => {
    await project.up(stack);
    const { exitCode, said } = await apply(proof.service);
    expect(exitCode, said).not.toBe(0);
    expect(said).toMatch(/exceeded quota: schools-quota, requested: services.nodeports=1/);
  });

  test("has its room and answers the ingress controller where the site does, and nobody else", async () => {
    await setting("cert-manager:acme");
    // Quota, Ingress and the way in, of the schools and of the descriptor.
    expect(await project.up(stack)).toEqual({ created: 2, updated: 4, unchanged: expect.any(Number) });
    const made = await apply(proof.pod, proof.service, proof.ingress);
    expect(made.exitCode, made.said).toBe(0);
    // Pod Security only warns of what it would refuse in pods that controllers make; this is a pod.
    expect(made.said).not.toContain("Warning");
    await expect.poll(asked, { timeout: 120_000, interval: 1000 }).toBe(answer.key);
    await kubectl(["create", "namespace", infra]);
    await apply(watcher, atGate);
    for (const { metadata } of [watcher, atGate])
      await kubectl([
        "wait",
        "--for=condition=Ready",
        "--timeout=120s",
        "-n",
        metadata.namespace,
        `pod/${metadata.name}`,
      ]);
    expect(await opens(atGate, 8089)).toBe("open");
    expect(await opens(atGate, 8090)).toBe("closed");
    expect(await opens(watcher, 8089)).toBe("closed");
    const second = { ...proof.service, metadata: { ...proof.service.metadata, name: "another" } };
    expect((await apply(second)).said).toContain("exceeded quota");
    await remove();
    await kubectl(["delete", "pod", "-n", "traefik", atGate.metadata.name, "--wait=false"]);
  });
});

describe("a certificate of another namespace", () => {
  const [first, renewed] = [selfSigned([host], 90), selfSigned([host], 10)];
  const give = ({ certificate, key }: typeof first) =>
    apply({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "wildcard", namespace: infra },
      type: "kubernetes.io/tls",
      stringData: { "tls.crt": certificate, "tls.key": key },
    });
  const shown = () =>
    new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
      const socket = connect({
        host: hostname,
        port: Number(port),
        servername: host,
        rejectUnauthorized: false,
      });
      socket.once("error", reject);
      socket.once("secureConnect", () => {
        resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? "");
        socket.destroy();
      });
    });
  const printOf = ({ certificate }: typeof first) => new X509Certificate(certificate).fingerprint256;

  test("that is not there stops the run, and so does a Secret that holds none", async () => {
    await kubectl(["create", "namespace", infra]);
    await setting(`secret:${infra}/wildcard`);
    const missing = await project.pulumi(["preview", "-s", stack]);
    expect(missing.exitCode).not.toBe(0);
    expect(missing.output).toContain(`resource '${infra}/wildcard' does not exist`);
    await give({ certificate: first.certificate, key: renewed.key });
    const wrong = await project.pulumi(["up", "--yes", "-s", stack]);
    expect(wrong.exitCode).not.toBe(0);
    expect(wrong.output).toContain(
      `commune:certificate is "secret:${infra}/wildcard", and that Secret has no certificate`,
    );
  });

  test("is what visitors are shown, and stays out of the state in the clear", async () => {
    await give(first);
    await project.up(stack);
    await expect.poll(shown, { timeout: 60_000, interval: 1000 }).toBe(printOf(first));
    const state = await project.succeed("stack", "export", "-s", stack);
    const key = first.key.split("\n").slice(1, -2).join("");
    for (const text of [key, Buffer.from(first.key).toString("base64")]) expect(state).not.toContain(text);
    expect(await project.up(stack)).toEqual({ unchanged: expect.any(Number) });
  });

  test("that was renewed arrives with the next run, which says that it ends soon", async () => {
    await give(renewed);
    const output = await project.succeed("up", "--yes", "-s", stack);
    expect(output).toMatch(new RegExp(`warning: The certificate in the Secret ${infra}/wildcard ends on `));
    await expect.poll(shown, { timeout: 60_000, interval: 1000 }).toBe(printOf(renewed));
  });
});
