import { Command } from "commander";
import * as z from "zod";
import { loadCommune } from "../../components/commune/load.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { readMeasured, readMeasuredCommand } from "../../components/platform/mariadb/rows.ts";
import type { Engine } from "../../components/tenants/applications/application.ts";
import type { TenantPlan } from "../../components/tenants/tenant/plan.ts";
import { ownServersOf, type Usage, usageText } from "../../components/tenants/tenant/usage.ts";
import { contextHelp } from "../reach.ts";
import { mariadbWords } from "../recovery/mariadb.ts";
import type { ExitTools } from "./export.ts";
import { databaseSizes, postgresqlWords } from "./postgresql.ts";

type Cluster = ReturnType<ExitTools["kubectl"]>;

const placed = z.looseObject({
  items: z.array(z.looseObject({ spec: z.looseObject({ nodeName: z.string().optional() }) })),
});

/** Statistics of a kubelet about the pods on its node. Source: k8s.io/kubelet, pkg/apis/stats/v1alpha1. */
const summary = z.looseObject({
  pods: z.array(
    z.looseObject({
      podRef: z.looseObject({ namespace: z.string() }),
      cpu: z.looseObject({ usageNanoCores: z.number().optional() }).optional(),
      memory: z.looseObject({ workingSetBytes: z.number().optional() }).optional(),
    }),
  ),
});

/** Kubelets that have been asked already, by node. */
class Nodes {
  private readonly asked = new Map<string, Promise<z.output<typeof summary>>>();

  constructor(private readonly kubectl: Cluster) {}

  private of(node: string): Promise<z.output<typeof summary>> {
    const known =
      this.asked.get(node) ??
      this.kubectl
        .text(["get", "--raw", `/api/v1/nodes/${node}/proxy/stats/summary`])
        .then((text) => summary.parse(JSON.parse(text)));
    this.asked.set(node, known);
    return known;
  }

  async take(namespace: string): Promise<Pick<Usage, "memoryBytes" | "millicores">> {
    const { items } = placed.parse(await this.kubectl.json(["get", "pods", `--namespace=${namespace}`]));
    const nodes = new Set(items.flatMap(({ spec }) => spec.nodeName ?? []));
    const pods = (await Promise.all([...nodes].map((node) => this.of(node))))
      .flatMap((each) => each.pods)
      .filter(({ podRef }) => podRef.namespace === namespace);
    // A kubelet knows nothing yet of a pod that has just begun.
    const total = (of: (pod: (typeof pods)[number]) => number | undefined) => {
      const known = pods.flatMap((pod) => of(pod) ?? []);
      return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value);
    };
    const nanocores = total(({ cpu }) => cpu?.usageNanoCores);
    return {
      memoryBytes: total(({ memory }) => memory?.workingSetBytes),
      millicores: nanocores === undefined ? undefined : Math.round(nanocores / 1e6),
    };
  }
}

/** Bytes that each application has on its volume, by name; undefined while the association is suspended. */
async function filesOf(kubectl: Cluster, tenant: TenantPlan): Promise<Usage["files"]> {
  const measured = tenant.applications.map(async ({ name, release, exit: { files } }) => {
    if (files === undefined) return [];
    if (tenant.suspendedSince !== undefined) return [[name, undefined] as const];
    const words = [
      "exec",
      `--namespace=${namespaceOf(tenant)}`,
      `deployment/${release}`,
      `--container=${name}`,
    ];
    const said = await kubectl.text([...words, "--", "du", "-sk", files.folder]);
    return [[name, Number(said.split("\t")[0]) * 1024] as const];
  });
  return Object.fromEntries((await Promise.all(measured)).flat());
}

async function databasesOf(kubectl: Cluster, tenant: TenantPlan): Promise<Usage["databases"]> {
  const { commune, databaseServer, postgresql } = tenant;
  const named = (engine: Engine) =>
    tenant.applications.flatMap(({ database }) => (database?.engine === engine ? [database.name] : []));
  const bytes = async (names: readonly string[], words: string[]) => {
    const lines = (await kubectl.text(words)).split("\n").map((line) => line.split("\t"));
    const sizes = new Map(lines.map(([name = "", size = ""]) => [name, size]));
    return names.map((name): [string, number] => [name, Number(sizes.get(name) ?? 0)]);
  };
  const [onMariadb, onPostgresql] = [named("mariadb"), named("postgresql")];
  const ask = `mariadb --socket=/run/mysqld/mysqld.sock --user=root --skip-column-names --execute "SELECT table_schema, SUM(data_length + index_length) FROM information_schema.tables GROUP BY table_schema"`;
  return Object.fromEntries([
    ...(onMariadb.length > 0
      ? await bytes(onMariadb, mariadbWords({ commune, server: databaseServer }, ask))
      : []),
    ...(postgresql ? await bytes(onPostgresql, postgresqlWords(postgresql, databaseSizes)) : []),
  ]);
}

/** Size of its rows on MariaDB, and their share, as the server's pod measured them last. */
async function rowsOf(kubectl: Cluster, tenant: TenantPlan): Promise<Pick<Usage, "rows">> {
  const { commune, id, databaseServer, applications } = tenant;
  if (applications.every(({ database }) => database?.engine !== "mariadb")) return {};
  const read = mariadbWords({ commune, server: databaseServer }, readMeasuredCommand);
  const rows = readMeasured(await kubectl.text(read)).find(({ owner }) => owner === id);
  return rows ? { rows } : {};
}

async function serverOf(nodes: Nodes, tenant: TenantPlan): Promise<Pick<Usage, "serverBytes">> {
  const { commune } = tenant;
  const own = ownServersOf(tenant);
  if (own.length === 0) return {};
  const taken = await Promise.all(
    own.map(({ server }) => nodes.take(namespaceOf({ commune, service: server }))),
  );
  const known = taken.flatMap(({ memoryBytes }) => memoryBytes ?? []);
  return known.length < own.length ? {} : { serverBytes: known.reduce((sum, bytes) => sum + bytes) };
}

/** `commune tenant usage`: what associations take of what their plans give them. */
export function usageCommand(tools: ExitTools): Command {
  return new Command("usage")
    .description(
      "Say what an association takes now of what its plan gives it: memory, processors, files, database. A table in French that can be sent to it. Asks the cluster, its kubelets among it, and changes nothing.",
    )
    .argument("<commune>", "id of the commune")
    .argument("[id]", "id of the association; all that run or are suspended when absent")
    .option("--json", "print bytes and thousandths of a core as JSON")
    .option("--context <name>", contextHelp)
    .action(async (commune: string, id: string | undefined, options: { json?: true; context?: string }) => {
      const loaded = loadCommune(tools.stacks, commune);
      if (!loaded.ok) throw loaded.error;
      const { declaration } = loaded;
      const { tenants = [] } = planCommune(declaration, siteOf(siteSchema.parse({})));
      const asked = tenants.filter((tenant) => id === undefined || tenant.id === id);
      if (asked.length === 0)
        throw new TranslatedError({
          en: `${commune} has no association ${id ?? ""} that runs. There are: ${tenants.map((each) => each.id).join(", ") || "none"}.`,
          fr: `${commune} n’a pas d’association ${id ?? ""} qui tourne. Il y a : ${tenants.map((each) => each.id).join(", ") || "aucune"}.`,
        });
      const kubectl = tools.kubectl(commune, options.context);
      const nodes = new Nodes(kubectl);
      const today = tools.now().toISOString().slice(0, 10);
      const found: Record<string, Usage> = {};
      for (const tenant of asked) {
        const usage: Usage = {
          ...(await nodes.take(namespaceOf(tenant))),
          files: await filesOf(kubectl, tenant),
          databases: await databasesOf(kubectl, tenant),
          ...(await rowsOf(kubectl, tenant)),
          ...(await serverOf(nodes, tenant)),
        };
        found[tenant.id] = usage;
        const own = declaration.associations[tenant.id];
        if (!options.json && own) console.log(usageText(own, tenant, usage, today));
      }
      if (options.json) console.log(JSON.stringify({ usage: found }, undefined, 2));
    });
}
