import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copiedCheckout } from "./copied-checkout.ts";

/** This checkout with a fourth service: its folder, test/fourth-service/carnet, and its line of the list. */
let folder: string;

beforeAll(() => {
  folder = copiedCheckout("fourth-service", ["test/fourth-service"], {
    file: "components/services/list.ts",
    imported: 'import { carnetLink } from "../../test/fourth-service/carnet/link.ts";',
    line: '  { link: carnetLink, load: async () => (await import("../../test/fourth-service/carnet/service.ts")).carnet },',
    end: "] as const satisfies readonly ServiceEntry[];",
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

function commune(...words: string[]) {
  return execa("node", ["scripts/commune.js", ...words], { cwd: folder, reject: false, all: true });
}

test("has its types wherever plans, sections and kinds are read", async () => {
  writeFileSync(
    join(folder, "test/fourth-service/exact.ts"),
    `import type { CommuneDeclaration } from "../../components/commune/declaration.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import type { LinkedKind } from "../../components/services/list.ts";
export const storageGiB = ({ carnet }: CommunePlan): number | undefined => carnet?.storageGiB;
export const subdomain = ({ carnet }: CommuneDeclaration): string | undefined => carnet?.subdomain;
export const kind: LinkedKind = "events";
// @ts-expect-error: no service links this.
export const other: LinkedKind = "forge";
`,
  );
  const folders = ["audit", "components", "policies", "programs", "test/fourth-service"];
  const include = folders.map((part) => `${part}/**/*.ts`);
  writeFileSync(
    join(folder, "tsconfig.fourth.json"),
    JSON.stringify({ extends: "./tsconfig.json", include }),
  );
  const { stdout } = await execa("node_modules/typescript-7/bin/tsc", ["--project", "tsconfig.fourth.json"], {
    cwd: folder,
    reject: false,
  });
  expect(stdout).toBe("");
}, 600_000);

describe("the commands", () => {
  test("init lists it and starts a commune with it, and check finds it valid", async () => {
    expect((await commune("init", "--help")).stdout.replace(/\s+/g, " ")).toContain(
      "nextcloud, mastodon, peertube, lists, tickets, carnet",
    );
    const answers = ["--name=Givors", "--insee=69091", "--domain=givors.test", "--population=20000"];
    const made = await commune(
      "init",
      "givors",
      ...answers,
      "--contact=a@givors.test",
      "--services=carnet",
      "--json",
    );
    expect(made.all).toContain('"stacks/givors/commune.yaml"');
    expect(readFileSync(join(folder, "stacks/givors/commune.yaml"), "utf8")).toContain("carnet: {}");
    expect((await commune("check", "givors")).all).toContain("givors: valid");
  }, 120_000);

  test("check refuses its wrong fields with their place", async () => {
    const file = join(folder, "stacks/givors/commune.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("carnet: {}", "carnet: { storige: 5 GiB }"));
    const { exitCode, all } = await commune("check", "givors");
    expect(exitCode).toBe(1);
    expect(all).toContain("carnet.storige");
    expect(all).toContain("storage");
  }, 120_000);

  test("schema writes it into the reference", async () => {
    expect((await commune("schema")).all).toContain("docs/declaration.md: written");
    const reference = readFileSync(join(folder, "docs/declaration.md"), "utf8");
    expect(reference).toContain("carnet");
    expect(reference).toContain("`events` (Carnet: each server reads the other's calendar)");
  }, 120_000);
});

describe("a commune that declares it", () => {
  let found: Record<string, unknown>;

  beforeAll(async () => {
    const { stdout } = await execa("node", ["--import", "./loader.js", "test/fourth-service/prove.ts"], {
      cwd: folder,
    });
    found = JSON.parse(stdout) as Record<string, unknown>;
  }, 120_000);

  test("has it planned and registered, within the rules", () => {
    expect(found.hosts).toContain("carnet carnet.bron.test");
    expect(found.objects).toEqual(
      expect.arrayContaining([
        "Namespace bron-carnet",
        "PersistentVolumeClaim bron-carnet/carnet-data",
        "Secret bron-carnet/carnet",
        "Deployment bron-carnet/carnet",
        "Ingress bron-carnet/carnet",
      ]),
    );
    expect(found.role).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Job bron-database\/database-role-carnet/)]),
    );
    expect(found.image).toEqual(["AGPL-3.0-or-later"]);
    expect(found.findings).toEqual([]);
  });

  test("publishes what later changes are judged by", () => {
    expect(found.service).toEqual({
      version: "3.1.0",
      host: "carnet.bron.test",
      database: "the commune's server",
      media: "a volume",
      keys: ["carnet/signing-key/v1"],
    });
    expect(found.volumes).toMatchObject({ "carnet-data": 5 });
  });

  test("is refused a skipped version, and told what the next one does", () => {
    expect(found.skipped).toMatchObject({
      refused: [
        expect.stringMatching(/^carnet.version: from 2.4.0 to 4.0.2 skips a major version.*"3.1.0" first/),
      ],
    });
    expect(found.next).toEqual({
      refused: [],
      effect: "needs a restore point",
      interruption: "until migrated",
    });
  });

  test("is linked by it", () => {
    expect(found.links).toEqual(["events"]);
    expect(found.described).toEqual([
      {
        kind: "events",
        software: "carnet",
        url: "https://carnet.bron.test",
        inside: "http://carnet.bron-carnet.svc",
        version: "3.1.0",
        licence: "AGPL-3.0-or-later",
        source: "https://example.org/carnet",
        feeds: ["https://carnet.bron.test/events.atom"],
        endpoints: { caldav: "https://carnet.bron.test/caldav" },
      },
    ]);
    expect(found.reconcilers).toEqual(expect.arrayContaining(["signing-key", "events-token"]));
    expect(found.objects).toEqual(
      expect.arrayContaining([expect.stringMatching(/^NetworkPolicy bron-carnet\/.*reconciler/)]),
    );
    expect(found.driver).toBe(true);
    expect(found.state).toBe("accepted");
  });

  test("keeps its data when it is retired", () => {
    expect(found.retirements).toContain("carnet");
    expect(found.retired).toContain("PersistentVolumeClaim bron-carnet/carnet-data");
    expect(found.retired).not.toContain("Deployment bron-carnet/carnet");
  });
});
