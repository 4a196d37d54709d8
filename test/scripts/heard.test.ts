import { describe, expect, test } from "vitest";
import { ofApprovals } from "../../scripts/heard/approvals.ts";
import { ofAssociations } from "../../scripts/heard/associations.ts";
import { ofDeclarations } from "../../scripts/heard/declarations.ts";
import { ofFederation } from "../../scripts/heard/federation.ts";
import { heard, sayings, words } from "../../scripts/heard/heard.ts";
import { ofLocal } from "../../scripts/heard/local.ts";
import { ofOutside } from "../../scripts/heard/outside.ts";
import { ofPlaces } from "../../scripts/heard/places.ts";
import { ofPods } from "../../scripts/heard/pods.ts";
import { ofSchools } from "../../scripts/heard/schools.ts";
import { ofSyntax } from "../../scripts/heard/syntax.ts";
import { ofVocabulary } from "../../scripts/heard/vocabulary.ts";
import { englishIn, textsIn } from "./english.ts";

/** A table with the files that its texts are from, and texts there that no terminal shows: logs of pods, and documents. */
interface Origin {
  table: Readonly<Record<string, string>>;
  files: readonly string[];
  unseen: readonly string[];
}

const inProgram = (name: string, ...files: string[]) => files.map((file) => `programs/${name}/${file}.ts`);

const origins: Readonly<Record<string, Origin>> = {
  pods: {
    table: ofPods,
    files: [
      ...inProgram("database-restore", "log", "moment", "recover", "restore"),
      ...inProgram("keeper", "answers", "begin", "broken", "closed", "copies", "daily", "held", "keeper"),
      ...inProgram("keeper", "main", "rehearsals", "relied", "repository"),
      ...inProgram("rehearsal", "main", "rehearse"),
      ...inProgram("restore-point", "begin", "difference", "finish", "found", "freeze", "leave", "main"),
      ...inProgram("restore-point", "only", "repository", "restic", "restore", "rows", "share", "swap"),
      ...inProgram(
        "restore-point",
        "vaults",
        "bucket/changes",
        "bucket/lifecycle",
        "bucket/lines",
        "bucket/progress",
      ),
      ...inProgram("restore-point", "bucket/restore"),
      ...inProgram("restore-point", "bucket/take", "bucket/versions"),
      ...inProgram("vault", "server"),
      "components/foundation/program/transfer.ts",
      "scripts/recovery/point.ts",
      ...[
        "keeper/status",
        "keeper/wal",
        "points/head",
        "points/sealed",
        "points/settings",
        "rehearsal/rehearsal",
      ].map((file) => `components/recovery/${file}.ts`),
      ...["access", "bucket/client", "bucket/files", "bucket/parts", "copy", "hosted-files", "prove"].map(
        (file) => `components/recovery/vault/${file}.ts`,
      ),
      ...["restic-check", "restic-judge"].map((file) => `components/recovery/vault/${file}.ts`),
    ],
    unseen: [
      "recovery ended before configured recovery target was reached",
      "has room again",
      "leaves to the vault",
      "is whole nowhere",
      "with the new base",
      "restore point {} of {} begins in {} at {}",
      "restore point {} of {} is at {}",
      "files were copied once; nobody writes from now on, until the second pass is done",
      "parts can be asked for",
      "{}: done in {} s of processor time",
      "{}: {} files are beside those that are there",
      "as in the point",
      "the point's files are in place",
      "the files of before are in place again",
      "the rows of {} are at {}: {} bytes",
      "{} has it too: {} files, {} bytes",
      "state of a restore",
      "the vault at {}",
      "no shipments",
      "no rehearsals",
      "nothing can be written at {}: {}",
      "{}. No vault gives what is missing: a fresh generation begins, {}",
      "{} does not come from {}: {}",
      "the vault at {} alone knows of incarnation {} of this commune: the others are written to",
      "{} at {} counts for nothing: {}",
      "it is another one",
      "it is of {}",
      // Of restic, which it is looked for in.
      "wrong password or no key found",
      "{} s ahead of",
      "the clock here is {} that of the vault at {}: one of the two is wrong",
      '"{}" is no place in a log.',
      "This has no canonical form.",
    ],
  },
  approvals: {
    table: ofApprovals,
    files: [
      ...["verify", "needs", "written", "history", "passkey", "sshsig", "plan"].map(
        (file) => `audit/approval/${file}.ts`,
      ),
      ...["log", "same-report", "report-file", "revision", "in-browser", "drills/log", "gate/pack"].map(
        (file) => `audit/${file}.ts`,
      ),
      "scripts/apply.ts",
    ],
    unseen: [
      'The challenge is the SHA-256 of the text "commune.cloud passkey, form 1", a line end, the SHA-256 of the entry without `previous` in RFC 8785 in hexadecimal, and a line end.',
      "deleted and made again",
      "left as it is",
      "An update does what was approved, and nothing else.",
    ],
  },
  federation: {
    table: ofFederation,
    files: [
      ...["reason", "verdict", "approvals", "points"].map((file) => `components/federation/${file}.ts`),
      ...inProgram("federation", "wanted", "converge"),
    ],
    unseen: ["as it is"],
  },
  vocabulary: {
    table: ofVocabulary,
    files: [
      ...["address", "base64", "choice", "commit", "coordinates", "count", "cpu", "date", "debian-package"],
      ...["decibel", "domain", "duration", "email", "explain", "fediverse-name", "folder", "identifier"],
      ...["insee", "instant", "integrity", "ip-address", "length", "line", "list", "load", "path", "problem"],
      ...["quantity", "records", "scalar", "section", "settings", "sha256", "show", "size", "stacks", "uuid"],
      ...["version", "web-page", "weekly-hours", "written"],
    ].map((file) => `components/foundation/declaration/${file}.ts`),
    // Titles, for editors and the reference.
    unseen: [
      "commit of git",
      "latitude and longitude in degrees",
      "whole number from {} to {}",
      "processors from {} to {}",
      "name of a Debian package",
      "duration from {} to {}",
      "account name of at most 30 letters a to z, digits and underscores",
      "folder beside the declaration",
      "{} of at most {} letters a to z, digits and inner hyphens",
      "name of an application",
      "INSEE code of a commune",
      "moment in UTC",
      "checksum of a package's archive",
      "length from {} m to {} m",
      "one line of text",
      "one line of at most {} characters",
      "settings by name",
      "size from {} to {}",
      "version {} in three parts",
      "version in three parts",
      "weekly hours in OpenStreetMap's spelling, or 24/7",
    ],
  },
  syntax: {
    table: ofSyntax,
    files: ["yaml", "json"].map((file) => `components/foundation/declaration/${file}.ts`),
    unseen: [],
  },
  declarations: {
    table: ofDeclarations,
    files: [
      ...["scripts/check.ts", "components/tenants/levels/evidence.ts", "components/foundation/repository.ts"],
      ...[
        "association-secrets",
        "buckets",
        "connections",
        "field-problems",
        "load",
        "retirement",
        "secret-names",
      ].map((file) => `components/commune/${file}.ts`),
      ...["groups", "links", "members"].map((file) => `components/federation/${file}.ts`),
      ...["check", "database-restore/check"].map((file) => `components/recovery/${file}.ts`),
      "components/foundation/site/config.ts",
    ],
    unseen: ["name of a password or key"],
  },
  associations: {
    table: ofAssociations,
    files: [
      ...["requests/request", "requests/decisions", "requests/review", "exit/arrival"],
      ...["tenant/check", "tenant/lists", "tenant/accounts", "tenant/tickets", "tenant/load"],
      "tenant/registration",
      "chart/helm",
    ].map((file) => `components/tenants/${file}.ts`),
    unseen: ["name of a list"],
  },
  places: {
    table: ofPlaces,
    files: [
      ...["check", "declaration", "geometry", "read", "model", "location", "outlines", "overlaps"].map(
        (file) => `components/places/places/${file}.ts`,
      ),
      ...["check", "law", "channels", "plan"].map((file) => `components/places/radio/${file}.ts`),
      "components/places/spaces/check.ts",
    ],
    unseen: [
      "id of a quarter",
      "id of a place",
      "list of radios",
      "Its radios, at most one per band.",
      "Properties of a `{}`",
      "Fields of a radio",
      "longitude and latitude in degrees",
      "rings, the outer one first,",
      "Rings of positions, the outer one first. All outlines of a file have at most {} corners together.",
    ],
  },
  schools: {
    table: ofSchools,
    files: [
      ...["archive", "folder", "lesson", "licence", "markup"].map((file) => `lessons/${file}`),
      ...["check", "library", "publication", "source"].map((file) => `schools/${file}`),
      "apt/repository",
    ].map((file) => `components/schools/${file}.ts`),
    unseen: [],
  },
  local: {
    table: ofLocal,
    files: [
      ...["certificates", "cgroups", "control-plane", "environment", "images", "index", "layout", "ports"],
      ...["requirements", "supervisor", "wait", "faults", "nodes", "several"],
    ]
      .map((file) => `cluster/${file}`)
      .concat(["images/bundle", "images/go", "images/host", "images/npm", "images/recipe"])
      .concat(["images/upstream/blobs", "images/upstream/index", "images/upstream/pull", "packages"])
      .concat(["plugins/official", "tasks", "toolchain/go", "toolchain/index"])
      .map((file) => `local/${file}.ts`),
    // Steps of the list that is drawn while it works.
    unseen: [
      "control plane is ready",
      "images are imported",
      "node is Ready",
      "{} nodes are Ready",
      "name server, ingress and storage are Ready",
      "programs and images",
      ...["{} programs, built from pinned sources (cached)", "{} programs, built from pinned sources"],
      ", {} built from pinned sources",
      ", sources of {} modules fetched",
    ],
  },
  outside: {
    table: ofOutside,
    files: [
      "components/foundation/image/registry/index.ts",
      ...["json", "releases", "web"].map((file) => `components/foundation/upstream/feeds/${file}.ts`),
      ...["policies/hardware.ts", "scripts/updates/text.ts", "scripts/dns.ts"],
      ...["components/platform/mail/dns.ts", "components/federation/home-page.ts"],
      ...["components/recovery/kit/share.ts", "components/recovery/points/reads.ts"],
    ],
    unseen: [],
  },
};

describe.each(Object.entries(origins))("sayings from below: %s", (_, { table, files, unseen }) => {
  test("have every sentence that is said there", () => {
    const said = files.flatMap((file) => englishIn(file).map(({ text }) => text));
    const isFrench = (text: string) => (table[text] ?? sayings[text] ?? words[text]) !== undefined;
    expect([...new Set(said)].filter((text) => !isFrench(text) && !unseen.includes(text))).toEqual([]);
  });

  test("have none that is said no more", () => {
    const said = new Set(files.flatMap(textsIn));
    expect([...Object.keys(table), ...unseen].filter((text) => !said.has(text))).toEqual([]);
  });

  test("name in French what they name in English", () => {
    const count = (text: string) => text.split("{}").length;
    for (const [english, french] of Object.entries(table)) {
      expect(count(french), english).toBe(count(english));
      expect(french, english).not.toBe(english);
    }
  });
});

describe("what is heard", () => {
  test("is in no two tables with another French", () => {
    const every = Object.values(origins).flatMap(({ table }) => Object.entries(table));
    for (const [english, french] of every) expect(sayings[english], english).toBe(french);
  });

  test.each([
    [
      "the vault at lyon answered 403 to POST /once/point-7: this vault is full",
      "le coffre de lyon a répondu 403 à POST /once/point-7 : ce coffre est plein",
    ],
    [
      "no vault gives it. lyon: it was taken under another seed; bron: nothing opens the vault at bron",
      "aucun coffre ne le donne. lyon: il a été pris sous une autre graine; bron: rien n’ouvre le coffre de bron",
    ],
    [
      "  [4.88, 45.77]  power at most 14 dBm, channel 1, serves 26 m of street, 473 m from the next point",
      "  [4.88, 45.77]  puissance d’au plus 14 dBm, canal 1, sert 26 m de rue, à 473 m de la borne suivante",
    ],
    ["line 3 is not signed", "ligne 3 : n’est pas signée"],
    [
      "line 4 is signed as official, and Jeanne is administrator in approvers.yaml",
      "ligne 4 : est signée comme élu, et Jeanne est administrateur dans approvers.yaml",
    ],
    [
      "kubernetes:core/v1:Secret a: was created in the report, and is deleted and made again now, has other values now in data",
      "kubernetes:core/v1:Secret a: était créé dans le rapport, et est maintenant supprimé et refait, a maintenant d’autres valeurs dans data",
    ],
    [
      'stacks/bron/commune.yaml:14:17 nextcloud.quotaPerUser: "5" has no unit. Write a size such as "5 GiB".',
      'stacks/bron/commune.yaml:14:17 nextcloud.quotaPerUser: "5" n’a pas d’unité. Écrivez une taille, comme « 5 GiB ».',
    ],
    [
      'stacks/bron/commune.yaml:9:45 nextcloud.quotaPerUser: 5 has no unit. Write a size such as "5 GiB".',
      "stacks/bron/commune.yaml:9:45 nextcloud.quotaPerUser: 5 n’a pas d’unité. Écrivez une taille, comme « 5 GiB ».",
    ],
    [
      'stacks/bron/commune.yaml:9:23 nextcloud.version: 33 is not a whole version. Write a version such as "33.0.7".',
      "stacks/bron/commune.yaml:9:23 nextcloud.version: 33 n’est pas une version entière. Écrivez une version, comme « 33.0.7 ».",
    ],
    [
      'stacks/bron/commune.yaml:2:1 nextclod: unknown section. Did you mean "nextcloud"?\n\n1 problem. Nothing was changed.',
      "stacks/bron/commune.yaml:2:1 nextclod: section inconnue. Vouliez-vous dire « nextcloud » ?\n\n1 problème. Rien n’a été changé.",
    ],
    [
      '"a@bron" has a domain that has no dot. Write a mail address such as "a@bron.fr".',
      '"a@bron" a un domaine qui n’a pas de point. Écrivez une adresse électronique, comme « a@bron.fr ».',
    ],
    [
      '"maybe" is not a choice here. Write public, members or nobody.',
      '"maybe" n’est pas un choix ici. Écrivez public, members ou nobody.',
    ],
    ['Error from server (NotFound): pods "a" not found', 'Error from server (NotFound): pods "a" not found'],
  ])("is told in French: %s", (english, french) => {
    expect(heard(english, "fr")).toBe(french);
    expect(heard(english, "en")).toBe(english);
  });

  test("names roles and operations with words that there are", () =>
    expect(Object.entries(words).filter(([english, french]) => english === french)).toEqual([]));
});
