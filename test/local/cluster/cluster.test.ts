import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import kubernetesSdk from "@pulumi/kubernetes/package.json" with { type: "json" };
import randomSdk from "@pulumi/random/package.json" with { type: "json" };
import { execaSync } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { corefile } from "../../../local/cluster/addons/coredns.ts";
import {
  certificateFiles,
  issueClusterCertificates,
  issueIngressCertificate,
} from "../../../local/cluster/certificates.ts";
import { exportLines, localEnvironment, prepareEnvironment } from "../../../local/cluster/environment.ts";
import { writeWhole } from "../../../local/cluster/files.ts";
import { fullReference } from "../../../local/cluster/images.ts";
import { type Layout, layoutOf } from "../../../local/cluster/layout.ts";
import { checkMachine } from "../../../local/cluster/requirements.ts";
import { runScript, serviceCommands, serviceNames } from "../../../local/cluster/services.ts";
import { until } from "../../../local/cluster/wait.ts";
import { pulumiVersion } from "../../../local/toolchain/modules.ts";

let state: string;
let layout: Layout;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "cl-"));
  layout = layoutOf("one", state);
});

afterEach(() => rmSync(state, { recursive: true, force: true }));

const certificate = (path: string) => new X509Certificate(readFileSync(path));

describe("certificates", () => {
  it("come from their authority, for the user and group that Kubernetes expects", async () => {
    await issueClusterCertificates(layout);
    const files = certificateFiles(layout);
    const authority = certificate(files.authority.certificate);
    const kubelet = certificate(files.client("kubelet").certificate);
    expect(kubelet.subject).toBe("O=system:nodes\nCN=system:node:one");
    expect(kubelet.ca).toBe(false);
    expect(kubelet.verify(authority.publicKey)).toBe(true);
    expect(certificate(files.apiserver.certificate).checkIP("10.96.0.1")).toBe("10.96.0.1");
    expect(statSync(files.authority.key).mode & 0o777).toBe(0o600);
  });

  it("of the authorities and of service accounts stay, the others are new each time", async () => {
    await issueClusterCertificates(layout);
    const files = certificateFiles(layout);
    const read = () =>
      [files.authority.certificate, files.serviceAccount.key, files.apiserver.certificate].map((file) =>
        readFileSync(file, "utf8"),
      );
    const [authority, account, apiserver] = read();
    await issueClusterCertificates(layout);
    const again = read();
    expect(again.slice(0, 2)).toEqual([authority, account]);
    expect(again[2]).not.toBe(apiserver);
  });

  it("of the ingress carry every domain and what is below it, and change only with the list", async () => {
    await issueClusterCertificates(layout);
    const pair = await issueIngressCertificate(layout, ["b.test", "a.test"]);
    const first = certificate(pair.certificate);
    expect(first.checkHost("a.test")).toBe("a.test");
    expect(first.checkHost("cloud.b.test")).toBe("*.b.test");
    expect(first.checkHost("c.test")).toBeUndefined();
    expect(first.verify(certificate(layout.caFile).publicKey)).toBe(true);
    await issueIngressCertificate(layout, ["a.test", "b.test"]);
    expect(certificate(pair.certificate).serialNumber).toBe(first.serialNumber);
    await issueIngressCertificate(layout, ["a.test", "b.test", "c.test"]);
    expect(certificate(pair.certificate).checkHost("x.c.test")).toBe("*.c.test");
  });
});

describe("services", () => {
  it("have a command line each, quoted for the shell", () => {
    expect(Object.keys(serviceCommands(layout))).toEqual([...serviceNames]);
    expect(runScript(["echo", "a b", "it's"])).toBe(`#!/bin/sh\nexec 2>&1\nexec echo 'a b' 'it'\\''s'\n`);
  });

  it("are named with their last log lines when they do not come up", async () => {
    writeWhole(join(layout.logs, "etcd", "current"), "first line\nno leader\n");
    const awaited = { what: "etcd does not answer", service: "etcd", timeout: 10 } as const;
    const probe = () => Promise.reject(new Error("connection refused"));
    await expect(until(layout, awaited, probe)).rejects.toThrow(
      "etcd does not answer after 0.01 s (connection refused): look at etcd. Its last log lines:\nfirst line\nno leader",
    );
  });
});

describe("requirements", () => {
  it("are told in one sentence each", () => {
    expect(() => checkMachine(layout, "darwin", 0)).toThrow(/needs Linux; this machine runs darwin/);
    expect(() => checkMachine(layout, "linux", 1000)).toThrow(/needs root/);
    const long = layoutOf("one", `/tmp/${"x".repeat(80)}`);
    expect(() => checkMachine(long, "linux", 0)).toThrow(/path is too long .*at most \d+ characters/);
  });

  it("of a name keep it fit for folders, hosts and control groups", () => {
    for (const name of ["", "a", "One", "1a", "a_b", "../x", "a-", "x".repeat(21)]) {
      expect(() => layoutOf(name, state), name).toThrow(/is not allowed: write 2 to 20/);
    }
  });
});

describe("names", () => {
  it("of control groups differ between state folders, which may hold clusters of one name", () => {
    expect(layoutOf("one", `${state}/other`).cgroup).not.toBe(layout.cgroup);
  });

  it("of images are completed as containerd stores them", () => {
    expect(fullReference("postgres:17")).toBe("docker.io/library/postgres:17");
    expect(fullReference("valkey/valkey")).toBe("docker.io/valkey/valkey:latest");
    expect(fullReference("docker.io/debian:13")).toBe("docker.io/library/debian:13");
    expect(fullReference("ghcr.io/a/b@sha256:0")).toBe("ghcr.io/a/b@sha256:0");
    expect(fullReference("localhost:5000/a")).toBe("localhost:5000/a:latest");
  });

  it("of communes are the ingress inside the cluster, below test and below every other domain", () => {
    const text = corefile(["ville.example", "villeurbanne.test"]);
    expect(text).toContain("test:53 ville.example:53 {");
    expect(text).not.toContain("forward");
  });
});

describe("the environment", () => {
  const toolchain = {
    bin(program: string) {
      const path = join(state, "toolchain", program);
      writeWhole(path, program);
      return path;
    },
  };

  it("is refused before the first up", () => {
    expect(() => localEnvironment(layout, {})).toThrow(/was never up: run "npx commune local up" first/);
  });

  it("holds kubectl, pulumi and our plugins, and keeps its passphrase", () => {
    const environment = { PULUMI_HOME: join(state, "..", "nowhere"), PATH: "/usr/bin" };
    writeWhole(layout.kubeconfig, "{}");
    prepareEnvironment(layout, toolchain, environment);
    const variables = localEnvironment(layout, environment);
    const [folder, ...others] = variables.PATH.split(":");
    expect(others).toEqual(["/usr/bin"]);
    expect(readFileSync(join(folder ?? "", "pulumi"), "utf8")).toBe("pulumi");
    const host = join(
      variables.PULUMI_HOME,
      "plugins",
      `language-nodejs-v${pulumiVersion}`,
      "pulumi-language-nodejs",
    );
    expect(readFileSync(host, "utf8")).toBe("pulumi-language-nodejs");
    const npx = join(variables.PULUMI_HOME, "versions", pulumiVersion, "bin", "pulumi");
    expect(readFileSync(npx, "utf8")).toBe("pulumi");
    expect(statSync(join(variables.PULUMI_HOME, "logs")).isFile()).toBe(true);
    const secret = readFileSync(variables.PULUMI_CONFIG_PASSPHRASE_FILE, "utf8");
    expect(statSync(variables.PULUMI_CONFIG_PASSPHRASE_FILE).mode & 0o777).toBe(0o600);
    prepareEnvironment(layoutOf("two", state), toolchain, environment);
    expect(readFileSync(variables.PULUMI_CONFIG_PASSPHRASE_FILE, "utf8")).toBe(secret);
    expect(exportLines(variables)).not.toContain(secret.trim());
    const script = `${exportLines(variables)}\necho "$PULUMI_BACKEND_URL"`;
    expect(execaSync("sh", ["-c", script], { extendEnv: false }).stdout).toBe(
      `file://${layout.pulumiBackend}?metadata=skip`,
    );
  });

  it("leaves the place to official plugins that are installed", () => {
    // Not below the state folder: what is there is ours.
    const official = mkdtempSync(join(tmpdir(), "official-"));
    const host = `language-nodejs-v${pulumiVersion}`;
    const plugin = `resource-kubernetes-v${kubernetesSdk.version}`;
    writeWhole(join(official, "home", "plugins", plugin, "pulumi-resource-kubernetes"), "official");
    writeWhole(join(official, "home", "plugins", host, "pulumi-language-nodejs"), "official", 0o755);
    prepareEnvironment(layout, toolchain, { PULUMI_HOME: join(official, "home"), PATH: official });
    const plugins = join(layout.root, "pulumi-home", "plugins");
    const random = `resource-random-v${randomSdk.version}`;
    expect(readFileSync(join(plugins, plugin, "pulumi-resource-kubernetes"), "utf8")).toBe("official");
    expect(readFileSync(join(plugins, random, "pulumi-resource-random"), "utf8")).toBe(
      "pulumi-resource-random",
    );
    expect(readFileSync(join(plugins, host, "pulumi-language-nodejs"), "utf8")).toBe("official");
    rmSync(official, { recursive: true });
  });
});
