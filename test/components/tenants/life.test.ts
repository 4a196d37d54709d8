import { describe, expect, test } from "vitest";
import { changesOf } from "../../../components/commune/changes/changes.ts";
import { english } from "../../../components/commune/changes/english.ts";
import { tell } from "../../../components/commune/changes/sentences.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { published } from "../../../components/commune/publish.ts";
import { readPublished } from "../../../components/commune/published.ts";
import { planLogin } from "../../../components/platform/identity/login.ts";
import { withoutSuspension, withSuspension } from "../../../components/tenants/tenant/file.ts";
import { noticePage } from "../../../components/tenants/tenant/notice.ts";
import { readLetters, termOf, wasTold } from "../../../components/tenants/tenant/term.ts";
import { usageText } from "../../../components/tenants/tenant/usage.ts";
import { pageFaults } from "../../../policies/page-faults.ts";
import { communeText, loaded, planned, site, tenantText, valid } from "./stacks.ts";

const wiki = "applications: { dokuwiki: { access: members } }\n";
const suspended = 'suspended: { since: 2026-11-27, reason: "Sur demande." }\n';
const chorale = (more = "") => ({ "tenants/chorale.yaml": tenantText("chorale", `${wiki}${more}`) });

describe("an association that is suspended", () => {
  test("has a page in its place, which says since when and where to write, and not why", () => {
    const page = noticePage({ name: "Chorale", contact: "bureau@chorale.test" }, "2026-11-27");
    expect(pageFaults(page)).toEqual([]);
    expect(page).toContain("suspendu depuis le 27 novembre 2026");
    expect(page).toContain('href="mailto:bureau@chorale.test"');
  });

  test("is told as suspended, and as back, and loses nothing", () => {
    const facts = { moved: [], dataIsDisposable: false, today: "2026-11-27" };
    const told = (before: string, after: string) => {
      const known = readPublished(JSON.parse(JSON.stringify(published(planned(chorale(before)), "00ff"))));
      if (known === undefined) throw new Error("not read back");
      return changesOf(known, planned(chorale(after)), facts).map(
        ({ effect, interruption, told: sentence }) =>
          `${effect}, ${interruption}: ${tell(sentence, english)}`,
      );
    };
    expect(told("", suspended)).toEqual([
      expect.stringMatching(/^reversible, ended: The association chorale is suspended, since 2026-11-27/),
    ]);
    expect(told(suspended, "")).toEqual([
      expect.stringMatching(/^reversible, none: The association chorale is suspended no more/),
    ]);
    expect(told(suspended, suspended)).toEqual([]);
    expect(told(suspended, "retired: { since: 2026-11-27 }\n")).toEqual([
      expect.stringMatching(/^reversible, ended: t-chorale is retired/),
    ]);
  });

  test("has a reason in its file", () => {
    expect(loaded(chorale("suspended: { since: 2026-11-27 }\n")).lines).toEqual([
      expect.stringMatching(/chorale.yaml:8 suspended.reason: /),
    ]);
  });

  test("is so in its file by one line, which goes again without a trace", () => {
    const text = tenantText("chorale", `${wiki}# a word\n`);
    for (const reason of ["Sur demande.", 'Dit « "non" » : # & {x} \\ é', "x".repeat(300)]) {
      const after = withSuspension(text, { since: "2026-11-27", reason });
      const { declaration } = valid({ "tenants/chorale.yaml": after });
      expect(declaration.associations.chorale?.suspended).toEqual({ since: "2026-11-27", reason });
      expect(withoutSuspension(after)).toBe(text);
    }
    const block = `${text}suspended:\n  since: "2026-11-27"\n  reason: Oui\nrna: W691234567\n`;
    expect(withoutSuspension(block)).toBe(`${text}rna: W691234567\n`);
  });
});

describe("the day until which an association is hosted", () => {
  const on = (today: string, more = {}) =>
    termOf({ expires: "2028-06-30", suspended: undefined, retired: undefined, ...more }, today);

  test("is told 60, 30 and 7 days before, is agreed itself, and is over after it", () => {
    expect(on("2028-04-30")).toBeUndefined();
    expect(on("2028-05-01")).toBe(60);
    expect(on("2028-05-30")).toBe(60);
    expect(on("2028-05-31")).toBe(30);
    expect(on("2028-06-23")).toBe(7);
    expect(on("2028-06-30")).toBe(7);
    expect(on("2028-07-01")).toBe("over");
    expect(on("2028-07-01", { suspended: { since: "2028-07-01", reason: "x" } })).toBeUndefined();
    expect(on("2028-07-01", { retired: { since: "2028-07-01", data: "kept" } })).toBeUndefined();
  });

  test("is told once for each, and anew for another day", () => {
    const known = readLetters('{"id":"a","expires":"2028-06-30","days":30,"at":"2028-06-01"}\n', "x");
    expect(wasTold({ id: "a", expires: "2028-06-30" }, 60, known)).toBe(true);
    expect(wasTold({ id: "a", expires: "2028-06-30" }, 30, known)).toBe(true);
    expect(wasTold({ id: "a", expires: "2028-06-30" }, 7, known)).toBe(false);
    expect(wasTold({ id: "a", expires: "2030-06-30" }, 60, known)).toBe(false);
    expect(wasTold({ id: "b", expires: "2028-06-30" }, 60, known)).toBe(false);
    expect(() => readLetters('\n{"id":"a"}', "letters.jsonl")).toThrow("letters.jsonl:2 is no letter");
  });

  test("stands on its tile in the portal, with that it is suspended", () => {
    const commune = communeText("tenants: { domain: assos-bron.test }\ndirectory: {}\nidentity: {}\n");
    const members = (more: string) => ({
      "tenants/chorale.yaml": tenantText("chorale", `applications: { site: { access: members } }\n${more}`),
    });
    const tiles = (more: string) => {
      const { declaration } = valid(members(more), commune);
      const plan = planCommune(declaration, site);
      return planLogin(declaration, {
        services: [],
        tenants: plan.tenants ?? [],
        accounts: undefined,
        mail: undefined,
      })?.applications.map(({ tile }) => tile);
    };
    expect(tiles("")).toEqual(["Pages réservées, jusqu’au 30 juin 2028"]);
    expect(tiles(suspended)).toEqual(["Pages réservées (suspension depuis le 27 novembre 2026)"]);
  });
});

test("what an association takes is told in French, of what its plan gives it", () => {
  const { declaration } = valid(chorale());
  const [tenant] = planned(chorale()).tenants ?? [];
  const own = declaration.associations.chorale;
  if (tenant === undefined || own === undefined) throw new Error("no tenant");
  const usage = { memoryBytes: 92.4 * 1024 ** 2, millicores: 12, databases: {} };
  const text = usageText(own, tenant, { ...usage, files: { dokuwiki: 6.25 * 1024 ** 2 } }, "2026-11-27");
  expect(text).toContain("Formule « small », le 27 novembre 2026. Hébergé jusqu’au 30 juin 2028.");
  const fresh = { ...usage, memoryBytes: undefined, millicores: undefined, files: {} };
  const early = usageText(own, tenant, fresh, "2026-11-27");
  expect(early).toContain("| Mémoire | pas encore mesurée | 640 Mio |");
  expect(early).toContain("| Processeur, en ce moment | pas encore mesuré | ");
  expect(text).toContain("| Mémoire | 92 Mio | 640 Mio |");
  expect(text).toContain("| Processeur, en ce moment | 0,01 cœur | 1,5 cœur |");
  expect(text).toContain("| Fichiers | 6,3 Mio | 5 Gio |");
  expect(text).not.toContain("Base de données");
  const [asleep] = planned(chorale(suspended)).tenants ?? [];
  if (asleep === undefined) throw new Error("no tenant");
  const more = { ...usage, files: { dokuwiki: undefined }, databases: { t1: 3 * 1024 ** 2 } };
  const other = usageText(own, asleep, more, "2026-11-27");
  expect(other).toContain("Suspendu depuis le 27 novembre 2026.");
  expect(other).toContain("| Fichiers | non mesuré : l’espace est suspendu | 5 Gio |");
  expect(other).toContain("| Base de données | 3 Mio | 1 Gio |");
  const rows = { owner: "chorale", takenMiB: 900, mostMiB: 1024 };
  const told = (state: "room" | "soon" | "full" | "closed") =>
    usageText(own, asleep, { ...more, rows: { ...rows, state } }, "2026-11-27");
  expect(told("room")).toBe(other);
  expect(told("soon")).toContain("La base de données est bientôt pleine");
  expect(told("full")).toContain("est pleine : rien ne s’y ajoute plus");
  expect(told("closed")).toContain("ni ne s’y modifie plus");
  const dedicated =
    "applications: { wordpress: {} }\ndedicatedDatabase: { memory: 256 MiB, storage: 5 GiB }\n";
  const [alone] = planned({ "tenants/chorale.yaml": tenantText("chorale", dedicated) }).tenants ?? [];
  if (alone === undefined) throw new Error("no tenant");
  const withServer = usageText(own, alone, { ...more, serverBytes: 70 * 1024 ** 2 }, "2026-11-27");
  expect(withServer).toContain("| Base de données | 3 Mio | 5 Gio |");
  expect(withServer).toContain("| Mémoire de son serveur de base de données | 70 Mio | 256 Mio |");
  const twice = dedicated.replace("wordpress: {}", "wordpress: {}, mobilizon: {}");
  const [both] = planned({ "tenants/chorale.yaml": tenantText("chorale", twice, "large") }).tenants ?? [];
  if (both === undefined) throw new Error("no tenant");
  expect(usageText(own, alone, more, "2026-11-27")).toContain("| pas encore mesurée | ");
  const withServers = usageText(own, both, { ...more, serverBytes: 100 * 1024 ** 2 }, "2026-11-27");
  expect(withServers).toContain("| Base de données | 3 Mio | 10 Gio |");
  expect(withServers).toContain("| Mémoire de ses serveurs de base de données | 100 Mio | 512 Mio |");
});
