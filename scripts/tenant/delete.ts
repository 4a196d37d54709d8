import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import * as z from "zod";
import type { CommuneDeclaration } from "../../components/commune/declaration.ts";
import { loadCommune } from "../../components/commune/load.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { shownFile } from "../../components/foundation/declaration/problem.ts";
import { inCommune, tenantFileOf } from "../../components/foundation/declaration/stacks.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { associationDatabase } from "../../components/platform/database/plan.ts";
import { dedicatedMariadb } from "../../components/platform/mariadb/plan.ts";
import { readmeFile, sumsFile } from "../../components/tenants/exit/archive.ts";
import {
  type Departure,
  departuresFile,
  type Held,
  proofText,
  readDepartures,
} from "../../components/tenants/exit/departure.ts";
import { tenantService } from "../../components/tenants/tenant/declaration.ts";
import { withRetirement } from "../../components/tenants/tenant/file.ts";
import { writeWhole } from "../../local/cluster/files.ts";
import { spoken } from "../language.ts";
import { contextHelp } from "../reach.ts";
import { forgotten, lastingCopies, leftOf } from "./departed.ts";
import { type ExitTools, seal, signingKey } from "./export.ts";
import { editFile } from "./file.ts";
import { hostedBy } from "./suspend.ts";
import { verified } from "./verify.ts";

interface Options {
  archive?: string;
  withoutArchive?: string;
  proof?: string;
  context?: string;
}

const listed = z.looseObject({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string(), uid: z.string() }),
      spec: z.looseObject({ volumeName: z.string().optional() }),
    }),
  ),
});
const object = z.looseObject({ metadata: z.looseObject({ name: z.string(), uid: z.string() }) });

/** Objects of an association in the cluster now: names and uids, by which their absence is verified later. */
async function heldBy(tools: ExitTools, commune: string, id: string, options: Options): Promise<Held> {
  const { declaration } = hostedBy(tools.stacks, commune, id);
  const plan = planCommune(declaration, siteOf(siteSchema.parse({})));
  const planned = [...(plan.tenants ?? []), ...(plan.retired.tenants ?? [])].find((each) => each.id === id);
  const kubectl = tools.kubectl(commune, options.context);
  const namespaceHeld = async (service: string) => {
    const name = namespaceOf({ commune, service });
    const { metadata } = object.parse(await kubectl.json(["get", "namespace", name]));
    const claims = listed.parse(await kubectl.json(["get", "persistentvolumeclaims", `--namespace=${name}`]));
    return { namespace: { name, uid: metadata.uid }, claims: claims.items };
  };
  const own = await namespaceHeld(tenantService(id));
  const server = planned?.dedicatedDatabase && (await namespaceHeld(planned.dedicatedDatabase.server));
  const postgresql = planned?.postgresql && (await namespaceHeld(planned.postgresql.server));
  const claims = [own, server, postgresql].flatMap((held) => held?.claims ?? []);
  return {
    namespace: own.namespace,
    ...(server && { server: server.namespace }),
    ...(postgresql && { postgresql: postgresql.namespace }),
    volumes: claims.map(({ metadata, spec }) => ({
      ...{ claim: metadata.name, volume: spec.volumeName ?? "", uid: metadata.uid },
    })),
    databases: (planned?.applications ?? []).flatMap(({ database }) => database?.name ?? []),
  };
}

/** The archive that it took along, as the proof will name it; refuses to go on without one, or without a reason. */
async function archiveOf(
  tools: ExitTools,
  commune: string,
  id: string,
  options: Options,
): Promise<Departure["archive"]> {
  const { archive: folder, withoutArchive: none, context } = options;
  if (none !== undefined) return { none };
  if (folder === undefined)
    throw new TranslatedError({
      en: `${id} has taken nothing along. Make its archive (npx commune tenant export ${commune} ${id} --to <folder>), hand it over, and name it: --archive <folder>; or --without-archive "<why, in French>". Nothing was changed.`,
      fr: `${id} n’a rien emporté. Faites son archive (npx commune tenant export ${commune} ${id} --to <dossier>), remettez-la, et nommez-la : --archive <dossier> ; ou --without-archive "<pourquoi, en français>". Rien n’a été changé.`,
    });
  const { declaration } = hostedBy(tools.stacks, commune, id);
  const plan = planCommune(declaration, siteOf(siteSchema.parse({})));
  const key = await signingKey(tools, commune, plan.secretVersions, context);
  const archive = await verified(folder, publicKeyOf(key));
  if (archive.commune !== commune || archive.id !== id)
    throw new TranslatedError({
      en: `${folder} is the archive of ${archive.id} of ${archive.commune}. Nothing was changed.`,
      fr: `${folder} est l’archive de ${archive.id} de ${archive.commune}. Rien n’a été changé.`,
    });
  return {
    sums: createHash("sha256")
      .update(readFileSync(join(folder, sumsFile)))
      .digest("hex"),
  };
}

/** The associations that left a commune. */
export function departuresOf(stacks: string, commune: string): Departure[] {
  const path = inCommune(stacks, commune, departuresFile);
  return existsSync(path) ? readDepartures(readFileSync(path, "utf8"), shownFile(path)) : [];
}

const next = (commune: string, id: string) =>
  spoken({
    en: `Read it, commit it, then: npx commune report ${commune}, and pulumi up. After that: npx commune tenant delete ${commune} ${id}`,
    fr: `Relisez, enregistrez, puis : npx commune report ${commune}, et pulumi up. Après cela : npx commune tenant delete ${commune} ${id}`,
  });

/** Whether a password or key is of an association, or of a database server that is its own. */
function isSecretOf(id: string, name: string): boolean {
  return [tenantService(id), dedicatedMariadb(id), associationDatabase(id)].includes(
    name.split("/")[0] ?? "",
  );
}

/** Does the next of the steps that a deletion takes, each applied before the one after it. */
async function step(tools: ExitTools, commune: string, id: string, options: Options): Promise<string> {
  const { stacks, now } = tools;
  const loaded = loadCommune(stacks, commune);
  if (!loaded.ok) throw loaded.error;
  const tenant = loaded.declaration.associations[id];
  const departure = departuresOf(stacks, commune).findLast((each) => each.id === id);
  if (tenant === undefined) {
    if (departure !== undefined) return prove(tools, departure, loaded.declaration, options);
    throw new TranslatedError({
      en: `${commune} hosts no association ${id}, and none of that id has left.`,
      fr: `${commune} n’héberge pas d’association ${id}, et aucune de cet identifiant n’est partie.`,
    });
  }
  if (tenant.retired?.data === "released") {
    if (departure === undefined)
      throw new TranslatedError({
        en: `${id} was released by hand, and nothing is known of what it had. Take its file out by hand.`,
        fr: `les données de ${id} ont été abandonnées à la main, et l’on ne sait rien de ce qu’elle avait. Retirez son fichier à la main.`,
      });
    const path = tenantFileOf(stacks, commune, id);
    rmSync(path);
    const secrets = Object.keys(loaded.declaration.secrets).filter((name) => isSecretOf(id, name));
    const alsoOut =
      secrets.length > 0
        ? spoken({
            en: ` Take out of secrets: in commune.yaml what was its: ${secrets.join(", ")}.`,
            fr: ` Retirez de secrets: dans commune.yaml ce qui était à elle : ${secrets.join(", ")}.`,
          })
        : "";
    return spoken({
      en: `${shownFile(path)}: removed, last of three steps. Applied, its volumes are deleted.${alsoOut} ${next(commune, id)} --proof <folder>`,
      fr: `${shownFile(path)} : retirée, dernière de trois étapes. Une fois appliqué, ses disques sont supprimés.${alsoOut} ${next(commune, id)} --proof <dossier>`,
    });
  }
  const since = now().toISOString().slice(0, 10);
  if (tenant.retired && departure?.at === tenant.retired.since) {
    const { since: retired } = tenant.retired;
    const file = editFile(
      stacks,
      commune,
      id,
      (text) => withRetirement(text, { since: retired, data: "released" }),
      (after) => after.retired?.data === "released",
    );
    return spoken({
      en: `${file}: released, second of three steps. Applied, its rows are removed for good. ${next(commune, id)}`,
      fr: `${file} : données abandonnées, deuxième de trois étapes. Une fois appliqué, ses lignes sont supprimées pour de bon. ${next(commune, id)}`,
    });
  }
  const line: Departure = {
    ...{ id, name: tenant.name, at: tenant.retired?.since ?? since },
    archive: await archiveOf(tools, commune, id, options),
    held: await heldBy(tools, commune, id, options),
  };
  const file = editFile(
    stacks,
    commune,
    id,
    (text) => withRetirement(text, { since: line.at }),
    (after) => after.retired?.since === line.at,
  );
  appendFileSync(inCommune(stacks, commune, departuresFile), `${JSON.stringify(line)}\n`);
  return spoken({
    en: `${file}: retired, first of three steps, and ${departuresFile} says what it has. Applied, it serves no more, and everything stays. ${next(commune, id)}`,
    fr: `${file} : arrêtée, première de trois étapes, et ${departuresFile} dit ce qu’elle a. Une fois appliqué, elle ne sert plus, et tout reste. ${next(commune, id)}`,
  });
}

async function prove(
  tools: ExitTools,
  departure: Departure,
  declaration: CommuneDeclaration,
  { proof, ...options }: Options,
): Promise<string> {
  const { id: commune, name, domain } = declaration;
  if (proof === undefined || existsSync(proof))
    throw new TranslatedError({
      en: `${departure.id} is out of the declaration. Name a folder that is not there yet, where the proof is written: --proof <folder>. Nothing was changed.`,
      fr: `${departure.id} n’est plus dans la déclaration. Nommez un dossier qui n’existe pas encore, où la preuve est écrite : --proof <dossier>. Rien n’a été changé.`,
    });
  const left = await leftOf(tools, commune, departure, options);
  if (left.length > 0)
    throw new TranslatedError({
      en: `of ${departure.id} there is still: ${left.join(", ")}. Apply the declaration (pulumi up), wait until they are gone, and run this again. No proof was written.`,
      fr: `de ${departure.id} il y a encore : ${left.join(", ")}. Appliquez la déclaration (pulumi up), attendez qu’ils aient disparu, et relancez. Aucune preuve n’a été écrite.`,
    });
  const plan = planCommune(declaration, siteOf(siteSchema.parse({})));
  const of = { commune, id: departure.id, domain: declaration.tenants?.domain };
  const also = await forgotten(tools, plan, of, options);
  const key = await signingKey(tools, commune, plan.secretVersions, options.context);
  const at = tools.now().toISOString();
  const asked = { commune, id: departure.id, at: departure.at, shared: also.repositories };
  const copies = await lastingCopies(tools, asked, options.context);
  const part = `${proof}.partial-${process.pid}`;
  writeWhole(
    join(part, readmeFile),
    proofText(departure, name, at, {
      copies,
      also: also.what,
      hasDirectory: declaration.directory !== undefined,
    }),
  );
  writeWhole(
    join(part, "preuve.json"),
    `${JSON.stringify({ ...departure, erased: at, copies }, undefined, 2)}\n`,
  );
  const said = {
    form: 1,
    commune,
    communeDomain: domain,
    id: departure.id,
    name: departure.name,
    at,
  } as const;
  await seal(part, { ...said, domain: "", applications: {} }, key);
  renameSync(part, proof);
  return spoken({
    en: `${proof}: the proof, signed by ${commune}. Hand it over. Its id stays reserved for a year (${departuresFile}).`,
    fr: `${proof} : la preuve, signée par ${commune}. Remettez-la. Son identifiant reste réservé un an (${departuresFile}).`,
  });
}

/** `commune tenant delete`: erases an association in steps that are each applied, and proves it. */
export function deleteCommand(tools: ExitTools): Command {
  return new Command("delete")
    .description(
      "Do the next step of erasing an association, to be applied before the one after it: retire it, release its data, take its file out; then, when nothing of it is left in the cluster, write a proof that the commune signs. Refuses to begin without the archive that it took along.",
    )
    .argument("<commune>", "id of the commune")
    .argument("<id>", "id of the association")
    .option("--archive <folder>", "what it took along: npx commune tenant export")
    .option("--without-archive <reason>", "it takes nothing along: why, in French; it stands in the proof")
    .option("--proof <folder>", "where the proof is written, at the end; nothing may be there yet")
    .option("--context <name>", contextHelp)
    .action(async (commune: string, id: string, options: Options) => {
      console.log(await step(tools, commune, id, options));
    });
}
