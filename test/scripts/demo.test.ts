import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stopsOf } from "../../scripts/demo/on-context.ts";
import { addressOption, authorityOption, domainOption, settingOption } from "../../scripts/demo/options.ts";
import { demoCommand, needingPassphrase } from "../../scripts/demo.ts";
import {
  failure,
  madeByDemo,
  refuseOtherCluster,
  refuseSomebodyElses,
  settingsIn,
} from "../../scripts/stack.ts";

test.each([
  ["--images upstream --context mairie", "--images is for the cluster of this machine"],
  ["--plugins official --context mairie", "--plugins is for the cluster of this machine"],
  ["--tour --context mairie", "--tour is for the cluster of this machine"],
  ["--domain bron.fr", "--domain is for a cluster of yours"],
])("demo %s is wrong usage, and nothing begins", async (words, told) => {
  const command = demoCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  const run = command.parseAsync(words.split(" "), { from: "user" });
  await expect(run).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(told) });
});

test("settings for another cluster than the one asked for are refused", () => {
  const between = (has: string | undefined, asked: string | undefined) => () =>
    refuseOtherCluster("bron", has, asked);
  expect(between(undefined, undefined)).not.toThrow();
  expect(between("mairie", "mairie")).not.toThrow();
  expect(between("mairie", "essai")).toThrow(/are for context mairie, not for context essai/);
  expect(between("mairie", undefined)).toThrow(/for context mairie, not for the current context/);
});

test("a stack that the demo did not make is left alone", () => {
  const refused = (settings: Record<string, string>, resources: number) => () =>
    refuseSomebodyElses("bron", settings, resources);
  expect(refused({}, 0)).not.toThrow();
  expect(refused({ madeBy: "demo", data: "disposable" }, 190)).not.toThrow();
  expect(refused({}, 190)).toThrow(/bron was not made by the demo .* has 190 resources.*Nothing was changed/);
  // Declared, and not applied yet.
  expect(refused({ context: "mairie" }, 0)).toThrow(/was not made by the demo/);
});

test("the passphrase is kept for other clusters and settings that it opens, and for nothing else", () => {
  const folder = mkdtempSync(join(tmpdir(), "commune-clean-"));
  const [state, stacks] = [join(folder, "state"), join(folder, "stacks")];
  expect(needingPassphrase(state, stacks)).toEqual([]);
  for (const path of [join(state, "program"), join(state, "essai"), stacks])
    mkdirSync(path, { recursive: true });
  writeFileSync(join(stacks, "federation.yaml"), "");
  expect(needingPassphrase(state, stacks)).toEqual([]);
  writeFileSync(join(state, "essai", "ports.json"), "{}");
  writeFileSync(join(stacks, "Pulumi.bron.yaml"), "");
  expect(needingPassphrase(state, stacks)).toEqual(["essai", "Pulumi.bron.yaml"]);
  rmSync(folder, { recursive: true });
});

test("settings say whose they are and for which cluster, and no secret", () => {
  const folder = mkdtempSync(join(tmpdir(), "commune-settings-"));
  const file = join(folder, "Pulumi.bron.yaml");
  const read = (text: string) => {
    writeFileSync(file, text);
    return settingsIn(file);
  };
  const own = read(
    "encryptionsalt: v1:x\nconfig:\n  commune:context: mairie\n  commune:seed: { secure: v1:y }\n  other:x: y\n",
  );
  expect(own).toEqual({ context: "mairie", seed: "[secret]" });
  expect(madeByDemo(own)).toBe(false);
  expect(madeByDemo(read("config:\n  commune:madeBy: demo\n"))).toBe(true);
  for (const text of ["encryptionsalt: v1:x\n", ""]) expect(read(text)).toEqual({});
  rmSync(folder, { recursive: true });
  expect(settingsIn(file)).toEqual({});
});

test("a failed update tells the reason, not the outputs", () => {
  const output = `Updating (bron):
Diagnostics:
  pulumi:pulumi:Stack (bron):
    warning: Nextcloud is unavailable for a while

Diagnostics:
  kubernetes:batch/v1:Job (bron-peertube-scripts):
    error: the Job failed

Outputs:
    addresses: {}

Resources:
    2 errored
`;
  const told = failure("up", "bron", output);
  expect(told).toContain("error: the Job failed");
  expect(told).not.toMatch(/Outputs|addresses|errored|warning/);
  expect(failure("up", "bron", "error: no stack named bron\n")).toContain("error: no stack named bron");
});

describe("what the command line says of somebody's cluster", () => {
  test("settings are those of a site, with values that they can have", () => {
    expect(settingOption("dns=node-local", settingOption("ingress=k3s"))).toEqual({
      ingress: "k3s",
      dns: "node-local",
    });
    // What stands behind the first sign is the value.
    expect(settingOption("nodeSelector=pool=communes")).toEqual({ nodeSelector: "pool=communes" });
  });

  test.each([
    ["ingress", "Write <key>=<value>"],
    ["ingres=k3s", "Did you mean ingress?"],
    ["madeBy=me", '"madeBy" is no setting of a site'],
    ["toString=x", '"toString" is no setting of a site'],
    ["data=kept", 'data: write "protected" or "disposable"'],
    ["domain=bron.fr", "Write --domain <domain> instead."],
    ["context=x", "Write --context <name> instead."],
  ])("%s is refused", (text, message) => {
    expect(() => settingOption(text)).toThrow(message);
  });

  test.each([
    ["192.0.2.7", { host: "192.0.2.7", port: 443 }],
    ["192.0.2.7:443", { host: "192.0.2.7", port: 443 }],
    ["127.0.0.1:8443", { host: "127.0.0.1", port: 8443 }],
    ["[2001:db8::7]:8443", { host: "2001:db8::7", port: 8443 }],
    ["entree.bron.fr", { host: "entree.bron.fr", port: 443 }],
  ])("%s is an address", (text, address) => {
    expect(addressOption(text)).toEqual(address);
  });

  test.each(["", "https://bron.fr", "bron.fr/x", "2001:db8::7", "a:b@bron.fr", "bron.fr:x"])(
    "%s is none",
    (text) => {
      expect(() => addressOption(text)).toThrow("Write an address");
    },
  );

  test("a domain and a file of an authority are read as such", () => {
    expect(domainOption("essai.bron.fr")).toBe("essai.bron.fr");
    expect(() => domainOption("https://bron.fr")).toThrow("is an address, not a domain name");
    expect(() => authorityOption("/no/such/file")).toThrow("ENOENT");
    expect(() => authorityOption("package.json")).toThrow("is not the certificate of an authority");
  });
});

test("what somebody has answered stops a commune no more", () => {
  const stop = (subject: "ingress" | "policies") =>
    ({ subject, level: "stops", said: { en: "", fr: "" } }) as const;
  const found = [stop("ingress"), stop("policies")];
  expect(stopsOf(found, {})).toEqual(found);
  expect(stopsOf(found, { ingressClass: "portail", storageClass: "x" })).toEqual([stop("policies")]);
});
