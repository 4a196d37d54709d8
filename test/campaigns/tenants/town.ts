import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { memoryFor } from "../../../components/platform/mariadb/sizing.ts";
import { admissionManifests } from "../../../components/tenants/admission/manifests.ts";
import { type Cluster, openCluster } from "../../../local/cluster/index.ts";
import { runTasks } from "../../../local/listing.ts";
import { everyReference } from "../../../local/recipes.ts";
import { localTasks, madeHere } from "../../../local/tasks.ts";
import { Place, text } from "../../../scripts/package/place.ts";
import { Project } from "../../cluster/project.ts";

/** Images of a commune with nothing but associations, WordPress and DokuWiki each. */
const needed = /\/(mariadb|wordpress|dokuwiki|nginx-unprivileged|node|debian)[:.]/;

/** An association, by its number. */
export interface Association {
  id: string;
  namespace: string;
  /** Public names of its two applications. */
  wordpress: string;
  dokuwiki: string;
}

/** File of an association that is hosted with WordPress and DokuWiki. */
export const associationFile = ({ id }: Pick<Association, "id">) => `id: ${id}
name: Club ${id}
contact: bureau@${id}.test
plan: small
expires: 2099-12-31
applications: { wordpress: {}, dokuwiki: { access: public } }
`;

const tenantsDomain = (commune: string) => `assos-${commune}.test`;

/**
 * A commune with nothing but associations.
 *
 * @param mebibytes memory of the database server.
 */
export const townDeclaration = (commune: string, mebibytes: number) => `id: ${commune}
name: Many Town
insee: "69029"
domain: ${commune}.test
population: 4200
contact: numerique@${commune}.test
tenants: { domain: ${tenantsDomain(commune)}, maximum: 1000, mariadb: { memory: ${mebibytes} MiB, storage: 5 GiB } }
`;

/** A commune with nothing but associations, on a local cluster of its own. */
export class Town {
  private constructor(
    readonly commune: string,
    readonly cluster: Cluster,
    readonly project: Project,
    readonly place: Place,
  ) {}

  /**
   * Brings a cluster up that has the commune's name, with what it refuses of associations, and a stack without any.
   *
   * @param most how many associations there will be: the database server has room for them.
   */
  static async begin(commune: string, most: number): Promise<Town> {
    const cluster = openCluster(commune);
    const { signal } = new AbortController();
    const images = madeHere(everyReference.filter((name) => needed.test(name)));
    const domains = [`${commune}.test`, tenantsDomain(commune)];
    const options = { cluster, images, domains, signal };
    await runTasks(localTasks({ ...options, plugins: "local" }));
    const { environment, endpoints, caFile } = cluster;
    const project = new Project(environment);
    const place = new Place({ environment, https: endpoints?.https ?? "", caFile, patience: 300 });
    const town = new Town(commune, cluster, project, place);
    try {
      rmSync(join(project.folder, "stacks"), { recursive: true });
      project.declare(commune, townDeclaration(commune, Math.max(256, memoryFor(most))));
      await place.apply(admissionManifests());
      await project.createStack(commune);
      return town;
    } catch (error) {
      await town.end();
      throw error;
    }
  }

  /** The association of a number, from 0. */
  association(index: number): Association {
    const id = `club-${String(index).padStart(3, "0")}`;
    const site = `${id}.${tenantsDomain(this.commune)}`;
    return { id, namespace: `${this.commune}-t-${id}`, wordpress: site, dokuwiki: `wiki.${site}` };
  }

  /** Takes all of it away, its cluster too. */
  async end(): Promise<void> {
    await this.place.close();
    this.project.remove();
    await this.cluster.reset();
  }

  /** Writes the files of the first associations, and no others. */
  declare(count: number): void {
    const folder = join(this.project.folder, "stacks", this.commune, "tenants");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (let index = 0; index < count; index++) {
      const each = this.association(index);
      writeFileSync(join(folder, `${each.id}.yaml`), associationFile(each));
    }
  }

  /** Waits until every public name of the first associations answers with a page. */
  async answers(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const { wordpress, dokuwiki } = this.association(index);
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
