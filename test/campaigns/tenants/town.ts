import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { memoryFor } from "../../../components/platform/mariadb/sizing.ts";
import { admissionManifests } from "../../../components/tenants/admission/manifests.ts";
import { type Cluster, openCluster } from "../../../local/cluster/index.ts";
import { recipes } from "../../../local/images/recipes.ts";
import { runTasks } from "../../../local/listing.ts";
import { localTasks, madeHere } from "../../../local/tasks.ts";
import { Place, text } from "../../../scripts/package/place.ts";
import { Project } from "../../cluster/project.ts";

/** What a commune with nothing but associations runs, WordPress and DokuWiki each. */
const needed = /\/(mariadb|wordpress|dokuwiki|nginx-unprivileged|node|debian)[:.]/;

/** The commune of the campaigns, and the domain of its associations. */
export const commune = "many-town";
const domain = `${commune}.test`;
const tenantsDomain = `assos-${domain}`;

/** An association, by its number. */
export interface Association {
  id: string;
  namespace: string;
  /** Public names of its two applications. */
  wordpress: string;
  dokuwiki: string;
}

/** The association of a number, from 0. */
export function association(index: number): Association {
  const id = `club-${String(index).padStart(3, "0")}`;
  const site = `${id}.${tenantsDomain}`;
  return { id, namespace: `${commune}-t-${id}`, wordpress: site, dokuwiki: `wiki.${site}` };
}

const file = ({ id }: Association) => `id: ${id}
name: Club ${id}
contact: bureau@${id}.test
plan: small
expires: 2099-12-31
applications: { wordpress: {}, dokuwiki: { access: public } }
`;

/** @param mebibytes memory of the database server. */
const declaration = (mebibytes: number) => `id: ${commune}
name: Many Town
insee: "69029"
domain: ${domain}
population: 4200
contact: numerique@${domain}
tenants: { domain: ${tenantsDomain}, maximum: 1000, mariadb: { memory: ${mebibytes} MiB, storage: 5 GiB } }
`;

/** A commune with nothing but associations, on a local cluster of its own. */
export class Town {
  /** Public name of the commune's own page. */
  readonly host = domain;

  private constructor(
    readonly cluster: Cluster,
    readonly project: Project,
    readonly place: Place,
  ) {}

  /**
   * Brings the cluster up, with what it refuses of associations, and a stack without any.
   *
   * @param most how many associations there will be: the database server has room for them.
   */
  static async begin(name: string, most: number): Promise<Town> {
    const cluster = openCluster(name);
    const { signal } = new AbortController();
    const chosen = recipes.filter(({ names }) => names.some((each) => needed.test(each)));
    const options = { cluster, images: madeHere, recipes: chosen, domains: [domain, tenantsDomain], signal };
    await runTasks(localTasks({ ...options, plugins: "local" }));
    const { environment, endpoints, caFile } = cluster;
    const project = new Project(environment);
    rmSync(join(project.folder, "stacks"), { recursive: true });
    project.declare(commune, declaration(Math.max(256, memoryFor(most))));
    const place = new Place({ environment, https: endpoints?.https ?? "", caFile, patience: 300 });
    const town = new Town(cluster, project, place);
    await place.apply(admissionManifests());
    await project.createStack(commune);
    return town;
  }

  /** Takes all of it away, its cluster too. */
  async end(): Promise<void> {
    await this.place.close();
    this.project.remove();
    await this.cluster.reset();
  }

  /** Writes the files of the first associations, and no others. */
  declare(count: number): void {
    const folder = join(this.project.folder, "stacks", commune, "tenants");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (let index = 0; index < count; index++) {
      const each = association(index);
      writeFileSync(join(folder, `${each.id}.yaml`), file(each));
    }
  }

  /** Waits until every public name of the first associations answers with a page. */
  async answers(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const { wordpress, dokuwiki } = association(index);
      for (const [host, path] of [
        [wordpress, "/"],
        [dokuwiki, "/health.php"],
      ] as const) {
        let status = 0;
        const isThere = await this.place.until(async () => {
          ({ status } = await this.place.ask(host, path));
          return status === 200;
        });
        if (!isThere) throw new Error(`https://${host}${path} answers ${status}`);
      }
    }
  }

  async kubectl(...words: readonly string[]): Promise<string> {
    return text(await this.place.succeed(words));
  }
}
