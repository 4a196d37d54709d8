import { copyFileSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { planCommune } from "../../components/commune/plan.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import { descriptorLabel } from "../../components/federation/secrets.ts";
import { tenantFileOf } from "../../components/foundation/declaration/stacks.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { deriveSecret } from "../../components/foundation/seed/derive.ts";
import { inVersion } from "../../components/foundation/seed/labels.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { plannedServices } from "../../components/services/index.ts";
import { isByLogin, softwareOf } from "../../components/tenants/applications/application.ts";
import {
  type Archive,
  type Brought,
  broughtOf,
  keyFile,
  manifestFile,
  readmeFile,
  signatureFile,
  sumsFile,
  tenantFile,
  titleOf,
} from "../../components/tenants/exit/archive.ts";
import { readmeText } from "../../components/tenants/exit/readme.ts";
import { publicPem, signText, sumsHeading } from "../../components/tenants/exit/signature.ts";
import type { TenantPlan } from "../../components/tenants/tenant/plan.ts";
import { writeJson, writeWhole } from "../../local/cluster/files.ts";
import { placeOf } from "../approval/place.ts";
import { type Stream, streamWith } from "../export/data.ts";
import { filesOf, sumOf } from "../export/folder.ts";
import { spoken } from "../language.ts";
import { contextHelp, environmentAt, kubectlAt, reachOf } from "../reach.ts";
import { stackSeed } from "../recovery/kit/stack-seed.ts";
import { mariadbWords } from "../recovery/mariadb.ts";
import { ordinary } from "../recovery/points.ts";
import { Stack } from "../stack.ts";
import { cutOf, problemOf, type Streamed } from "./came.ts";
import { ExitPod, sending } from "./exit-pod.ts";
import { dumpRows, postgresqlWords } from "./postgresql.ts";
import { hostedBy } from "./suspend.ts";

/** Tools of an export of an association. */
export interface ExitTools {
  stacks: string;
  /** The seed of a commune's stack, base64; undefined if it has none yet. */
  seedOf: (id: string, context: string | undefined) => Promise<string | undefined>;
  kubectl: (id: string, context: string | undefined) => Pick<ReturnType<typeof kubectlAt>, "text" | "json">;
  contextOf: (id: string, context: string | undefined) => string | undefined;
  stream: Stream;
  now: () => Date;
  /** The vaults that the commune's copies are at, as its stack says. */
  vaults: (id: string, context: string | undefined) => Promise<readonly OpenVault[]>;
}

/** The ordinary tools. */
export function ordinaryExitTools(stacks: string): ExitTools {
  return {
    stacks,
    seedOf: (id, context) => stackSeed(placeOf(id, context), id).read(),
    kubectl: (id, context) => kubectlAt(reachOf(id, context)),
    contextOf: (id, context) => reachOf(id, context).context,
    stream: streamWith(environmentAt),
    now: () => new Date(),
    vaults: async (id, context) => {
      const { vaults = {} } = await new Stack(id, reachOf(id, context).environment).outputs();
      return Object.entries(vaults).map(([host, access]) => new OpenVault(host, access, ordinary.fetch));
    },
  };
}

/** Everything that an export takes, asked for before anything is written. */
async function prepare(tools: ExitTools, commune: string, id: string, context: string | undefined) {
  const { declaration, tenant } = hostedBy(tools.stacks, commune, id);
  if (tenant.retired)
    throw new TranslatedError({
      en: `${id} is retired since ${tenant.retired.since}: nothing is there that could be asked. Take the line retired: out of its file, write suspended: instead (npx commune tenant suspend), apply it, and run this again. Nothing was written.`,
      fr: `${id} est arrêtée depuis le ${tenant.retired.since} : il n’y a rien que l’on puisse interroger. Retirez de son fichier la ligne retired:, écrivez suspended: à la place (npx commune tenant suspend), appliquez, et relancez. Rien n’a été écrit.`,
    });
  const plan = planCommune(declaration, siteOf(siteSchema.parse({})));
  const planned = plan.tenants?.find((each) => each.id === id);
  if (planned === undefined)
    throw new TranslatedError({
      en: `${commune} declares no room for associations (docs/tenants.md).`,
      fr: `${commune} ne déclare pas de place pour des associations (docs/tenants.md).`,
    });
  const key = await signingKey(tools, commune, plan.secretVersions, context);
  const more = plannedServices(plan).flatMap(({ service, takenAlong }) =>
    takenAlong.flatMap((each) => (each.tenant === id ? [{ service, ...each }] : [])),
  );
  return { declaration, tenant, planned, more, key };
}

/** Words of `kubectl exec` that print a part of the archive. */
async function wordsFor(part: Brought, planned: TenantPlan, pod: ExitPod): Promise<string[]> {
  const { name, release } = part.application;
  const own = [
    "exec",
    `--namespace=${namespaceOf(planned)}`,
    `deployment/${release}`,
    `--container=${name}`,
    "--",
  ];
  if (part.from === "database") {
    const server = { commune: planned.commune, server: part.server };
    if (part.engine === "postgresql") return postgresqlWords(server, sending(dumpRows(part.database)));
    const dump = `mariadb-dump --socket=/run/mysqld/mysqld.sock --user=root --single-transaction --default-character-set=utf8mb4 ${part.database}`;
    return mariadbWords(server, sending(dump));
  }
  if (part.from === "application") return [...own, "bash", "-c", sending('"$@"'), "-", ...part.command];
  // What is not there yet is left out: a wiki without an old version has no folder of them.
  const tar = sending(
    'cd "$1"; shift; for name; do shift; [ ! -e "$name" ] || set -- "$@" "$name"; done; tar --sort=name --numeric-owner -c "$@"',
  );
  const words = ["bash", "-c", tar, "-", part.folder, ...part.names];
  const isAsleep = planned.suspendedSince !== undefined;
  if (!isAsleep && part.hasTools) return [...own, ...words];
  const reader = await pod.of(release, { ...part, isAlone: isAsleep });
  return ["exec", `--namespace=${namespaceOf(planned)}`, reader, "--", ...words];
}

/** Writes what is in a folder down, and signs it. */
export async function seal(folder: string, said: Omit<Archive, "files" | "key">, key: Buffer): Promise<void> {
  const write = (path: string, text: string | Buffer) => writeWhole(join(folder, path), text, 0o600);
  write(keyFile, publicPem(key));
  const files: Archive["files"] = [];
  for (const path of filesOf(folder))
    files.push({ path, bytes: statSync(join(folder, path)).size, sha256: await sumOf(join(folder, path)) });
  writeJson(join(folder, manifestFile), { ...said, files, key: publicKeyOf(key) } satisfies Archive, 0o600);
  const lines = [...files, { path: manifestFile, sha256: await sumOf(join(folder, manifestFile)) }];
  const sums = `${sumsHeading(said.commune, said.id, said.at)}${lines.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join("")}`;
  write(sumsFile, sums);
  write(signatureFile, signText(sums, key));
}

/** The key that a commune signs with: that of its descriptor. Throws if its stack has no seed yet. */
export async function signingKey(
  { seedOf }: Pick<ExitTools, "seedOf">,
  commune: string,
  versions: CommunePlan["secretVersions"],
  context: string | undefined,
): Promise<Buffer> {
  const seed = await seedOf(commune, context);
  if (seed === undefined)
    throw new TranslatedError({
      en: `the stack ${commune} has no seed yet: apply it first. Nothing was written.`,
      fr: `la pile ${commune} n’a pas encore de graine : appliquez-la d’abord. Rien n’a été écrit.`,
    });
  return Buffer.from(deriveSecret(seed, commune, inVersion(descriptorLabel, versions)), "base64url");
}

interface Options {
  to: string;
  context?: string;
}

/** Writes everything of an association into a folder that is not there yet; throws with what is left. Returns the key, a Multikey, that it is signed with. */
export async function exportTenant(
  tools: ExitTools,
  commune: string,
  id: string,
  { to, context }: Options,
): Promise<string> {
  if (existsSync(to))
    throw new TranslatedError({
      en: `${to} is there already: name a folder that is not. Nothing was written.`,
      fr: `${to} existe déjà : nommez un dossier qui n’existe pas. Rien n’a été écrit.`,
    });
  const { declaration, tenant, planned, more, key } = await prepare(tools, commune, id, context);
  const at = tools.now().toISOString();
  const part = `${to}.partial-${process.pid}`;
  const write = (path: string, text: string | Buffer) => writeWhole(join(part, path), text, 0o600);
  mkdirSync(part, { recursive: true, mode: 0o700 });
  copyFileSync(tenantFileOf(tools.stacks, commune, id), join(part, tenantFile));
  if (tenant.applications.site)
    for (const [path, content] of Object.entries(tenant.pages.files))
      write(join("site", path), Buffer.from(content, "base64"));

  const pod = new ExitPod(tools.kubectl(commune, context), namespaceOf(planned));
  const reached = tools.contextOf(commune, context);
  const bring = async (
    path: string,
    words: readonly string[],
    problemIn: (streamed: Streamed, file: string) => string | undefined,
  ) => {
    const file = join(part, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const streamed = await tools.stream(
      [...(reached === undefined ? [] : [`--context=${reached}`]), ...words],
      file,
    );
    const problem = problemIn(streamed, file);
    if (problem !== undefined)
      throw new TranslatedError({
        en: `${path} could not be brought: ${problem}\nWhat came is in ${part}: remove it, and run this again.`,
        fr: `${path} n’a pas pu être apporté : ${problem}\nCe qui est venu est dans ${part} : supprimez-le, et relancez.`,
      });
    console.log(`${path}, ${Math.ceil(streamed.bytes / 1024)} KiB`);
  };
  try {
    for (const brought of broughtOf(planned)) {
      await bring(brought.path, await wordsFor(brought, planned, pod), (streamed, file) =>
        problemOf(streamed, brought, file),
      );
    }
    for (const { service, path, container, command } of more) {
      const of = [`--namespace=${namespaceOf({ commune, service })}`, `deployment/${service}`];
      const words = [
        "exec",
        ...of,
        `--container=${container}`,
        "--",
        "bash",
        "-c",
        sending('"$@"'),
        "-",
        ...command,
      ];
      await bring(path, words, cutOf);
    }
  } finally {
    await pod.end();
  }

  const archive: Omit<Archive, "files" | "key"> = {
    form: 1,
    ...{ commune, communeDomain: declaration.domain, id, name: tenant.name, domain: planned.domain, at },
    ...(planned.suspendedSince !== undefined && { suspendedSince: planned.suspendedSince }),
    applications: Object.fromEntries(
      planned.applications.map((application) => [
        application.name,
        {
          ...{ host: application.host, title: titleOf(application), image: softwareOf(application) },
          ...(application.database && { database: application.database.name }),
          ...(isByLogin(application) && { byLogin: true }),
        },
      ]),
    ),
  };
  write(readmeFile, readmeText(archive, publicKeyOf(key), more));
  await seal(part, archive, key);
  renameSync(part, to);
  console.log(
    spoken({
      en: `${to}: all that ${id} has, signed by ${commune}. ${join(to, readmeFile)} says, in French, how to go on with it. It has accounts of people: hand it over by a way that only the association can open. Check it: npx commune tenant verify ${to}`,
      fr: `${to} : tout ce qu’a ${id}, signé par ${commune}. ${join(to, readmeFile)} dit, en français, comment continuer avec cela. Il y a des comptes de personnes : remettez-la par un moyen que seule l’association peut ouvrir. Vérifiez-la : npx commune tenant verify ${to}`,
    }),
  );
  return publicKeyOf(key);
}

/** `commune tenant export`: everything of an association, in plain formats. */
export function exportTenantCommand(tools: ExitTools): Command {
  return new Command("export")
    .description(
      "Write everything of an association into a folder: files, database and pages in plain formats, a page in French that says how to go on with them elsewhere, sums, and the commune's signature. Changes nothing. Works for an association that is suspended too.",
    )
    .argument("<commune>", "id of the commune")
    .argument("<id>", "id of the association")
    .requiredOption("--to <folder>", "where it is written; nothing may be there yet")
    .option("--context <name>", contextHelp)
    .action(async (commune: string, id: string, options: Options) => {
      await exportTenant(tools, commune, id, options);
    });
}
