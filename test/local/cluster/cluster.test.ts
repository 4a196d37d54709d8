import { X509Certificate } from "node:crypto";
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import kubernetesSdk from "@pulumi/kubernetes/package.json" with { type: "json" };
import randomSdk from "@pulumi/random/package.json" with { type: "json" };
import { execaSync } from "execa";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { corefile } from "../../../local/cluster/addons/coredns.ts";
import {
  certificateFiles,
  issueClusterCertificates,
  issueIngressCertificate,
} from "../../../local/cluster/certificates.ts";
import { controlPlaneConfiguration, nodeConfiguration } from "../../../local/cluster/configuration.ts";
import { disksFor, existing } from "../../../local/cluster/disks.ts";
import { exportLines, localEnvironment, prepareEnvironment } from "../../../local/cluster/environment.ts";
import { writeJson, writeWhole } from "../../../local/cluster/files.ts";
import { openCluster } from "../../../local/cluster/index.ts";
import { type Layout, layoutOf } from "../../../local/cluster/layout.ts";
import { networks } from "../../../local/cluster/network.ts";
import { checkMachine, type Machine, machineProblems } from "../../../local/cluster/requirements.ts";
import { runScript, serviceCommands, serviceNames } from "../../../local/cluster/services.ts";
import { until } from "../../../local/cluster/wait.ts";
import { pulumiVersion } from "../../../local/toolchain/programs.ts";

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
    expect(Object.keys(serviceCommands(layout, layout.nodes[0]))).toEqual([...serviceNames]);
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
  const machine: Machine = {
    platform: "linux",
    architecture: "x64",
    uid: 0,
    capabilities: 0x1ffffffffffn,
    controlGroups: true,
    memory: 4e9,
    disks: [{ folders: ["/cache", "/state"], needed: 9 * 1024 ** 3, free: 10e9 }],
  };

  it("of a machine are told all at once, a sentence each", () => {
    expect(machineProblems(machine)).toEqual([]);
    const small: Machine = {
      ...machine,
      architecture: "arm64",
      uid: 1000,
      controlGroups: false,
      memory: 2e9,
      disks: [...machine.disks, { folders: ["/go"], needed: 4 * 1024 ** 3, free: 3e9 }],
    };
    expect(machineProblems(small)).toEqual([
      expect.stringMatching(/made for amd64, and this machine is arm64/),
      expect.stringMatching(/needs root/),
      expect.stringMatching(/no control groups/),
      expect.stringMatching(/has 1\.9 GiB of memory/),
      expect.stringMatching(/^2\.8 GiB are free for \/go, and that takes 4:/),
    ]);
    expect(machineProblems({ ...machine, capabilities: 0xa80425fbn })).toEqual([
      expect.stringMatching(/root may not create namespaces here \(CAP_SYS_ADMIN is missing\)/),
    ]);
    expect(machineProblems({ ...small, platform: "darwin" })).toEqual([
      "the local cluster needs Linux; this machine runs darwin.",
    ]);
  });

  it("of this machine name each disk once, for all that is written to it", async () => {
    const disks = await disksFor(layout);
    expect(disks.flatMap(({ folders }) => folders)).toContain(layout.root);
    expect(new Set(disks.map(({ folders }) => statSync(existing(folders[0] ?? "")).dev)).size).toBe(
      disks.length,
    );
    for (const { free, needed } of disks) expect(Math.min(free, needed)).toBeGreaterThan(0);
  });

  it("of its folders and ports are in the same message", async () => {
    const long = layoutOf("one", `/tmp/${"x".repeat(80)}`);
    const both = checkMachine(long, { api: 19443, https: 19443 });
    await expect(both).rejects.toThrow(/path is too long .*at most \d+ characters/);
    await expect(both).rejects.toThrow(/port 19443 is given twice/);
  });

  it("of a name keep it fit for folders, hosts and control groups", () => {
    for (const name of ["", "a", "One", "1a", "a_b", "../x", "a-", "x".repeat(21)]) {
      expect(() => layoutOf(name, state), name).toThrow(/is not allowed: write 2 to 20/);
    }
  });
});

describe("where images came from", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("is what the cluster was told, and what is made here for one that was told nothing", () => {
    vi.stubEnv("COMMUNE_STATE", state);
    const cluster = openCluster("one");
    expect(cluster.sources).toEqual({});
    mkdirSync(cluster.layout.root, { recursive: true });
    const imported = [
      "docker.io/library/postgres:17.12-trixie",
      "ghcr.io/mastodon/mastodon-streaming:v4.6.5",
    ];
    writeJson(cluster.layout.imported, Object.fromEntries(imported.map((name) => [name, "sha256:0"])));
    expect(cluster.sources).toEqual({ postgres: "local", mastodon: "local" });
    writeJson(cluster.layout.sources, { postgres: "upstream" });
    expect(cluster.sources).toEqual({ postgres: "upstream" });
  });
});

describe("names", () => {
  it("of control groups differ between state folders, which may hold clusters of one name", () => {
    expect(layoutOf("one", `${state}/other`).cgroup).not.toBe(layout.cgroup);
  });

  it("of communes are the ingress inside the cluster, below test and below every other domain", () => {
    const text = corefile(networks.ipv4, ["ville.example", "villeurbanne.test"]);
    expect(text).toContain("test:53 ville.example:53 {");
    expect(text).not.toContain("forward");
    expect(text).not.toMatch(/arpa|pods/);
  });
});

describe("addresses", () => {
  it("are of the family that a new cluster is given, everywhere, and stay so", () => {
    const six = layoutOf("six", state, { family: "ipv6" });
    expect(corefile(six.network, [])).toContain("5 IN AAAA fd00:96::50");
    const commands = serviceCommands(six, six.nodes[0]);
    expect(commands["kube-apiserver"]).toContain("--bind-address=::");
    expect(commands["kube-router"]).toEqual(
      expect.arrayContaining(["--enable-ipv4=false", "--enable-ipv6=true"]),
    );
    const files = { ...controlPlaneConfiguration(six), ...nodeConfiguration(six, six.nodes[0]) };
    expect(files["kubelet.kubeconfig"]).toContain('"server": "https://[fd00:88::1]:6443"');
    expect(
      Object.values(files)
        .join("")
        .match(/\b10\.\d+\.\d+\.\d+|0\.0\.0\.0/),
    ).toBeNull();
    writeWhole(six.ipFamily, "ipv6\n");
    expect(layoutOf("six", state).network.family).toBe("ipv6");
    expect(() => layoutOf("six", state, { family: "ipv4" })).toThrow(
      'cluster "six" has addresses of ipv6, not ipv4: choose another name with --cluster',
    );
  });

  it("are of IPv4 where nobody says", () => {
    expect(layout.network.family).toBe("ipv4");
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
    expect(() => localEnvironment(layout, {})).toThrow(
      /was never up: there is no .*otherwise run "npx commune local up"/,
    );
  });

  it("holds kubectl, pulumi and our plugins, and keeps its passphrase", () => {
    const environment = { PULUMI_HOME: join(state, "..", "nowhere"), PATH: "/usr/bin" };
    writeWhole(layout.kubeconfig, "{}");
    prepareEnvironment(layout, toolchain);
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
    prepareEnvironment(layoutOf("two", state), toolchain);
    expect(readFileSync(variables.PULUMI_CONFIG_PASSPHRASE_FILE, "utf8")).toBe(secret);
    expect(exportLines(variables)).not.toContain(secret.trim());
    const script = `${exportLines(variables)}\necho "$PULUMI_BACKEND_URL"`;
    expect(execaSync("sh", ["-c", script], { extendEnv: false }).stdout).toBe(
      `file://${layout.pulumiBackend}?metadata=skip`,
    );
  });

  it("leaves the place to official plugins that are installed", () => {
    const official = mkdtempSync(join(tmpdir(), "official-"));
    const host = `language-nodejs-v${pulumiVersion}`;
    const plugin = `resource-kubernetes-v${kubernetesSdk.version}`;
    writeWhole(join(official, "home", "plugins", plugin, "pulumi-resource-kubernetes"), "official");
    writeWhole(join(official, "home", "plugins", host, "pulumi-language-nodejs"), "official", 0o755);
    prepareEnvironment(layout, toolchain, join(official, "home"));
    const plugins = join(layout.root, "pulumi-home", "plugins");
    const random = `resource-random-v${randomSdk.version}`;
    expect(readFileSync(join(plugins, plugin, "pulumi-resource-kubernetes"), "utf8")).toBe("official");
    expect(readFileSync(join(plugins, random, "pulumi-resource-random"), "utf8")).toBe(
      "pulumi-resource-random",
    );
    expect(readFileSync(join(plugins, host, "pulumi-language-nodejs"), "utf8")).toBe("official");
    // The engine does not look into a folder that is a link.
    expect(lstatSync(join(plugins, plugin)).isDirectory()).toBe(true);
    rmSync(official, { recursive: true });
  });
});
