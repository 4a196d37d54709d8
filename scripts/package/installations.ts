import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import yaml from "js-yaml";
import * as z from "zod";
import { loadCommune } from "../../components/commune/load.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { inCommune, tenantFileOf, tenantsFolder } from "../../components/foundation/declaration/stacks.ts";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import type { Manifest } from "../../components/foundation/manifest/manifest.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { suffixOf } from "../../components/platform/directory/configuration.ts";
import { directoryService } from "../../components/platform/directory/manifests.ts";
import { loginService } from "../../components/platform/login/manifests.ts";
import { loginHost } from "../../components/platform/login/plan.ts";
import { mariadbService } from "../../components/platform/mariadb/plan.ts";
import type { Access } from "../../components/tenants/applications/access.ts";
import type { ApplicationPlan } from "../../components/tenants/applications/application.ts";
import { applicationOf } from "../../components/tenants/applications/list.ts";
import { renderChart } from "../../components/tenants/chart/render.ts";
import { applicationManifests, releaseFor } from "../../components/tenants/tenant/manifests.ts";
import type { TenantPlan } from "../../components/tenants/tenant/plan.ts";
import type { AtLogin } from "./applications/adapter.ts";
import { knownValues } from "./before.ts";
import type { Subject } from "./bench.ts";
import { objectsWithSecrets } from "./objects.ts";
import { ldifOfCheck, type NameOfCheck, Person } from "./people.ts";
import { isUnknownName, type Place, text } from "./place.ts";

/** The commune that a check makes, and removes. */
const checkCommune = "package-check";
/** Namespaces of its associations, of their database server, and of the login. */
const ofAssociations = new RegExp(
  `^${checkCommune}-(t-|(${mariadbService}|${directoryService}|${loginService})$)`,
);
const communeDomain = `${checkCommune}.test`;
export const checkDomain = `assos-${checkCommune}.test`;

/** Declaration of an association of a check. */
export interface Declared {
  access: Access;
  /** Folder with the chart that it runs and the library. */
  charts: string;
  /** Whether it has moved to a domain of its own. */
  moved: boolean;
  /** Whether people log in to it by the commune's login. */
  hasLogin: boolean;
  /** Its first page, if it is a site of files; else undefined. */
  page: string | undefined;
}

/** Fields of a chart's Deployment that a check reads. */
const chartDeployment = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }),
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.array(
          z.object({
            name: z.string(),
            volumeMounts: z.array(z.object({ mountPath: z.string() })).optional(),
            resources: z.object({ limits: z.record(z.string(), z.string()) }),
          }),
        ),
      }),
    }),
  }),
});
type ChartDeployment = z.output<typeof chartDeployment>;
/** A container of an application's pod. */
export type ChartContainer = ChartDeployment["spec"]["template"]["spec"]["containers"][number];

/** An association and its application, as planned. */
export interface Planned {
  tenant: TenantPlan;
  application: ApplicationPlan;
}

/** The associations of a check on a cluster: the program's own objects, applied without its engine. */
export class Installations {
  private readonly stacks = mkdtempSync(join(tmpdir(), "package-check-"));
  private readonly seed = randomBytes(32).toString("base64");
  /** Password of everybody in the directory. */
  private readonly password = randomBytes(16).toString("hex");
  private readonly declared = new Map<Subject, Declared>();
  private plans = new Map<Subject, Planned>();
  private objects: readonly Manifest[] = [];

  constructor(
    readonly place: Place,
    private readonly chart: string,
  ) {}

  /** Removes what a check made on the cluster, an earlier one that was killed too, and waits until it is gone. */
  async clear(): Promise<void> {
    const selector = `commune.cloud/commune=${checkCommune}`;
    await this.place.succeed(["delete", "namespaces", "--selector", selector, "--timeout=180s"]);
  }

  /** Removes what a check made, on the cluster and here. */
  async remove(): Promise<void> {
    rmSync(this.stacks, { recursive: true, force: true });
    await this.clear();
  }

  declaredOf(subject: Subject): Declared | undefined {
    return this.declared.get(subject);
  }

  /** Applies an association with this declaration, together with the others, and waits until it answers. */
  async bring(subject: Subject, declared: Declared): Promise<void> {
    this.declared.set(subject, declared);
    await this.planAll(declared.hasLogin);
    const { tenant } = this.of(subject);
    const others = [mariadbService, directoryService, loginService].map((service) =>
      namespaceOf({ commune: checkCommune, service }),
    );
    const namespaces = [...others, namespaceOf(tenant)];
    // The other associations stay as they were while one of them is tried with the login.
    const isOf = ({ kind, metadata: { name, namespace } }: Manifest) =>
      namespaces.includes((kind === "Namespace" ? name : namespace) ?? "");
    await this.place.apply(declared.hasLogin ? this.objects.filter(isOf) : this.objects);
    await this.place.ready(this.objects.filter(isOf));
    await this.place.settled(namespaceOf(tenant));
    // Who is logged in is in the memory of one pod, and an older one may be asked until it has ended.
    if (declared.hasLogin)
      await this.place.settled(namespaceOf({ commune: checkCommune, service: loginService }));
    await this.answers(subject);
  }

  /** Waits until an application answers through the ingress controller. */
  async answers(subject: Subject): Promise<void> {
    const { tenant, application } = this.of(subject);
    await this.place.ready(
      this.objects.filter(
        ({ kind, metadata }) => kind === "Deployment" && metadata.namespace === namespaceOf(tenant),
      ),
    );
    let status = 0;
    const isThere = await this.place.until(async () => {
      const answer = await this.place.ask(application.host, "/");
      status = answer.status;
      // What the ingress controller says of pods that it does not reach.
      return !isUnknownName(answer) && ![502, 503, 504].includes(status);
    });
    if (!isThere) throw new Error(`https://${application.host}/ answers ${status}`);
  }

  /** The plan of an association and its application. */
  of(subject: Subject): Planned {
    const found = this.plans.get(subject);
    if (found === undefined) throw new Error(`${subject} is not installed`);
    return found;
  }

  /** The Deployment of its application, as its chart makes it. */
  deploymentOf(subject: Subject): ChartDeployment {
    const { application } = this.of(subject);
    const found = this.objects.find(
      ({ kind, metadata }) => kind === "Deployment" && metadata.name === application.release,
    );
    if (found === undefined) throw new Error(`the chart makes no Deployment ${application.release}`);
    return chartDeployment.parse(found);
  }

  /** The value of one of its secrets. */
  secretOf(subject: Subject, { secret, key }: { secret: string; key: string }): string {
    const namespace = namespaceOf(this.of(subject).tenant);
    for (const object of this.objects)
      if (
        object.kind === "Secret" &&
        object.metadata.name === secret &&
        object.metadata.namespace === namespace
      )
        return String(object.stringData?.[key] ?? "");
    throw new Error(`there is no Secret ${secret}`);
  }

  /** Takes an application and its data away; its namespace, its claims' names and its database's stay declared. */
  async empty(subject: Subject): Promise<void> {
    const { tenant, application } = this.of(subject);
    const claims = application.volumes.map(({ name }) => `persistentvolumeclaim/${name}`);
    await this.place.succeed([
      ...["delete", "-n", namespaceOf(tenant), "--ignore-not-found", "--timeout=120s"],
      ...[`deployment/${application.release}`, ...claims],
    ]);
    const { database } = application;
    if (database)
      await this.onServer(
        `${client} --execute "DROP DATABASE IF EXISTS ${database.name}; CREATE DATABASE ${database.name}"`,
      );
  }

  /** Runs a line of shell beside the shared database server, as its superuser; returns its output. */
  async onServer(line: string, input = ""): Promise<string> {
    const namespace = namespaceOf({ commune: checkCommune, service: mariadbService });
    const at = { namespace, workload: "statefulset/mariadb", container: "mariadb" };
    const script = `MYSQL_PWD=$(cat /run/secrets/mariadb/password) ${line}`;
    const { exitCode, stdout, stderr } = await this.place.exec(
      at,
      ["bash", "-c", script],
      Buffer.from(input),
    );
    if (exitCode !== 0) throw new Error(`the database server: ${text(stderr).trim()}`);
    return text(stdout);
  }

  /** Those who log in at the commune's login, and what each then sends to an application. */
  async loggedIn(subject: Subject): Promise<AtLogin> {
    const { host, gate } = this.of(subject).application;
    const directory = namespaceOf({ commune: checkCommune, service: directoryService });
    const at = { namespace: directory, workload: "statefulset/directory", container: "slapd" };
    const suffix = suffixOf({ domain: communeDomain });
    // Who is there already is no fault, and counts as one.
    await this.place.exec(at, ["ldapmodify", "-Q", "-c"], Buffer.from(ldifOfCheck(suffix, this.password)));
    const cookiesOf = async (user: NameOfCheck) => {
      const person = new Person(this.place, loginHost({ domain: communeDomain }), {
        ...{ user, password: this.password },
      });
      await person.open(`https://${host}${gate?.path ?? "/"}`);
      return person.cookiesAt(host);
    };
    return {
      administrator: await cookiesOf("gerante"),
      member: await cookiesOf("membre"),
      other: await cookiesOf("voisine"),
    };
  }

  private async planAll(hasLogin: boolean): Promise<void> {
    this.write(hasLogin);
    const loaded = loadCommune(this.stacks, checkCommune);
    if (!loaded.ok) throw loaded.error;
    const site = siteOf(siteSchema.parse({ data: "disposable" }));
    const plan = planCommune(loaded.declaration, site);
    this.plans = new Map(
      (plan.tenants ?? []).flatMap((tenant): [Subject, Planned][] => {
        const application = tenant.applications.find(({ name }) => name === this.chart);
        return application ? [[tenant.id as Subject, { tenant, application }]] : [];
      }),
    );
    const all = await objectsWithSecrets(checkCommune, plan, site, this.seed);
    // The rest is the commune's page about itself.
    const made = all.filter(({ kind, metadata: { name, namespace } }) =>
      ofAssociations.test((kind === "Namespace" ? name : namespace) ?? ""),
    );
    this.objects = [...this.plans].reduce(
      (objects: readonly Manifest[], [subject, planned]) => this.withChart(objects, subject, planned),
      made,
    );
  }

  /** The objects, with those of an application as its own chart makes them. */
  private withChart(
    objects: readonly Manifest[],
    subject: Subject,
    { tenant, application }: Planned,
  ): Manifest[] {
    const { charts = "" } = this.declared.get(subject) ?? {};
    const release = releaseFor(tenant, application);
    const values = knownValues(join(charts, this.chart), release.values);
    const own = applicationManifests(tenant, application, renderChart({ ...release, values }, charts));
    const program = applicationManifests(tenant, application, renderChart(release));
    const isOf = (list: readonly Manifest[], { kind, metadata }: Manifest) =>
      list.some(
        (each) =>
          each.kind === kind &&
          each.metadata.name === metadata.name &&
          each.metadata.namespace === metadata.namespace,
      );
    return [...objects.filter((object) => !isOf(program, object)), ...own];
  }

  private write(hasLogin: boolean): void {
    const inFolder = (...path: string[]) => inCommune(this.stacks, checkCommune, ...path);
    mkdirSync(inFolder(tenantsFolder), { recursive: true });
    const commune = {
      ...{ id: checkCommune, name: "Package check", insee: "69029", domain: communeDomain },
      ...{ population: 1000, contact: `controle@${checkCommune}.test` },
      ...(hasLogin && { directory: { storage: "1 GiB" }, identity: {} }),
      tenants: {
        domain: checkDomain,
        ...(applicationOf(this.chart).rows === "mariadb" && {
          mariadb: { memory: "256 MiB", storage: "1 GiB" },
        }),
      },
    };
    writeFileSync(inFolder("commune.yaml"), yaml.dump(commune));
    for (const [subject, { access, moved, page }] of this.declared) {
      const tenant = {
        ...{ id: subject, name: `Association ${subject}`, contact: `bureau@${subject}.test`, plan: "small" },
        ...(moved && { domain: `${subject}-ailleurs.test` }),
        applications: { [this.chart]: { access, ...(page !== undefined && { folder: subject }) } },
        expires: "2099-12-31",
      };
      writeFileSync(tenantFileOf(this.stacks, checkCommune, subject), yaml.dump(tenant));
      if (page === undefined) continue;
      mkdirSync(inFolder(tenantsFolder, subject), { recursive: true });
      writeFileSync(inFolder(tenantsFolder, subject, "index.html"), page);
    }
  }
}

/** The client of the database server, beside it. */
export const client = "mariadb --socket=/run/mysqld/mysqld.sock --user=root";
