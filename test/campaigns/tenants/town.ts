import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { memoryFor } from "../../../components/platform/mariadb/sizing.ts";
import { admissionManifests } from "../../../components/tenants/admission/manifests.ts";
import { contentsOf } from "../../../scripts/package/contents.ts";
import { Place, text } from "../../../scripts/package/place.ts";
import { type Changes, Project } from "../../cluster/project.ts";
import { sharedCluster } from "../../cluster/shared.ts";
import { type Memory, memoryOf } from "./memory.ts";

/** The commune of the campaign. */
export const commune = "many-town";

/** Id of an association, by its number. */
export const idOf = (index: number) => `club-${String(index).padStart(3, "0")}`;

/** Namespace of an association, by its number. */
export const namespaceOf = (index: number) => `${commune}-t-${idOf(index)}`;

const file = (index: number) => `id: ${idOf(index)}
name: Club ${index}
contact: bureau@${idOf(index)}.test
plan: small
expires: 2099-12-31
applications: { wordpress: {}, dokuwiki: { access: public } }
`;

/** @param mebibytes memory of the database server. */
const declaration = (mebibytes: number) => `id: ${commune}
name: Many Town
insee: "69029"
domain: ${commune}.test
population: 4200
contact: a@${commune}.test
tenants: { domain: assos-${commune}.test, maximum: 1000, mariadb: { memory: ${mebibytes} MiB, storage: 5 GiB } }
`;

/** Runs something; gives what it gave, and the seconds that it took. */
export async function timed<Result>(run: () => Promise<Result>): Promise<[Result, number]> {
  const began = performance.now();
  const result = await run();
  return [result, Math.round((performance.now() - began) / 100) / 10];
}

interface Pod {
  metadata: { namespace: string; name: string; uid: string; ownerReferences?: { kind: string }[] };
  status: { containerStatuses?: { restartCount: number }[] };
}

/** A commune with nothing but associations, WordPress and DokuWiki each, on the cluster of the tests. */
export class Town {
  readonly place: Place;
  private readonly project: Project;
  private readonly tenants: string;

  /** @param most how many associations there will be: the database server has room for them. */
  constructor(most: number) {
    const { environment, endpoints, caFile } = sharedCluster();
    this.project = new Project(environment);
    this.project.declare(commune, declaration(Math.max(256, memoryFor(most))));
    this.tenants = join(this.project.folder, "stacks", commune, "tenants");
    this.place = new Place({ environment, https: endpoints?.https ?? "", caFile, patience: 300 });
  }

  /** What a cluster refuses of associations is told to it. */
  async open(): Promise<void> {
    await this.place.apply(admissionManifests());
    await this.project.createStack(commune);
  }

  /** Takes all of it down. */
  async close(): Promise<void> {
    await this.place.close();
    await this.project.end(commune);
  }

  /** Previews the first associations: seconds, and how many objects it would make. */
  async preview(upTo: number): Promise<{ seconds: number; objects: number }> {
    this.write(upTo);
    const [output, seconds] = await timed(() => this.project.succeed("preview", "-s", commune));
    return { seconds, objects: Number(/\+ (\d+) to create/.exec(output)?.[1]) };
  }

  /** Applies the first associations. */
  async up(upTo: number): Promise<{ changes: Changes; seconds: number }> {
    this.write(upTo);
    const [changes, seconds] = await timed(() => this.project.up(commune));
    return { changes, seconds };
  }

  /** What the associations take, once it has not changed for a while. */
  memory(): Promise<Memory> {
    return memoryOf(this.place, commune);
  }

  /** What there is of the first associations: their objects, and their pods with how often they were started. */
  async untouched(upTo: number): Promise<string> {
    const contents = await Promise.all(
      Array.from({ length: upTo }, (_, index) => contentsOf(this.place, namespaceOf(index))),
    );
    const words = [
      "get",
      "pods",
      "--all-namespaces",
      "-l",
      `commune.cloud/commune=${commune}`,
      "--output=json",
    ];
    const { items } = JSON.parse(text(await this.place.succeed(words))) as { items: Pod[] };
    const first = new Set([
      `${commune}-mariadb`,
      ...Array.from({ length: upTo }, (_, index) => namespaceOf(index)),
    ]);
    const pods = items
      // Those of timed jobs come and go.
      .filter(
        ({ metadata }) => first.has(metadata.namespace) && metadata.ownerReferences?.[0]?.kind !== "Job",
      )
      .map(({ metadata: { namespace, name, uid }, status }) => {
        const restarts = (status.containerStatuses ?? []).map(({ restartCount }) => restartCount);
        return [namespace, name, uid, restarts];
      });
    return JSON.stringify([contents, pods]);
  }

  /** The files of the first associations, and no others. */
  private write(upTo: number): void {
    rmSync(this.tenants, { recursive: true, force: true });
    mkdirSync(this.tenants);
    for (let index = 0; index < upTo; index++)
      writeFileSync(join(this.tenants, `${idOf(index)}.yaml`), file(index));
  }
}
