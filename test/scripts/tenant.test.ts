import { afterEach, expect, test, vi } from "vitest";
import { tenantCommand } from "../../scripts/tenant.ts";
import { communeText, stacksWith, tenantText } from "../components/tenants/stacks.ts";

afterEach(() => vi.restoreAllMocks());

async function printed(stacks: string, ...words: string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  await tenantCommand(stacks).parseAsync(words, { from: "user" });
  vi.restoreAllMocks();
  return lines.join("\n");
}

const wiki = "applications: { dokuwiki: { access: members } }\n";
const files = {
  "tenants/chorale.yaml": tenantText("chorale"),
  "tenants/judo.yaml": tenantText("judo", `${wiki}domain: judo.test\n`).replace("2028-06-30", "2020-06-30"),
  "tenants/tarot.yaml": tenantText("tarot", `${wiki}retired: { since: 2026-11-26 }\n`),
};

test("associations are listed with what each has, and how many places are taken", async () => {
  expect(await printed(stacksWith(files), "list", "bron")).toBe(
    [
      "chorale  Chorale des Gratte-Ciel  small  chorale.assos-bron.test  site      until 2028-06-30",
      "judo     Chorale des Gratte-Ciel  small  judo.test                dokuwiki  expired, 2020-06-30",
      "tarot    Chorale des Gratte-Ciel  small  tarot.assos-bron.test    dokuwiki  retired, 2028-06-30",
      "2 of 100 places are taken.",
    ].join("\n"),
  );
  const { tenants } = JSON.parse(await printed(stacksWith(files), "list", "bron", "--json"));
  expect(tenants[0]).toMatchObject({ id: "chorale", state: "hosted", applications: ["site"] });
});

test("a commune without room says so", async () => {
  expect(await printed(stacksWith({}, communeText("")), "list", "bron")).toContain("declares no room");
});

test("the cluster's policies are printed whole, as YAML and as JSON", async () => {
  const text = await printed(stacksWith({}), "admission");
  const { items } = JSON.parse(await printed(stacksWith({}), "admission", "--json"));
  expect(text.match(/^kind: ValidatingAdmissionPolicy$/gm)?.length).toBe(items.length / 2);
  expect(text).toContain("namespaceSelector");
});
