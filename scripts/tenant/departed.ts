import * as z from "zod";
import type { CommunePlan } from "../../components/commune/planned.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { mariadbService } from "../../components/platform/mariadb/plan.ts";
import { readRepository } from "../../components/recovery/vault/names.ts";
import { endedName } from "../../components/recovery/vault/retention.ts";
import { plannedServices } from "../../components/services/index.ts";
import type { Departure, LastingCopy } from "../../components/tenants/exit/departure.ts";
import { tenantService } from "../../components/tenants/tenant/declaration.ts";
import { mariadbWords } from "../recovery/mariadb.ts";
import type { ExitTools } from "./export.ts";

interface Options {
  context?: string;
}

const object = z.looseObject({ metadata: z.looseObject({ name: z.string(), uid: z.string() }) });

/** Objects of an association that are still there; the cluster itself is asked. */
export async function leftOf(
  tools: ExitTools,
  commune: string,
  { held }: Departure,
  options: Options,
): Promise<string[]> {
  const kubectl = tools.kubectl(commune, options.context);
  const names = async (kind: string) =>
    z
      .looseObject({ items: z.array(object) })
      .parse(await kubectl.json(["get", kind]))
      .items.map(({ metadata }) => metadata);
  const namespaces = await names("namespaces");
  const volumes = await names("persistentvolumes");
  const own = [held.namespace.uid, held.server?.uid, held.postgresql?.uid];
  const left = [
    ...namespaces.filter(({ uid }) => own.includes(uid)).map(({ name }) => `namespace ${name}`),
    ...volumes
      .filter(({ name }) => held.volumes.some(({ volume }) => volume === name))
      .map(({ name }) => `volume ${name}`),
  ];
  // What was on a server of its own goes with it.
  if (held.databases.length === 0 || held.server !== undefined) return left;
  const server = namespaceOf({ commune, service: mariadbService });
  // The server itself may have gone, with all that was on it.
  if (!namespaces.some(({ name }) => name === server)) return left;
  const ask = `mariadb --socket=/run/mysqld/mysqld.sock --user=root --skip-column-names --execute "SELECT schema_name FROM information_schema.schemata UNION SELECT user FROM mysql.user"`;
  const words = mariadbWords({ commune, server: mariadbService }, ask);
  const there = (await kubectl.text(words)).split("\n");
  return [
    ...left,
    // Rows that were being brought stand beside its own, under its name and more.
    ...there
      .filter((each) => held.databases.some((own) => each === own || each.startsWith(`${own}_`)))
      .map((each) => `database or user ${each}`),
  ];
}

/**
 * Makes the commune's services forget an association: what they keep of it is in none of its namespaces. Throws if
 * one is retired and keeps its data. Returns what is gone, in French.
 */
export async function forgotten(
  tools: ExitTools,
  plan: CommunePlan,
  { commune, id, domain }: { commune: string; id: string; domain: string | undefined },
  { context }: Options,
): Promise<Forgotten> {
  const [asleep] = plannedServices(plan.retired).filter(({ forgets }) => forgets !== undefined);
  if (asleep !== undefined)
    throw new TranslatedError({
      en: `${asleep.title} is retired in ${commune}, and may keep something of ${id}. Let it run, or release it and take it out (docs/retirement.md), and run this again. No proof was written.`,
      fr: `${asleep.title} est arrêté dans ${commune}, et garde peut-être quelque chose de ${id}. Faites-le tourner, ou renoncez à ses données et retirez-le (docs/retirement.md), et relancez. Aucune preuve n’a été écrite.`,
    });
  const gone: Forgotten = { what: [], repositories: [] };
  for (const { service, forgets, dedicatedDatabase } of plannedServices(plan)) {
    if (forgets === undefined || domain === undefined) continue;
    const pod = [
      `--namespace=${namespaceOf({ commune, service })}`,
      `deployment/${forgets.deployment ?? service}`,
    ];
    const words = ["exec", ...pod, `--container=${forgets.container}`, "--", ...forgets.command(id, domain)];
    await tools.kubectl(commune, context).text(words);
    gone.what.push(forgets.what);
    const shared = plan.database && "ours" in plan.database ? plan.database.ours : undefined;
    gone.repositories.push(service, ...[(dedicatedDatabase ?? shared)?.server ?? []].flat());
  }
  return gone;
}

/** Data that services of the commune have forgotten. */
interface Forgotten {
  /** Names of what is gone, in French. */
  what: string[];
  /** Services whose copies at vaults still have it, among the data of the commune and of others. */
  repositories: string[];
}

/**
 * Copies of an association that vaults still have. Each one of its own is marked as one that nothing follows:
 * otherwise a host keeps the last one for ever. Throws if a vault cannot be asked.
 *
 * @param shared services and servers whose copies have some of its data among those of others.
 */
export async function lastingCopies(
  tools: ExitTools,
  { commune, id, at, shared }: { commune: string; id: string; at: string; shared: readonly string[] },
  context: string | undefined,
): Promise<LastingCopy[]> {
  // An application's name has no hyphen: "t-a-b-wordpress" is no application of "a".
  const own = new RegExp(`^${tenantService(id)}-[a-z]+/`);
  const copies: LastingCopy[] = [];
  for (const vault of await tools.vaults(commune, context)) {
    const { generations } = await vault.status();
    for (const { name, until } of generations) {
      const repository = readRepository(name);
      if (repository === undefined || until === undefined) continue;
      const isOwn = own.test(name);
      if (!isOwn && !shared.includes(repository.service)) continue;
      if (isOwn) await vault.put(`once/${endedName(repository)}`, Buffer.from(`${at.slice(0, 10)}\n`));
      copies.push({ host: vault.host, repository: name, until, ...(!isOwn && { isShared: true }) });
    }
  }
  return copies;
}
