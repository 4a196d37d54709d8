import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  applicationNames,
  offeredApplications,
  referencesOf,
} from "../../../components/tenants/applications/list.ts";
import { firstPage } from "../../../components/tenants/applications/pages.ts";
import { chartsFolder } from "../../../components/tenants/chart/render.ts";
import { knownLevel } from "../../../components/tenants/levels/evidence.ts";
import { leastLevel } from "../../../components/tenants/levels/levels.ts";
import { type Decision, digestOf, readDecisions } from "../../../components/tenants/requests/decisions.ts";
import { faultsOf, requestOf, type Typed, typedIn } from "../../../components/tenants/requests/form.ts";
import { decisionsConfigMap, requestsDeployment } from "../../../components/tenants/requests/manifests.ts";
import { planRequests } from "../../../components/tenants/requests/plan.ts";
import {
  askedServices,
  RequestKeys,
  readRequest,
  type TenantRequest,
} from "../../../components/tenants/requests/request.ts";
import {
  looksLike,
  planFor,
  type ReviewFacts,
  reviewRequest,
  skeleton,
} from "../../../components/tenants/requests/review.ts";
import { tenantSchema, tenantsSection } from "../../../components/tenants/tenant/declaration.ts";
import { communeText, loaded } from "./stacks.ts";

const keys = new RequestKeys(Buffer.alloc(32, 7).toString("base64url"));
const request: TenantRequest = {
  ...{ version: 1, commune: "bron", id: "chorale", name: "Chorale des Gratte-Ciel", rna: "W691234567" },
  ...{ contact: "bureau@chorale.test", applications: ["wordpress", "dokuwiki"], purpose: "Nous chantons." },
  ...{ asked: "2026-11-27T10:00:00.000Z", confirmed: "2026-11-27T11:00:00.000Z" },
};
const offered = offeredApplications().map(({ name }) => name);
const tools = offeredApplications().map(({ name, asked: what }) => ({ name, what }));
const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));

test("an association can ask for all that was seen to be isolated, and for nothing else", () => {
  const isIsolated = (name: string) =>
    (knownLevel(join(chartsFolder, name), referencesOf(name)).level ?? 0) >= leastLevel;
  expect(offered).toEqual(applicationNames().filter(isIsolated));
});

describe("a signed request", () => {
  const signed = keys.sign(request);

  test("is what was signed", () => {
    expect(readRequest(bytesOf(signed), keys.publicKey)).toEqual({ request });
  });

  test.each<[string, unknown, RegExp]>([
    [
      "another name",
      { ...signed, request: { ...request, name: "Chorale" } },
      /is not signed by this commune's form/,
    ],
    ["another signature", { ...signed, signature: "AAAA" }, /is not signed/],
    ["something more", { ...signed, request: { ...request, admin: true } }, /cannot be read/],
    ["an id that is none", { ...signed, request: { ...request, id: "../../x" } }, /cannot be read \(id:/],
    ["no signature", { request }, /is no signed request/],
    ["nothing", null, /is no signed request/],
  ])("with %s is refused", (_, value, problem) => {
    expect(readRequest(bytesOf(value), keys.publicKey)).toEqual({ problem: expect.stringMatching(problem) });
  });

  test.each([
    { commune: "../bron" },
    { commune: "-rf" },
    { id: "a-t-b" },
    { asked: "2026-11-27T10:00:00+14:00" },
    { asked: "hier" },
    { confirmed: "2026-02-30T10:00:00.000Z" },
    { purpose: "\u001b[2J" },
    { purpose: "a\u202eb" },
    { contact: "--help" },
  ])("that says %j is none, whoever signed it", (said) => {
    const [field = ""] = Object.keys(said);
    expect(readRequest(bytesOf(keys.sign({ ...request, ...said })), keys.publicKey)).toEqual({
      problem: expect.stringContaining(`cannot be read (${field}: `),
    });
  });

  test("of another form, too large, or no text is refused", () => {
    const other = new RequestKeys(Buffer.alloc(32, 8).toString("base64url"));
    expect(readRequest(bytesOf(other.sign(request)), keys.publicKey)).toHaveProperty("problem");
    expect(readRequest(Buffer.alloc(17 * 1024), keys.publicKey)).toHaveProperty("problem");
    expect(readRequest(Buffer.from([0xff]), keys.publicKey)).toHaveProperty("problem");
  });
});

const typed = (more: Partial<Typed> = {}): Typed => ({
  ...{ name: "Chorale des Gratte-Ciel", id: "chorale", rna: "", siren: "", contact: "bureau@chorale.test" },
  ...{ givenName: "", surname: "", mail: "" },
  ...{ purpose: "Nous chantons.", terms: true, applications: ["site"], services: [] },
  ...more,
});

test("the form offers of the commune's own services those that run", () => {
  const subject = {
    ...{ id: "bron", name: "Bron", domain: "bron.test", contact: "a@bron.test" },
    tenants: tenantsSection.parse({ domain: "assos-bron.test", requests: {} }),
  };
  const mail = { from: "a@bron.test", host: "smtp", port: 25, encryption: "none", user: undefined } as const;
  const offered = (more: object) => planRequests({ ...subject, ...more }, mail, undefined)?.services;
  expect(offered({})).toEqual([]);
  expect(offered({ peertube: {}, lists: {}, mastodon: { retired: {} } })).toEqual(["lists", "peertube"]);
});

describe("what is typed", () => {
  test.each<Partial<Typed>>([
    {},
    { name: "Club d’échecs « L’Épée » n° 2 (Bron)", id: "club-d-echecs" },
    { rna: "w 69-1234567", siren: "732 829 320" },
    { rna: "W9R1234567" },
    { givenName: "Léa", surname: "N’Diaye-Nuñez", mail: "lea@exemple.test" },
    { purpose: "Une ligne.\nUne autre, avec des émojis : 🎵." },
  ])("is a request where nothing is wrong with it: %j", (more) => {
    expect(faultsOf(typed(more), tools)).toEqual({});
    expect(requestOf(typed(more), "bron", new Date(), tools)).toBeDefined();
  });

  test.each<[Partial<Typed>, string]>([
    [{ name: "" }, "name"],
    [{ name: "Chorale\u202egnorts" }, "name"],
    [{ name: "Сhorale" }, "name"],
    [{ name: "x".repeat(101) }, "name"],
    [{ name: "<b>" }, "name"],
    [{ name: "- -" }, "name"],
    [{ id: "été" }, "id"],
    [{ id: "a--b" }, "id"],
    [{ id: "a-t-b" }, "id"],
    [{ id: "xn--chorale" }, "id"],
    [{ id: "x".repeat(31) }, "id"],
    [{ id: "postmaster" }, "id"],
    [{ rna: "W69123456" }, "rna"],
    [{ siren: "73282932000074" }, "siren"],
    [{ siren: "732829321" }, "siren"],
    [{ contact: "a@b" }, "contact"],
    [{ contact: "a@b.test\nBcc: c@d.test" }, "contact"],
    [{ contact: '"a b"@c.test' }, "contact"],
    [{ applications: [] }, "applications"],
    [{ applications: ["site", "root"] }, "applications"],
    [{ purpose: "x".repeat(601) }, "purpose"],
    [{ purpose: "a\u0000b" }, "purpose"],
    [{ purpose: "a\u2066b" }, "purpose"],
    [{ surname: "Nuñez", mail: "lea@exemple.test" }, "givenName"],
    [{ givenName: "Лёа", surname: "Nuñez", mail: "lea@exemple.test" }, "givenName"],
    [{ givenName: "Léa", surname: "x".repeat(61), mail: "lea@exemple.test" }, "surname"],
    [{ givenName: "Léa", surname: "Nuñez", mail: "lea@exemple.test\nBcc: a@b.test" }, "mail"],
    [{ terms: false }, "terms"],
  ])("%j has one fault", (more, field) => {
    expect(Object.keys(faultsOf(typed(more), tools))).toEqual([field]);
  });

  test("is read once, cut, and with its accents in one spelling", () => {
    const form = new URLSearchParams({ name: " E\u0301te\u0301 ", id: "CHORALE", purpose: "x".repeat(5000) });
    form.append("name", "other");
    for (let index = 0; index < 50; index++) form.append("applications", `a${index}`);
    expect(typedIn(form)).toMatchObject({
      name: "Été",
      id: "chorale",
      purpose: "x".repeat(1000),
      terms: false,
    });
    expect(typedIn(form).applications).toHaveLength(30);
  });
});

describe("names that look alike", () => {
  test.each([
    ["Ꮯlub Ѕpоrt", "club sport"],
    ["chorale-gratte-ciel", "Chorale Gratteciel"],
    ["chorale", "choral"],
    ["Œuvre", "oeuvre"],
    ["ville-de-bron", "Ville de Brοn"],
  ])("%s is %s", (one, other) => expect(looksLike(one, other)).toBe(true));

  test.each([
    ["chorale", "choeur"],
    ["aid", "aide"],
    ["日本", "中国"],
  ])("%s is not %s", (one, other) => expect(looksLike(one, other)).toBe(false));

  test("are compared by what is left of them", () => expect(skeleton("Ꮯlub-Ѕpоrt n° 2")).toBe("clubsportn2"));
});

const tenants = tenantsSection.parse({
  ...{ domain: "assos-bron.test", maximum: 2, mariadb: {} },
  plans: {
    tiny: { storage: "1 GiB", memory: "96 MiB", cpu: "0.5 cores" },
    large: { storage: "50 GiB", memory: "2 GiB", cpu: "2 cores" },
  },
});
const hosted = (more: object) => {
  const tenant = tenantSchema().parse({
    ...{
      id: "club",
      name: "Club de boules",
      contact: "club@boules.test",
      plan: "tiny",
      expires: "2030-01-01",
    },
    applications: { site: {} },
    ...more,
  });
  return { ...tenant, pages: firstPage(tenant) };
};
const facts = (more: Partial<ReviewFacts> = {}): ReviewFacts => ({
  subject: { id: "bron", domain: "bron.test", tenants },
  ...{
    hosted: [],
    decided: [],
    left: [],
    waiting: [],
    ownNames: ["bron", "ville de Bron"],
    today: "2026-11-28",
  },
  ...more,
});
const agreed = { plan: "tiny", expires: "2028-11-28" };
const review = (more: Partial<ReviewFacts> = {}, of: Partial<TenantRequest> = {}, plan = agreed) =>
  reviewRequest({ ...request, ...of }, facts(more), plan);

describe("a review", () => {
  test("finds nothing against what is new, and says what it takes and writes", () => {
    const found = review({}, {}, { ...agreed, plan: planFor(facts().subject, request) });
    expect(found).toMatchObject({
      ...{ refused: [], doubts: [], domain: "chorale.assos-bron.test", places: { taken: 0, of: 2 } },
      tenant: {
        ...{ id: "chorale", rna: "W691234567", plan: "large", expires: "2028-11-28" },
        applications: { wordpress: {}, dokuwiki: { access: "members" } },
      },
    });
    expect(found.needs?.memoryMiB).toBeGreaterThan(0);
    expect(tenantSchema().safeParse(found.tenant).success).toBe(true);
  });

  test("writes what was asked of the commune's own services, and refuses what the commune does not have", () => {
    const mail = { relay: "smtp.bron.test" };
    const having = { lists: {}, tickets: {}, mastodon: { owner: { name: "mairie" } }, peertube: {}, mail };
    const subject = { ...facts().subject, ...having };
    const asked = { id: "chorale-de-bron", services: [...askedServices] };
    const plan = { ...agreed, plan: "large" };
    const { refused, tenant } = review({ subject }, asked, plan);
    expect({ refused, tenant }).toEqual({
      refused: [],
      tenant: expect.objectContaining({
        lists: {
          membres: { purpose: "Tous les membres" },
          bureau: { purpose: "Le bureau", readers: "added", writers: "moderated" },
        },
        tickets: {},
        accounts: { mastodon: "chorale_de_bron", peertube: "chorale_de_bron" },
      }),
    });
    expect(review({}, asked, plan).refused).toHaveLength(4);
  });

  test.each<[string, Partial<ReviewFacts>, Partial<TenantRequest>, RegExp]>([
    ["another commune's", {}, { commune: "lyon" }, /was asked of "lyon"/],
    ["one's id that is hosted", { hosted: [hosted({ id: "chorale" })] }, {}, /"chorale" is Club de boules/],
    [
      "one's id that was retired",
      { hosted: [hosted({ id: "chorale", retired: { since: "2026-01-01" } })] },
      {},
      /which was retired/,
    ],
    [
      "one's id that was given back lately",
      {
        decided: [
          { digest: `sha256:${"0".repeat(64)}`, id: "chorale", decision: "approved", at: "2026-01-05" },
        ],
      },
      {},
      /stays reserved for 365 days/,
    ],
    [
      "one's id that left lately, however long ago it came",
      { left: [{ id: "chorale", at: "2026-01-05" }] },
      {},
      /which left on 2026-01-05: it stays reserved for 365 days/,
    ],
    [
      "one that was decided",
      { decided: [{ digest: digestOf(request), id: "chorale", decision: "refused", at: "2026-11-27" }] },
      {},
      /was refused on 2026-11-27 already/,
    ],
    ["one without a place", { hosted: [hosted({}), hosted({ id: "dojo" })] }, {}, /2 of 2 are taken/],
    [
      "one that the commune has no server for",
      { subject: { id: "bron", domain: "bron.test", tenants: { ...tenants, mariadb: undefined } } },
      {},
      /needs a MariaDB server/,
    ],
  ])("refuses %s", (_, more, of, why) => {
    const { refused } = review(more, of, { ...agreed, plan: "large" });
    expect(refused).toEqual([expect.stringMatching(why)]);
  });

  test("refuses a plan that is too small, and finds the one that is not", () => {
    expect(review().refused).toEqual([expect.stringContaining("is too small for its applications")]);
    expect(planFor(facts().subject, { ...request, applications: ["site"] })).toBe("tiny");
  });

  test("lets go of a name after a year", () => {
    const decided = [
      { digest: `sha256:${"0".repeat(64)}`, id: "chorale", decision: "approved", at: "2025-11-20" } as const,
    ];
    expect(review({ decided }, {}, { ...agreed, plan: "large" }).refused).toEqual([]);
  });

  test("points at who it may be taken for, in what is hosted, in what waits and in the commune's own names", () => {
    const like = hosted({
      id: "chorale-gratteciel",
      name: "Chorale Gratte Ciel",
      rna: "W691234567",
      contact: "Bureau@chorale.test",
    });
    expect(review({ hosted: [like] }).doubts).toEqual([
      'the tenant "chorale-gratteciel" has the same RNA number, W691234567',
      'the tenant "chorale-gratteciel" has the same mailbox, bureau@chorale.test',
    ]);
    expect(review({ hosted: [hosted({ id: "choral" })] }).doubts).toEqual([
      'looks like the tenant "choral" (Club de boules): the same association?',
    ]);
    const twin = { ...request, id: "chorales", rna: undefined, contact: "autre@chorale.test" };
    expect(review({ waiting: [request, twin] }).doubts).toEqual([
      expect.stringContaining('looks like the request "chorales"'),
    ]);
    expect(review({}, { id: "mairies" }).doubts).toEqual([expect.stringContaining('looks like "mairie"')]);
    expect(review({}, { rna: undefined }).doubts).toEqual([expect.stringContaining("neither RNA nor SIREN")]);
  });
});

test("a form without mail is refused, since nobody could confirm", () => {
  const room = "tenants: { domain: assos-bron.test, requests: {} }\n";
  expect(loaded({}, communeText(room)).lines).toEqual([
    expect.stringContaining("the commune declares no mail"),
  ]);
  expect(loaded({}, communeText(`${room}mail: { relay: smtp.bron.test }\n`)).lines).toEqual([]);
});

test("decisions are read line by line, and one that is none is named with its line", () => {
  const line = JSON.stringify({
    digest: digestOf(request),
    id: "chorale",
    decision: "approved",
    at: "2026-11-28",
  });
  expect(readDecisions(`${line}\n`, "requests.jsonl").decisions).toHaveLength(1);
  expect(readDecisions(`x\n${line}\n{}\n`, "requests.jsonl")).toEqual({
    decisions: [JSON.parse(line)],
    problems: [1, 3].map((line) => ({
      ...{ file: "requests.jsonl", line, column: 1, path: [] },
      message: "this is no decision of a request. Put the line back as git has it.",
    })),
  });
});

test("what was decided reaches private links without a person's name, and without another pod", () => {
  const mail = {
    ...{ from: "a@bron.test", host: "relay", port: 25 },
    encryption: "none",
    user: undefined,
  } as const;
  const subject = {
    ...{ id: "bron", name: "Bron", domain: "bron.test", contact: "n@bron.test" },
    tenants: { ...tenants, requests: { perDay: 50 } },
  };
  const decided: Decision = {
    digest: digestOf(request),
    id: "chorale",
    decision: "refused",
    at: "2026-11-28",
  };
  const [before, after] = [[], [decided]].map((decisions) =>
    planRequests(subject, mail, undefined, decisions),
  );
  if (before === undefined || after === undefined) throw new Error("no form");
  expect(decisionsConfigMap(after).data).toEqual({
    "decisions.json": `${JSON.stringify({ [decided.digest]: { decision: "refused", at: "2026-11-28" } }, undefined, 2)}\n`,
  });
  expect(requestsDeployment(after, "", [])).toEqual(requestsDeployment(before, "", []));
});
