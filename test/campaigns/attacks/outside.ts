import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Limit, sourceOf } from "../../../components/foundation/program/limits.ts";
import { isLinkLike } from "../../../components/platform/mail/link-like.ts";
import { AccountsKeys } from "../../../components/tenants/accounts/keys.ts";
import { personFaults } from "../../../components/tenants/accounts/person.ts";
import {
  associationNameFault,
  RequestKeys,
  readRequest,
} from "../../../components/tenants/requests/request.ts";
import { visitor } from "../../components/platform/visitor-of.ts";
import { importArchive, writeArchive } from "../../scripts/tenant-import/archive.ts";
import { type Attack, alone, attack } from "./attack.ts";

const group = fc.integer({ min: 1, max: 0xffff }).map((value) => value.toString(16));
const groups = (length: number) => fc.array(group, { minLength: length, maxLength: length });

const addresses: Attack = attack({
  who: "stranger",
  what: "be counted as many by addresses of one IPv6 network, or by what they write into a header",
  drawn: fc.record({
    network: groups(4),
    hosts: fc.array(groups(4), { minLength: 2, maxLength: 30 }),
    claimed: fc.ipV4(),
    isUpper: fc.boolean(),
  }),
  within: alone(({ network, hosts, claimed, isUpper }) => {
    const limit = new Limit(1, 3_600_000);
    const [first, ...others] = hosts.map((host) => [...network, ...host].join(":"));
    if (first === undefined) return undefined;
    limit.take(sourceOf(first, undefined), 0);
    for (const address of others) {
      const written = isUpper ? address.toUpperCase() : address;
      if (limit.take(sourceOf(`${claimed}, ${written}`, undefined), 1)) return `${written} is somebody else`;
      if (visitor(address) !== visitor(first)) return `nginx takes ${address} for somebody else`;
    }
    return undefined;
  }),
});

const label = fc.stringMatching(/^[a-zéà0-9]{1,8}$/);
const domain = fc
  .tuple(
    label,
    fc.constantFrom(".", "\uff0e", "\u3002", "\uff61", "\u2024"),
    fc.constantFrom("fr", "com", "рф", "ｃｏｍ", "gouv.fr", "xn--p1ai", "ﬁ"),
  )
  .map((parts) => parts.join(""));
const separated = fc
  .tuple(
    label,
    fc.constantFrom(..."/:@\\\uff0f\u2044\u2215\u29f8\uff1a\u2236\ua789\uff20".split("")),
    fc.constantFrom("443", "x", "evil", "//evil"),
  )
  .map((parts) => parts.join(""));
const around = fc.constantFrom("", "Remboursement 480 EUR sur ", "Cliquez (", "Allez sur www.", "« ");

const keys = new RequestKeys(Buffer.alloc(32, 7).toString("base64url"));
const names: Attack = attack({
  who: "visitor",
  what: "have a link in a letter that the town signs, by a name",
  drawn: fc.tuple(around, fc.oneof(domain, separated), fc.constantFrom("", ")", " !", " »")),
  within: alone((parts) => {
    const name = parts.join("");
    const fields = ["name", "givenName", "surname"] as const;
    if (!isLinkLike(name)) return `${name} is no link`;
    if (associationNameFault(name) === undefined) return `an association is called ${name}`;
    const faults = personFaults({ name, givenName: name, surname: name }, fields);
    if (Object.keys(faults).length < fields.length) return `somebody is called ${name}`;
    const signed = keys.sign({
      ...{ version: 1, commune: "bron", id: "chorale", name, contact: "a@b.test", purpose: "Nous chantons." },
      ...{ asked: "2026-11-27T10:00:00.000Z", confirmed: "2026-11-27T11:00:00.000Z", applications: ["site"] },
    });
    const read = readRequest(Buffer.from(JSON.stringify(signed)), keys.publicKey);
    return "request" in read ? `a request has the name ${name}` : undefined;
  }),
});

const accounts = new AccountsKeys(Buffer.alloc(32, 5).toString("base64url"));
const invited = {
  ...{ commune: "bron", association: "chorale", by: "noa", isAdmin: false },
  ...{ givenName: "Léa", surname: "Nuñez", mail: "lea@exemple.test", at: 0 },
};
const links: Attack = attack({
  who: "visitor",
  what: "accept an invitation that nobody wrote, or one that was written to somebody else",
  drawn: fc.record({ at: fc.nat(), letter: fc.constantFrom(..."AaZ0_-"), isAdmin: fc.boolean() }),
  within: alone(({ at, letter, isAdmin }) => {
    const [body = "", mac = ""] = accounts.seal(invited).split(".");
    const own = Buffer.from(JSON.stringify({ ...invited, isAdmin, mail: "evil@x.test" })).toString(
      "base64url",
    );
    // The last letter of 32 bytes has two bits that say nothing.
    const where = at % (mac.length - 1);
    const guessed = mac.slice(0, where) + letter + mac.slice(where + 1);
    const tried = [
      `${own}.${mac}`,
      `${own}.`,
      `${body}.${mac}.x`,
      ...(guessed === mac ? [] : [`${body}.${guessed}`]),
    ];
    return tried.find((link) => accounts.open(link, 0) !== "unknown");
  }),
});

const commune = `id: bron
name: Bron
insee: "69029"
domain: bron.test
population: 42000
contact: numerique@bron.test
tenants: { domain: assos-bron.test }
`;
const fiche = `id: chorale
name: Chorale
rna: W691234567
contact: bureau@chorale.test
plan: small
expires: 2028-06-30
applications: { site: { folder: pages } }
`;

const climbing = fc
  .tuple(
    fc.constantFrom("../", "../../../", "/tmp/", "./", "a/../../", "..\\", "", "-"),
    fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/),
    fc.constantFrom("", "/", "/..", "\u0000", "\n", ".yaml", "\u202e"),
  )
  .map((parts) => parts.join(""))
  .filter((text) => !/^[a-z0-9-]+$/.test(text));
const hostile = fc.oneof(
  fc.record({ id: climbing }),
  fc.record({ commune: climbing }),
  fc.record({ domain: climbing.filter((text) => !/^[a-z0-9.-]+$/i.test(text) || text.startsWith("-")) }),
  climbing.map((name) => ({ applications: { [name]: { host: "a.test", image: "docker.io/library/x:1" } } })),
  climbing.map((host) => ({
    applications: { site: { host: `${host};id`, image: "docker.io/library/nginx:1.29.3" } },
  })),
  climbing.map((image) => ({ applications: { site: { host: "a.test", image: `x ${image}` } } })),
);

/** Returns what is in a folder, files with their content. */
const contents = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return entry.isFile() ? `${path} ${readFileSync(path, "utf8")}` : path;
    })
    .sort()
    .join("\n");

const archives: Attack = attack({
  who: "sender of an archive",
  what: "write into other folders, or have what is outside the archive read",
  drawn: fc.oneof(
    hostile.map((said) => ({ said, link: undefined })),
    fc
      .tuple(fc.constantFrom("/etc", "/etc/passwd", "nowhere", "../../.."), fc.stringMatching(/^[a-z]{1,8}$/))
      .map((link) => ({ said: {}, link })),
  ),
  oneIn: 10,
  within: async (tries) => {
    const work = mkdtempSync(join(tmpdir(), "attacks-"));
    const stacks = join(work, "stacks");
    mkdirSync(join(stacks, "bron"), { recursive: true });
    writeFileSync(join(stacks, "bron", "commune.yaml"), commune);
    const before = contents(work);
    try {
      await tries(async ({ said, link }) => {
        const folder = mkdtempSync(join(tmpdir(), "archive-"));
        try {
          await writeArchive(folder, said, { file: fiche });
          if (link) symlinkSync(link[0], join(folder, "site", link[1]));
          const why = await importArchive(stacks, folder).catch((error: Error) => error.message);
          if (why === undefined) return "it was imported";
          if (contents(work) !== before) return "something was written";
          return why.endsWith("Nothing was changed.") ? undefined : `it was refused by chance: ${why}`;
        } finally {
          rmSync(folder, { recursive: true });
        }
      });
    } finally {
      rmSync(work, { recursive: true });
    }
  },
});

/** Attacks of whoever comes from outside. */
export const outside: readonly Attack[] = [addresses, names, links, archives];
