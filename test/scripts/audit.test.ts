import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { append, digestOf, previousOf } from "../../audit/approval/log.ts";
import type { planCommune } from "../../components/commune/plan.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { auditCommand } from "../../scripts/audit.ts";

let folder: string;
let stacks: string;
let printed: string;

/** Returns what the program would register, as far as this test asks: the public name of the documents. */
const objects = async (_: string, plan: ReturnType<typeof planCommune>): Promise<KubernetesObject[]> =>
  plan.nextcloud === undefined
    ? []
    : [
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "Ingress",
          metadata: { name: "nextcloud", namespace: "bron-nextcloud" },
          spec: { rules: [{ host: plan.nextcloud.host }], tls: [{ hosts: [plan.nextcloud.host] }] },
        },
      ];

const declare = (rest = "") => {
  mkdirSync(join(stacks, "bron"), { recursive: true });
  writeFileSync(
    join(stacks, "bron", "commune.yaml"),
    `id: bron\nname: Bron\ninsee: "69029"\ndomain: bron.test\npopulation: 42000\ncontact: numerique@bron.test\n${rest}`,
  );
};
const git = (...words: string[]) =>
  execa("git", ["-C", folder, "-c", "user.name=test", "-c", "user.email=test@bron.test", ...words]);
const commit = async () => {
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "declared");
};
const audit = async (...words: string[]) => {
  await auditCommand(stacks, objects)
    .exitOverride()
    .parseAsync(["bron", ...words], { from: "user" });
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  return code;
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "audit-"));
  stacks = join(folder, "stacks");
  mkdirSync(stacks);
  printed = "";
  vi.spyOn(console, "log").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
  await git("init", "--quiet");
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

describe("commune report", () => {
  test("compares what is written with the last commit, and writes the three files of a report", async () => {
    declare();
    await commit();
    declare("nextcloud: {}\n");
    const to = join(folder, "report");
    expect(await audit("--to", to)).toBe(0);
    expect(printed).toContain("Devient public : cloud.bron.test.");
    expect(printed).toContain("réversible");
    expect(printed).not.toContain("git");
    const [page, markdown, json] = ["html", "md", "json"].map((kind) =>
      readFileSync(join(to, `report.${kind}`), "utf8"),
    );
    expect(page).toContain("<h1>Bron : changement proposé");
    expect(markdown).toContain("# Bron : changement proposé");
    expect(markdown).toContain(
      "## D’où vient ce changement ?\n\nUne modification n’est pas encore enregistrée dans git : aucun message ne l’explique.\n\n## Qui",
    );
    expect(JSON.parse(json ?? "")).toMatchObject({ format: 1, commune: "bron", label: "reversible" });
  });

  test("compares with any revision, in English on request", async () => {
    declare("nextcloud: {}\n");
    await commit();
    declare();
    await commit();
    expect(await audit("--from", "HEAD~1", "--language", "en", "--json")).toBe(1);
    const report = JSON.parse(printed);
    expect(report.label).toBe("refused");
    expect(report.summary).toContain(
      "This change is refused as it is written: nothing would be done, and nothing is lost.",
    );
    expect(report.summary).toContain("Nothing opens and nothing closes.");
    const [{ title, blocks }] = report.sections;
    expect(title).toBe("Where does this change come from?");
    expect(blocks).toHaveLength(2);
    expect(blocks[1].items).toEqual([expect.stringMatching(/, test: declared \([0-9a-f]{12}\)$/)]);
  });

  test("reads of a revision all that a declaration names, pictures and pages among it", async () => {
    const named = `portal:
  address: Place, 69500 Bron
  phone: +33 4 78 03 67 67
  hours: Mo-Fr 08:30-17:00
  director: La maire
  host: { name: Ville de Bron, address: Place, phone: +33 4 78 03 67 67 }
  arms: blason.svg
`;
    declare(named);
    writeFileSync(
      join(stacks, "bron", "blason.svg"),
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>',
    );
    mkdirSync(join(stacks, "bron", "news"));
    writeFileSync(join(stacks, "bron", "news", "2026-11-20-marche.md"), "# Le marché\n\nIl rouvre.\n");
    await commit();
    declare(`nextcloud: {}\n${named}`);
    expect(await audit("--json")).toBe(0);
    expect(JSON.parse(printed).summary).toContain("Devient public : cloud.bron.test.");
  });

  test("says of a commune that was not there that it is new", async () => {
    writeFileSync(join(folder, "README.md"), "stacks");
    writeFileSync(join(stacks, "federation.yaml"), "name: Métropole\nmembers: {}\n");
    await commit();
    declare();
    expect(await audit("--json")).toBe(0);
    expect(JSON.parse(printed).summary[0]).toMatch(/^Bron reçoit un nuage/);
  });

  test("keeps a report that people have signed, and says where it is and how it is applied", async () => {
    declare();
    await commit();
    declare("nextcloud: {}\n");
    const to = join(folder, "report");
    const json = () => readFileSync(join(to, "report.json"));
    await audit("--to", to, "--because", "Les agents demandent un agenda.");
    const first = json();
    expect(JSON.parse(first.toString()).because).toBe("Les agents demandent un agenda.");
    expect(printed).toContain("  Pourquoi : Les agents demandent un agenda.\n");
    // Nobody has signed it: the next one takes its place.
    await audit("--to", to);
    const second = json();
    expect(readdirSync(to).sort()).toEqual(["report.html", "report.json", "report.md"]);
    const common = { stack: "bron", at: "2026-11-26T10:00:00Z", digest: `sha256:${"d".repeat(64)}` };
    const report = digestOf(second);
    append(stacks, { entry: { kind: "refused", ...common, report, previous: previousOf(stacks, "bron") } });
    // The same report again is the same file.
    await audit("--to", to);
    expect([json(), readdirSync(to)]).toEqual([second, ["report.html", "report.json", "report.md"]]);
    printed = "";
    await audit("--to", to, "--because", "Autre chose.");
    const kept = join(to, `signed-${report.slice(7, 19)}`);
    expect(readdirSync(kept).sort()).toEqual(["report.html", "report.json", "report.md"]);
    expect(readFileSync(join(kept, "report.json"))).toEqual(second);
    expect(printed).toContain(`npx commune apply bron --report ${join(kept, "report.json")}`);
    expect(JSON.parse(json().toString()).because).toBe("Autre chose.");
  });

  test.each([[""], ["  "], ["deux\nlignes"], ["x".repeat(301)]])(
    "wants one sentence of why: %j",
    async (why) => {
      vi.spyOn(process.stderr, "write").mockImplementation(() => true);
      declare();
      await commit();
      await expect(audit("--because", why)).rejects.toThrow("Write one sentence on one line");
    },
  );

  test("of every commune tells once what is the same in several", async () => {
    const also = (id: string, rest: string) => {
      mkdirSync(join(stacks, id), { recursive: true });
      writeFileSync(
        join(stacks, id, "commune.yaml"),
        `id: ${id}\nname: ${id}\ninsee: "69029"\ndomain: ${id}.test\npopulation: 900\ncontact: a@${id}.test\n${rest}`,
      );
    };
    declare();
    for (const id of ["givors", "lyon"]) also(id, "");
    await commit();
    also("lyon", "nextcloud: {}\n");
    await auditCommand(stacks, objects)
      .exitOverride()
      .parseAsync(["--all", "--to", folder], { from: "user" });
    expect(printed).toContain("identique dans 2 : bron, givors\n  Rien ne change.");
    expect(printed.match(/Rien ne change/g)).toHaveLength(1);
    expect(printed).toMatch(/^lyon\n[\s\S]*Devient public : cloud\.lyon\.test/);
    expect(readFileSync(join(folder, "givors", "report.html"), "utf8")).toContain("<h1>givors");
  });

  test.each([
    [[]],
    [["bron", "--all"]],
    [["--all", "--published", "x"]],
    [["bron", "--preview", "--published", "x"]],
  ])("wants one commune or all, and one thing to compare with: %j", async (words) => {
    vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    declare();
    const command = auditCommand(stacks, objects).exitOverride();
    await expect(command.parseAsync(words, { from: "user" })).rejects.toThrow();
  });

  test("names a revision that is not there", async () => {
    declare();
    await commit();
    await expect(audit("--from", "v9")).rejects.toThrow('there is no revision "v9"');
  });

  test("reports everything that is wrong with the declaration instead", async () => {
    declare();
    await commit();
    declare("nextclod: {}\n");
    await expect(audit()).rejects.toThrow('Did you mean "nextcloud"?');
  });

  test("is refused where a rule is broken", async () => {
    declare("mail: { relay: smtp.sendgrid.net }\n");
    await commit();
    expect(await audit("--json")).toBe(1);
    const report = JSON.parse(printed);
    expect(report.summary.at(-1)).toMatch(/^Règles non respectées : 1/);
    expect(JSON.stringify(report.sections)).toContain("operators-in-eu");
  });
});
