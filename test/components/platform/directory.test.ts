import { describe, expect, test } from "vitest";
import { changesOf } from "../../../components/commune/changes/changes.ts";
import { english } from "../../../components/commune/changes/english.ts";
import { tell } from "../../../components/commune/changes/sentences.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { published } from "../../../components/commune/publish.ts";
import { readPublished } from "../../../components/commune/published.ts";
import { baseEntries, suffixOf } from "../../../components/platform/directory/configuration.ts";
import { entriesJob } from "../../../components/platform/directory/entries.ts";
import { directoryServer } from "../../../components/platform/directory/manifests.ts";
import { managerPassword, readerPassword } from "../../../components/platform/directory/secrets.ts";
import { slapdConfiguration } from "../../../components/platform/directory/slapd.ts";
import { communeText, room, tenantText, valid } from "../tenants/stacks.ts";

const site = { storageClass: undefined, privatePeers: [] };
const chorale = { "tenants/chorale.yaml": tenantText("chorale") };

function planned(files: Readonly<Record<string, string>> = {}, more = "directory: {}\n") {
  return planCommune(valid(files, communeText(`${room}${more}`)).declaration, site);
}

function directoryOf(plan: ReturnType<typeof planned>) {
  return plan.directory ?? expect.fail("no directory");
}

describe("the entries that are there before anybody is", () => {
  test("are below the commune's domain, with two groups for each association that runs", () => {
    const dns = baseEntries(directoryOf(planned(chorale)))
      .split("\n")
      .filter((line) => line.startsWith("dn: "));
    expect(dns).toEqual([
      "dn: dc=bron,dc=test",
      "dn: ou=people,dc=bron,dc=test",
      "dn: ou=groups,dc=bron,dc=test",
      "dn: cn=agents,ou=groups,dc=bron,dc=test",
      "dn: cn=t-chorale-members,ou=groups,dc=bron,dc=test",
      "dn: cn=t-chorale-admins,ou=groups,dc=bron,dc=test",
    ]);
  });

  test.each([
    ["Bron", "o: Bron"],
    ["Saint-Étienne", "o:: U2FpbnQtw4l0aWVubmU="],
    [" Bron", "o:: IEJyb24="],
    [":Bron", "o:: OkJyb24="],
    ["<Bron", "o:: PEJyb24="],
    ["Bron ", "o:: QnJvbiA="],
    ["Bron\ndn: cn=evil", "o:: QnJvbgpkbjogY249ZXZpbA=="],
  ])("spell the name %j as LDIF has it", (name, line) => {
    expect(baseEntries({ ...directoryOf(planned()), name }).split("\n")).toContain(line);
  });

  test("another association is another Job, and not another server", () => {
    const [one, two] = [planned(), planned(chorale)].map(directoryOf);
    if (one === undefined || two === undefined) return expect.fail();
    expect(entriesJob(two).metadata.name).not.toBe(entriesJob(one).metadata.name);
    expect(directoryServer(two, [])).toEqual(directoryServer(one, []));
  });
});

describe("the server", () => {
  test("has the configuration that was reviewed", async () => {
    const plan = { domain: "xn--mdiathque-53af.bron.test", storageGiB: 2, hasAccounts: false };
    expect(suffixOf(plan)).toBe("dc=xn--mdiathque-53af,dc=bron,dc=test");
    await expect(slapdConfiguration(plan)).toMatchFileSnapshot("../../golden/directory/slapd.conf");
    const withAccounts = slapdConfiguration({ ...plan, hasAccounts: true });
    await expect(withAccounts).toMatchFileSnapshot("../../golden/directory/slapd-with-accounts.conf");
  });

  test("starts again with another password, and knows none by its arguments", () => {
    const pod = (version: number) =>
      JSON.stringify(
        directoryServer(directoryOf(planned()), [{ ...managerPassword, version }, readerPassword]).spec
          .template,
      );
    expect(pod(2)).not.toBe(pod(1));
  });
});

describe("a directory that goes", () => {
  const facts = { moved: [], dataIsDisposable: false, today: "2026-11-26" };
  const changes = (before: ReturnType<typeof planned>, after: ReturnType<typeof planned>) =>
    changesOf(
      readPublished(JSON.parse(JSON.stringify(published(before, "00ff")))) ?? expect.fail("not read back"),
      after,
      facts,
    ).map(({ effect, told }) => `${effect}: ${tell(told, english)}`);

  test("is refused while its data is kept, and told how", () => {
    expect(changes(planned(), planned({}, ""))).toContainEqual(
      expect.stringMatching(
        /^refused: directory holds data.*directory: \{ retired: \{ since: 2026-11-26 \} \}/,
      ),
    );
  });

  test("runs no more and keeps its volume when it is retired", () => {
    const retired = planned({}, "directory: { retired: { since: 2026-11-26 } }\n");
    expect(retired.directory).toBeUndefined();
    expect(retired.retired.directory?.storageGiB).toBe(1);
    expect(changes(planned(), retired).join("\n")).toMatch(/directory of people/);
  });
});
