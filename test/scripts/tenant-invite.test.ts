import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Commission } from "../../components/tenants/accounts/commission.ts";
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

function run(words: readonly string[], commune = whole, more = ""): Promise<unknown> {
  const text = tenantText("chorale", `applications: { site: {} }\n${more}`);
  const stacks = stacksWith({ "tenants/chorale.yaml": text }, communeText(commune));
  const commission = async (id: string, of: Commission, context: string | undefined) => {
    asked.push({ commune: id, of, context });
  };
  return inviteCommand({ stacks, commission }).exitOverride().parseAsync(words, { from: "user" });
}

test("the first administrator of an association is written to by the pod that has the relay", async () => {
  await run(["bron", "chorale", "Lea@exemple.test", ...names, "--context", "here"]);
  const of = { association: "chorale", givenName: "Léa", surname: "Nuñez", mail: "lea@exemple.test" };
  expect(asked).toEqual([{ commune: "bron", of, context: "here" }]);
  expect(printed).toContain("A letter is on its way.");
});

test.each<[string, readonly string[], string, string, RegExp]>([
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
