import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Letter } from "../../components/tenants/requests/letter.ts";
import { RequestKeys, type TenantRequest } from "../../components/tenants/requests/request.ts";
import { tenantCommand } from "../../scripts/tenant.ts";

const keys = new RequestKeys(Buffer.alloc(32, 7).toString("base64url"));
const request: TenantRequest = {
  ...{ version: 1, commune: "bron", id: "chorale", name: "!Chorale des Gratte-Ciel", rna: "W691234567" },
  ...{ contact: "bureau@chorale.test", applications: ["site"], purpose: "Nous chantons.\nLe mardi." },
  ...{ asked: "2026-11-27T10:00:00.000Z", confirmed: "2026-11-27T11:00:00.000Z" },
};

let stacks: string;
let printed: string;
let withoutHelm: boolean;
let sent: { commune: string; letter: Letter; context: string | undefined }[];
let withoutCluster: boolean;
beforeEach(() => {
  stacks = mkdtempSync(join(tmpdir(), "requests-"));
  mkdirSync(join(stacks, "bron", "tenants"), { recursive: true });
  writeFileSync(
    join(stacks, "bron", "commune.yaml"),
    'id: bron\nname: Bron\ninsee: "69029"\ndomain: bron.test\npopulation: 42000\ncontact: numerique@bron.test\nmail: { relay: smtp.bron.test }\ntenants: { domain: assos-bron.test, requests: {} }\n',
  );
  printed = "";
  withoutHelm = false;
  sent = [];
  withoutCluster = false;
  vi.spyOn(console, "log").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(stacks, { recursive: true });
});

function saved(more: Partial<TenantRequest> = {}, signer = keys): string {
  const file = join(stacks, `demande-${more.id ?? request.id}.json`);
  writeFileSync(file, JSON.stringify(signer.sign({ ...request, ...more })));
  return file;
}

async function run(...words: string[]): Promise<number> {
  process.exitCode = undefined;
  const tools = {
    stacks,
    keyOf: async () => keys.publicKey,
    objects: async (_: string, plan: { tenants?: readonly unknown[] | undefined }) => {
      if (withoutHelm) throw new Error("no helm");
      return Array.from({ length: 10 + 12 * (plan.tenants?.length ?? 0) }, () => ({})) as never;
    },
    today: () => "2026-11-28",
    commission: async () => expect.fail("nobody is invited"),
    send: async (commune: string, letter: Letter, context: string | undefined) => {
      if (withoutCluster) throw new Error("the server refused");
      sent.push({ commune, letter, context });
    },
  };
  await tenantCommand(stacks, tools).exitOverride().parseAsync(words, { from: "user" });
  return Number(process.exitCode ?? 0);
}

const tenantFile = () => join(stacks, "bron", "tenants", "chorale.yaml");

test("a request is reviewed with what it takes, approved into a file that holds, and decided once", async () => {
  expect(await run("review", "bron", saved())).toBe(0);
  expect(printed).toContain(
    "chorale.assos-bron.test, asked 2026-11-27, confirmed by bureau@chorale.test 2026-11-27",
  );
  expect(printed).toContain("    | Le mardi.");
  expect(printed).toContain("in the plan small: 12 objects more");
  expect(printed).toContain("0 of 100 places are taken; hosted until 2028-11-28");
  expect(existsSync(tenantFile())).toBe(false);

  expect(await run("approve", "bron", saved())).toBe(0);
  expect(readFileSync(tenantFile(), "utf8")).toMatch(
    /^# yaml-language-server: .*\n# Asked 2026-11-27, confirmed by its mailbox 2026-11-27: request sha256:[0-9a-f]{64}\nid: chorale\nname: '!Chorale des Gratte-Ciel'\n/,
  );
  expect(await run("list", "bron")).toBe(0);
  expect(printed).toContain("until 2028-11-28");
  await expect(run("approve", "bron", saved())).rejects.toThrow("was approved on 2026-11-28 already");
  // The digest, the id, the day: nothing of who asked.
  expect(readFileSync(join(stacks, "bron", "requests.jsonl"), "utf8")).toMatch(
    /^\{"digest":"sha256:[0-9a-f]{64}","id":"chorale","decision":"approved","at":"2026-11-28"\}\n$/,
  );
});

test("who shall administer it is told to who decides, and is in no file of the commune", async () => {
  const administrator = { givenName: "Léa", surname: "Nuñez", mail: "lea@exemple.test" };
  const declaration = join(stacks, "bron", "commune.yaml");
  await run("review", "bron", saved({ administrator }));
  expect(printed).toContain("    to be administered by Léa Nuñez, lea@exemple.test");
  appendFileSync(declaration, "directory: {}\nidentity: {}\n");
  const file = saved({ administrator });
  await run("approve", "bron", file);
  expect(printed).toContain(`npx commune tenant invite bron chorale --request ${file}`);
  for (const written of [tenantFile(), join(stacks, "bron", "requests.jsonl")])
    expect(readFileSync(written, "utf8")).not.toMatch(/Léa|Nuñez|lea@/);
  await run(
    "approve",
    "bron",
    saved({ id: "judo", name: "Judo", rna: "W691234568", contact: "judo@judo.test" }),
  );
  expect(printed).toContain("npx commune tenant invite bron judo <address> --given-name <name>");
});

test("a review is whole where charts cannot be rendered, and says so", async () => {
  withoutHelm = true;
  expect(await run("review", "bron", saved())).toBe(0);
  expect(printed).toContain("in the plan small; how many objects is not known: no helm");
});

test("what looks like somebody else is approved only with a reason, which stands in the file", async () => {
  await run("approve", "bron", saved());
  const twin = saved({ id: "chorales", contact: "autre@chorale.test", rna: undefined, siren: "732829320" });
  expect(await run("review", "bron", twin)).toBe(0);
  expect(printed).toContain('! looks like the tenant "chorale"');
  await expect(run("approve", "bron", twin)).rejects.toThrow("look at this first");
  await run("approve", "bron", twin, "--despite", "Ce sont\ndeux chœurs");
  expect(readFileSync(join(stacks, "bron", "tenants", "chorales.yaml"), "utf8")).toContain(
    "Why: Ce sont deux chœurs\n",
  );
});

test("what cannot be is said by review, and changes nothing", async () => {
  expect(await run("review", "bron", saved({ commune: "lyon" }))).toBe(1);
  expect(printed).toContain('x was asked of "lyon"');
  expect(printed).not.toContain("approve: npx");
  await expect(run("approve", "bron", saved({ commune: "lyon" }))).rejects.toThrow("it cannot be approved");
  await expect(run("approve", "bron", saved(), "--plan", "huge")).rejects.toThrow('"huge" is no plan');
  const forged = saved({}, new RequestKeys(Buffer.alloc(32, 9).toString("base64url")));
  await expect(run("review", "bron", forged)).rejects.toThrow("is not signed by this commune's form");
  await expect(run("review", "bron", join(stacks, "none.json"))).rejects.toThrow("does not exist");
  expect(existsSync(tenantFile())).toBe(false);
  expect(existsSync(join(stacks, "bron", "requests.jsonl"))).toBe(false);
});

test("a file that would break the commune is taken back", async () => {
  writeFileSync(join(stacks, "bron", "tenants", "club.yaml"), "id: club\n");
  await expect(run("approve", "bron", saved())).rejects.toThrow("club.yaml");
  expect(existsSync(tenantFile())).toBe(false);
});

test("a refusal is a letter that is sent, is remembered, and ends the request however often it is confirmed", async () => {
  expect(
    await run("refuse", "bron", saved(), "--reason", "Il manque le récépissé.", "--context", "ville"),
  ).toBe(0);
  const letter = { to: "bureau@chorale.test", text: expect.stringContaining("Il manque le récépissé.") };
  expect(sent).toEqual([
    { commune: "bron", context: "ville", letter: { ...letter, subject: expect.stringContaining("Bron") } },
  ]);
  expect(printed).toContain("Sent. The refusal is in requests.jsonl");
  expect(printed).toContain("To: bureau@chorale.test\nReply-To: numerique@bron.test\n");
  expect(printed).toContain("Il manque le récépissé.");
  expect(readFileSync(join(stacks, "bron", "requests.jsonl"), "utf8")).not.toContain("récépissé");
  await expect(run("refuse", "bron", saved(), "--reason", "x")).rejects.toThrow(
    "was refused on 2026-11-28 already",
  );
  expect(await run("review", "bron", saved())).toBe(1);
  // Another pod of the form takes the same link once more.
  expect(await run("review", "bron", saved({ confirmed: "2026-11-28T09:00:00.000Z" }))).toBe(1);
  // Asked again it is another request.
  expect(await run("review", "bron", saved({ asked: "2026-11-28T10:00:00.000Z" }))).toBe(0);
});

test("a refusal whose letter does not go out is remembered, and the letter is there to be sent by hand", async () => {
  withoutCluster = true;
  expect(await run("refuse", "bron", saved(), "--reason", "Il manque le récépissé.")).toBe(1);
  expect(printed).toContain("Il manque le récépissé.");
  expect(printed).toContain("NOT sent: the server refused. Send it yourself, as above.");
  expect(readFileSync(join(stacks, "bron", "requests.jsonl"), "utf8")).toContain('"refused"');
});
