import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Commission } from "../../components/tenants/accounts/commission.ts";
import { RequestKeys, type TenantRequest } from "../../components/tenants/requests/request.ts";
import { inviteCommand } from "../../scripts/tenant/invite.ts";
import { communeText, room, stacksWith, tenantText } from "../components/tenants/stacks.ts";

const whole = `${room}directory: {}\nidentity: {}\nmail: { relay: smtp.bron.test }\n`;
const names = ["--given-name", "Léa", "--surname", "Nuñez"];
let asked: { commune: string; of: Commission; context: string | undefined }[];
let printed: string;
beforeEach(() => {
  asked = [];
  printed = "";
  vi.spyOn(console, "log").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const keys = new RequestKeys(Buffer.alloc(32, 7).toString("base64url"));
const request: TenantRequest = {
  ...{ version: 1, commune: "bron", id: "chorale", name: "Chorale", contact: "bureau@chorale.test" },
  ...{ applications: ["site"], purpose: "Nous chantons." },
  ...{ asked: "2026-11-27T10:00:00.000Z", confirmed: "2026-11-27T11:00:00.000Z" },
};
const administrator = { givenName: "Léa", surname: "Nuñez", mail: "lea@exemple.test" };

function run(
  words: readonly string[],
  commune = whole,
  more = "",
  saved: TenantRequest = { ...request, administrator },
  signer = keys,
): Promise<unknown> {
  const text = tenantText("chorale", `applications: { site: {} }\n${more}`);
  const stacks = stacksWith({ "tenants/chorale.yaml": text }, communeText(commune));
  const file = join(stacks, "demande.json");
  writeFileSync(file, JSON.stringify(signer.sign(saved)));
  const commission = async (id: string, of: Commission, context: string | undefined) => {
    asked.push({ commune: id, of, context });
  };
  const command = inviteCommand({ stacks, commission, keyOf: async () => keys.publicKey }).exitOverride();
  const typed = words.map((word) => (word === "FILE" ? file : word));
  return command.parseAsync(typed, { from: "user" });
}

test("the first administrator of an association is written to by the pod that has the relay", async () => {
  await run(["bron", "chorale", "Lea@exemple.test", ...names, "--context", "here"]);
  const of = { association: "chorale", givenName: "Léa", surname: "Nuñez", mail: "lea@exemple.test" };
  expect(asked).toEqual([{ commune: "bron", of, context: "here" }]);
  expect(printed).toContain("A letter is on its way.");
});

test("whom the association's request names is written to", async () => {
  await run(["bron", "chorale", "--request", "FILE"]);
  expect(asked).toEqual([
    { commune: "bron", of: { association: "chorale", ...administrator }, context: undefined },
  ]);
});

test.each<[string, TenantRequest, RequestKeys, RegExp]>([
  ["names nobody", request, keys, /does not say who shall administer chorale: ask bureau@chorale\.test/],
  [
    "is another association's",
    { ...request, id: "judo", administrator },
    keys,
    /is the request of judo to bron, not of chorale to bron/,
  ],
  [
    "is of another form",
    { ...request, administrator },
    new RequestKeys(Buffer.alloc(32, 8).toString("base64url")),
    /is not signed by this commune's form/,
  ],
])("a request that %s invites nobody", async (_, saved, signer, why) => {
  await expect(run(["bron", "chorale", "--request", "FILE"], whole, "", saved, signer)).rejects.toThrow(why);
  expect(asked).toEqual([]);
});

test.each<[string, readonly string[], string, string, RegExp]>([
  ["nobody", ["bron", "chorale"], whole, "", /^whom to invite\? Write <address>/],
  ["somebody without a name", ["bron", "chorale", "a@b.test"], whole, "", /^whom to invite\?/],
  [
    "two people at once",
    ["bron", "chorale", "a@b.test", ...names, "--request", "FILE"],
    whole,
    "",
    /^--request says whom to invite/,
  ],
  [
    "an association that is not there",
    ["bron", "judo", "a@b.test", ...names],
    whole,
    "",
    /hosts no association judo/,
  ],
  [
    "one that was retired",
    ["bron", "chorale", "a@b.test", ...names],
    whole,
    "retired: { since: 2026-11-20 }\n",
    /hosts no association/,
  ],
  [
    "a commune without a relay",
    ["bron", "chorale", "a@b.test", ...names],
    `${room}directory: {}\nidentity: {}\n`,
    "",
    /has no pages of accounts/,
  ],
  ["an address that is none", ["bron", "chorale", "a", ...names], whole, "", /^a cannot be written/],
  [
    "a name in other letters",
    ["bron", "chorale", "a@b.test", "--given-name", "Лёа", "--surname", "N"],
    whole,
    "",
    /^--given-name cannot be written/,
  ],
])("nobody is written to for %s", async (_, words, commune, more, why) => {
  await expect(run(words, commune, more)).rejects.toThrow(why);
  expect(asked).toEqual([]);
});
