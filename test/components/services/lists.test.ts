import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { planCommune } from "../../../components/commune/plan.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { peersOf, siteOf } from "../../../components/foundation/site/site.ts";
import { slapdConfiguration } from "../../../components/platform/directory/slapd.ts";
import {
  addressesOf,
  listConfiguration,
  robotFiles,
  sympaConfiguration,
} from "../../../components/services/lists/configuration.ts";
import {
  type ListsSpec,
  listsConfigMap,
  listsDeployment,
  robotConfigMap,
} from "../../../components/services/lists/manifests.ts";
import { communeRecords } from "../../../scripts/dns.ts";
import { communeText, loaded, room, tenantText, valid } from "../tenants/stacks.ts";

const site = siteOf(siteSchema.parse({}));
const mail = "mail: { relay: smtp.bron.test }\n";
const everything = `${room}${mail}directory: {}\nlists: {}\n`;
const lists = `applications: { site: {} }
lists:
  membres: { purpose: Toute la chorale }
  bureau: { purpose: Le bureau, readers: added, writers: moderated }
  annonces: { purpose: Les annonces, writers: owners }
`;
const withLists = { "tenants/chorale.yaml": tenantText("chorale", lists) };
const database = {
  host: "database.bron-database.svc",
  port: 5432,
  database: "lists",
  sslMode: "disable" as const,
};

function declared(files: Readonly<Record<string, string>> = withLists) {
  return valid(files, communeText(everything)).declaration;
}

function planned(files: Readonly<Record<string, string>> = withLists) {
  return planCommune(declared(files), site).lists ?? expect.fail("no lists");
}

function specOf(files: Readonly<Record<string, string>> = withLists): ListsSpec {
  const plan = planCommune(declared(files), site);
  return { ...planned(files), database, mail: plan.mail, peers: peersOf(site), secretLabels: [] };
}

/** The template of the pod, as plain values. */
function podOf(spec: ListsSpec): { metadata: { annotations: object }; spec: { containers: object[] } } {
  return JSON.parse(JSON.stringify(listsDeployment(spec).spec.template));
}

const chorale = () => planned().robots[0] ?? expect.fail("no association");

describe("what Sympa reads", () => {
  test("is what was reviewed: itself, an association, and a list", async () => {
    const robot = chorale();
    const files = { ...robotFiles(planned(), robot) };
    const all = {
      "sympa.conf": sympaConfiguration(planned(), database),
      ...Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text])),
      ...Object.fromEntries(
        robot.lists.map((list) => [list.name, listConfiguration(robot, list, planned())]),
      ),
    };
    const text = Object.entries(all)
      .map(([path, each]) => `==> ${path} <==\n${each}`)
      .join("\n");
    await expect(text).toMatchFileSnapshot("../../golden/lists/chorale.txt");
  });

  test("has each setting of a list in a paragraph of its own: of lines that stand together Sympa reads the first", () => {
    for (const list of chorale().lists)
      for (const part of listConfiguration(chorale(), list, planned()).split("\n\n"))
        expect(part.trim().split("\n").length === 1 || /^(owner|member)_include\n/.test(part), part).toBe(
          true,
        );
  });

  test("has no password, and none of its texts has a line of its own in a name", () => {
    const robot = { ...chorale(), name: "Chœur\nlistmaster evil@x.test" };
    expect(robotFiles(planned(), robot)["robot.conf"]).not.toMatch(/^listmaster evil/m);
    expect(sympaConfiguration(planned(), database)).toContain("db_passwd @DATABASE_PASSWORD@");
  });
});

describe("an association's lists", () => {
  test("are below its id and the tenants' domain, also where its pages are elsewhere", () => {
    const elsewhere = tenantText("chorale", `domain: chorale.test\n${lists}`);
    expect(planned({ "tenants/chorale.yaml": elsewhere }).robots[0]?.domain).toBe("chorale.assos-bron.test");
  });

  test("are taken mail for at the addresses that Sympa answers, and at no other", () => {
    const { messages, bounces } = addressesOf(chorale());
    expect(messages).toContain("membres@chorale.assos-bron.test");
    expect(messages).toContain("bureau-unsubscribe@chorale.assos-bron.test");
    expect(bounces).toMatchObject({
      "annonces-owner@chorale.assos-bron.test": "annonces@chorale.assos-bron.test",
    });
    expect(messages).toHaveLength(5 + 3 * 5);
  });

  test("are closed while it is suspended, and gone when it is retired", () => {
    const suspended = tenantText("chorale", `suspended: { since: 2026-11-20, reason: x }\n${lists}`);
    const robot = planned({ "tenants/chorale.yaml": suspended }).robots[0] ?? expect.fail("none");
    expect(addressesOf(robot).messages).toHaveLength(5);
    for (const list of robot.lists)
      expect(listConfiguration(robot, list, planned())).toContain("status closed");
    const retired = tenantText("chorale", `retired: { since: 2026-11-20 }\n${lists}`);
    expect(planned({ "tenants/chorale.yaml": retired }).robots).toEqual([]);
  });

  test("are a ConfigMap of its own, and another one's stays as it is", () => {
    const two = {
      ...withLists,
      "tenants/judo.yaml": tenantText("judo", lists.replace("bureau:", "comite:")),
    };
    const [first] = specOf().robots;
    const before = first && robotConfigMap(specOf(), first);
    const after = specOf(two).robots.map((robot) => robotConfigMap(specOf(two), robot));
    expect(after[0]).toEqual(before);
    expect(after.map(({ metadata }) => metadata.name)).toEqual(["lists-t-chorale", "lists-t-judo"]);
  });

  test("have an MX and an SPF record", () => {
    const records = communeRecords(declared(), ["192.0.2.7"]).published.filter(({ name }) =>
      name.startsWith("chorale."),
    );
    expect(records.map(({ type, value }) => `${type} ${value}`)).toEqual([
      "A 192.0.2.7",
      "MX 10 smtp.bron.test.",
      'TXT "v=spf1 a:smtp.bron.test ~all"',
    ]);
  });
});

describe("the pod", () => {
  test("has no association in it where none has lists, and sends nothing without a relay", () => {
    const spec = { ...specOf({ "tenants/chorale.yaml": tenantText("chorale") }), mail: undefined };
    const pod = podOf(spec).spec;
    expect(JSON.stringify(pod)).not.toContain("declared");
    expect(pod.containers).toHaveLength(3);
  });

  test("starts anew when an association has another list, and when a password has another version", () => {
    const annotations = (spec: ListsSpec) => podOf(spec).metadata.annotations;
    const less = { "tenants/chorale.yaml": tenantText("chorale", lists.replace(/^ {2}annonces.*\n/m, "")) };
    expect(annotations(specOf(less))).not.toEqual(annotations(specOf()));
    expect(annotations({ ...specOf(), secretLabels: ["x/v2"] })).not.toEqual(annotations(specOf()));
  });

  test.skipIf(!existsSync("/usr/bin/perl"))("has programs without a mistake that Perl would see", () => {
    const { data = {} } = listsConfigMap(specOf());
    // The sender and the writer need nothing that is not Perl's own.
    for (const name of ["relay.pl", "sendmail"])
      expect(() =>
        execFileSync("perl", ["-c", "-"], { input: String(data[name]), stdio: ["pipe", "ignore", "pipe"] }),
      ).not.toThrow();
    for (const name of ["run.sh", "prepare.sh"])
      expect(() => execFileSync("bash", ["-n"], { input: String(data[name]) })).not.toThrow();
  });
});

describe("the directory", () => {
  test("lets lists read groups and addresses, and lets in nobody more where there are none", () => {
    const directory = planCommune(declared(), site).directory ?? expect.fail("none");
    const text = slapdConfiguration(directory);
    const rules = text.split("\n").filter((line) => line.includes('"cn=addresses"'));
    expect(rules.filter((line) => line.startsWith("access"))).toHaveLength(2);
    for (const rule of rules) expect(rule).not.toMatch(/cn=addresses" (write|manage|=)/);
    expect(slapdConfiguration({ ...directory, readers: [] })).not.toContain("cn=addresses");
  });
});

describe("check", () => {
  const of = (commune: string, files: Readonly<Record<string, string>> = {}) =>
    loaded(files, communeText(commune)).lines;

  test("asks for what lists need", () => {
    const said = of("lists: {}\n");
    expect(said.join("\n")).toContain("lists: needs tenants:");
    expect(said.join("\n")).toContain("lists: needs directory:");
    expect(said.join("\n")).toContain("lists: needs mail:");
    expect(of(everything)).toEqual([]);
  });

  test("refuses lists that nothing carries, and names that are taken", () => {
    expect(of(`${room}${mail}directory: {}\n`, withLists).join("\n")).toContain(
      "lists: need the commune's mailing lists",
    );
    const named = (name: string) =>
      of(everything, {
        "tenants/chorale.yaml": tenantText(
          "chorale",
          `applications: { site: {} }\nlists: { ${name}: { purpose: x } }\n`,
        ),
      }).join("\n");
    for (const name of ["sympa", "bureau-owner", "postmaster"]) expect(named(name)).toContain("already");
    expect(named("bureau")).toBe("");
  });
});
