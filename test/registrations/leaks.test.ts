import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { publicLogOf } from "../../audit/approval/public-log.ts";
import { reportOf } from "../../audit/change-report.ts";
import { evidenceFiles } from "../../audit/evidence/files.ts";
import { reportMarkdown } from "../../audit/markdown.ts";
import { objectChanges } from "../../audit/objects.ts";
import { reportPage } from "../../audit/page.ts";
import { changesOf } from "../../components/commune/changes/changes.ts";
import { Commune } from "../../components/commune/index.ts";
import { published } from "../../components/commune/publish.ts";
import { givenNames, secretLabels } from "../../components/commune/secret-names.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { deriveSecret, seedFingerprint } from "../../components/foundation/seed/derive.ts";
import { secretName } from "../../components/foundation/seed/labels.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { portalFiles } from "../../components/portal/manifests.ts";
import { checkout } from "../../local/paths.ts";
import { judge } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { objectsOf } from "../../scripts/objects.ts";
import { ownPubliccode, sideAt } from "../../scripts/side.ts";
import { encodingsOf, leaksIn } from "../leaks.ts";

const [id, today] = ["villeurbanne", "2026-11-26"];
const stacks = join(checkout, "stacks");
/** The seed that the recorder gives, with which golden files are made. */
const seed = Buffer.alloc(32, 7).toString("base64");
const site = siteOf(siteSchema.parse({}));
const side = await sideAt(stacks, id, objectsOf);
const givenValue = (name: string) => deriveSecret(seed, id, { service: "given", purpose: name, version: 1 });

/** The objects of a commune as the engine gets them, secrets in the clear. */
async function withSecrets(from: string): Promise<KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, inputs, name }) => {
        if (type.startsWith("kubernetes:")) objects.push(inputs as KubernetesObject);
        // What a server adds, and a program asks for.
        const metadata = { ...inputs.metadata, managedFields: [{ time: "2026-11-26T00:00:00Z" }] };
        return { id: name, state: { ...inputs, metadata } };
      },
      call: ({ token }) => expect.fail(`the program called ${token}`),
    },
    "commune-cloud",
    id,
    false,
  );
  await pulumi.runtime.runInPulumiStack(async () => {
    const own = { given: pulumi.secret(from), from: "given" as const, expected: undefined };
    new Commune(
      id,
      { plan: side.plan, site, seed: own, given: (name) => pulumi.secret(givenValue(name)) },
      {},
    );
    return {};
  });
  await pulumi.runtime.disconnect();
  return JSON.parse(JSON.stringify(objects));
}

const [was, is] = [await withSecrets(Buffer.alloc(32, 9).toString("base64")), await withSecrets(seed)];
const isSecret = ({ kind }: KubernetesObject) => kind === "Secret";

/** Every text in a value, however deep. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Words of its Secrets that nobody guesses: passwords and keys; and the seed, and what may come of it. */
const secrets = new Map<string, string>([
  ["the seed", seed],
  ...secretLabels.map((label): [string, string] => [
    secretName(label),
    deriveSecret(seed, id, { ...label, version: 1 }),
  ]),
  ...givenNames.map((name): [string, string] => [name, givenValue(name)]),
  ...is.filter(isSecret).flatMap(({ metadata, ...rest }) =>
    textsIn(rest)
      .flatMap((text) => text.split(/[^A-Za-z0-9_+/=-]+/))
      .filter((word) => /^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9_+/=-]{32,}$/.test(word))
      .map((word): [string, string] => [
        `${metadata.namespace}/${metadata.name}: ${word.slice(0, 4)}…`,
        word,
      ]),
  ),
]);

describe("the scanner", () => {
  test("finds a secret in each encoding, beside others, and nothing if there is none", () => {
    const secret = `${randomBytes(24).toString("base64")}"<é`;
    const known = new Map([["it", secret]]);
    const hidden = [
      secret,
      ...["", "a", "ab"].map((before) => Buffer.from(`${before}${secret} and more`).toString("base64")),
      Buffer.from(`user:${secret}`).toString("base64url"),
      Buffer.from(secret).toString("hex"),
      `https://x.test/?key=${encodeURIComponent(secret)}`,
      JSON.stringify({ a: JSON.stringify({ secret }) }),
    ];
    for (const text of hidden) expect(leaksIn(`before ${text} after`, known), text).toEqual(["it"]);
    expect(leaksIn(hidden.join(" "), new Map([["another", randomBytes(24).toString("base64")]]))).toEqual([]);
    expect(new Set(encodingsOf(secret)).size).toBeGreaterThan(8);
  });

  test("knows the secrets of a commune: they stand in its Secrets", () => {
    const inSecrets = leaksIn(JSON.stringify(is.filter(isSecret)), secrets);
    expect(inSecrets.length).toBeGreaterThan(40);
    expect(secrets.size).toBeGreaterThan(80);
  });
});

describe("no secret of a commune stands, in any encoding,", () => {
  const changes = changesOf(published(side.plan, "00ff"), side.plan, {
    moved: [],
    dataIsDisposable: false,
    today,
  });
  const publiccode = ownPubliccode();
  const after = { ...side, objects: is };
  const findings = judge(rules, { ...after, site, today, publiccode });
  const facts = {
    ...{ today, changes, findings, after, before: { objects: was }, points: [], siteIsKnown: true },
    origin: { kind: "published" as const },
    objects: objectChanges(was, is),
  };
  const report = reportOf(facts, "fr");
  const golden = (folder: string) =>
    readdirSync(join(checkout, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));

  test.each<[string, () => string[]]>([
    ["in its other objects", () => [JSON.stringify(is.filter((object) => !isSecret(object)))]],
    [
      "in the report of a change of every secret",
      () => [JSON.stringify(report), reportPage(report, facts.origin), reportMarkdown(report, facts.origin)],
    ],
    ["in its pages", () => portalFiles(side.plan.portal ?? expect.fail("no pages")).map(({ text }) => text)],
    [
      "in its evidence",
      () => Object.values(evidenceFiles({ ...after, today, findings, publiccode, drills: { held: [] } })),
    ],
    [
      "in what its stack publishes, and in what its log tells",
      () => [
        JSON.stringify(published(side.plan, seedFingerprint(seed, id))),
        JSON.stringify(publicLogOf(stacks, id, undefined)),
      ],
    ],
    ["in what was reviewed", () => [...golden("test/golden"), ...golden("test/browser/portal")]],
  ])("%s", (_, written) => {
    const texts = written();
    expect(texts.join("").length).toBeGreaterThan(200);
    expect(texts.flatMap((text) => leaksIn(text, secrets))).toEqual([]);
  });
});
