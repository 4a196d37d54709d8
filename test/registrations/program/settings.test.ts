import { describe, expect, test } from "vitest";
import { type Found, run } from "./run.ts";

/** Settings of the stack that cannot be used, which stop a run before it asks the engine for anything. */
const refused: [string, Found, string][] = [
  [
    "a site that there is none of",
    { settings: { ingress: "caddy", apiPort: "many" } },
    `commune:ingress is "caddy": write one of: traefik, k3s, ingress-nginx, rke2-ingress-nginx, rke2-traefik, haproxy, openshift, cilium. Change it with: pulumi config set commune:ingress <value>
commune:apiPort is "many": Invalid input: expected number, received NaN. Change it with: pulumi config set commune:apiPort <value>
Nothing was changed.`,
  ],
  [
    "a drill that nobody can read",
    { stack: "drill-bron", settings: { drill: "bron" } },
    'commune:drill is "bron": npx commune drill sets it, as <commune>=<service>,<service>. Nothing was changed.',
  ],
  [
    "a drill in the stack of the commune itself",
    { settings: { drill: "bron=nextcloud" } },
    "commune:drill makes a copy of bron, but its stack is drill-bron, which npx commune drill bron makes, and not bron. Remove the setting: pulumi config rm commune:drill -s bron. Nothing was changed.",
  ],
  [
    "another domain in a stack that the demo did not make",
    { settings: { domain: "essai.fr" } },
    'commune:domain "essai.fr": is for the demo alone: write the domain in stacks/bron/commune.yaml, and take the setting away with: pulumi config rm commune:domain -s bron\nNothing was changed.',
  ],
  [
    "a domain that is none",
    { settings: { domain: "essai", madeBy: "demo" } },
    'commune:domain "essai": "essai" has no dot. Write a domain name such as "villeurbanne.fr".\nNothing was changed.',
  ],
  [
    "a restore point that is none",
    { settings: { pointBefore: "nextcloud=yesterday" } },
    'commune:pointBefore has "nextcloud=yesterday": write <service>=<restore point>, such as nextcloud=2026-11-26T02:10:00Z-000043, which npx commune recovery points bron lists. Nothing was changed.',
  ],
  [
    "a seed that is too short",
    { secrets: { seed: Buffer.from("short").toString("base64") } },
    "The seed of bron holds 5 bytes; it must be the base64 of at least 32. Give the seed of the lost stack with: pulumi config set --secret commune:seed\nNothing was changed.",
  ],
];

describe("a run is refused before anything is asked of the engine", () => {
  test.each(refused)("with %s", async (_, found, sentence) => {
    const { refusal, read, registered } = await run(found);
    expect({ refusal, read, registered }).toEqual({ refusal: sentence, read: [], registered: [] });
  });
});

test("with none of these it registers the whole commune, and gives all that it says", async () => {
  const { refusal, read, registered, outputs = {} } = await run();
  expect(refusal).toBeUndefined();
  expect(read).toEqual([
    "pulumi:pulumi:StackReference last-update",
    "kubernetes:core/v1:Namespace bron-which-cluster",
  ]);
  expect(registered.slice(0, 2)).toEqual([
    "pulumi:providers:kubernetes bron-cluster",
    "commune:index:Commune bron",
  ]);
  expect(registered.length).toBeGreaterThan(30);
  expect(Object.keys(outputs).sort()).toEqual([
    ...["accounts", "addresses", "federation", "hotspots", "published", "schools", "tenants", "vaults"],
  ]);
});
