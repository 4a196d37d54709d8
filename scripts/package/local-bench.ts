import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { admissionManifests } from "../../components/tenants/admission/manifests.ts";
import { type Access, accesses } from "../../components/tenants/applications/access.ts";
import type { ApplicationAccount } from "../../components/tenants/applications/application.ts";
import { applicationOf } from "../../components/tenants/applications/list.ts";
import { chartsFolder } from "../../components/tenants/chart/render.ts";
import { statements } from "../../components/tenants/isolation/attempts.ts";
import type { Adapter, Reached } from "./applications/adapter.ts";
import { adapters } from "./applications/index.ts";
import { attemptsWithin } from "./attempts.ts";
import type { Before } from "./before.ts";
import type { Attempt, Bench, Copy, Strain, Subject, Visit } from "./bench.ts";
import { contentsOf } from "./contents.ts";
import { checkDomain, client, Installations } from "./installations.ts";
import { isUnknownName, type Place, text } from "./place.ts";
import { strainOf } from "./strain.ts";

/** Subject of a check. */
export interface Checked {
  chart: string;
  /** Folder with the charts; the toolkit's own when absent. */
  charts?: string | undefined;
  before?: Before | undefined;
}

/** A check on the local cluster. */
export class LocalBench implements Bench {
  private readonly adapter: Adapter;
  private readonly reachedAs = new Map<Subject, Reached>();

  constructor(
    private readonly place: Place,
    private readonly checked: Checked,
    private readonly installed = new Installations(place, checked.chart),
  ) {
    const { [checked.chart]: adapter } = adapters;
    if (adapter === undefined)
      throw new Error(
        `Nobody has written yet how ${checked.chart} is asked. Write scripts/package/applications/${checked.chart}.ts as those beside it, and its line in index.ts there (docs/charts.md).`,
      );
    this.adapter = adapter;
  }

  /**
   * Returns a bench of these associations with the charts of another folder, which they get at their next
   * installation.
   */
  with(charts: string): LocalBench {
    return new LocalBench(this.place, { ...this.checked, charts }, this.installed);
  }

  get before(): string | undefined {
    return this.checked.before?.from;
  }

  get accesses(): Bench["accesses"] {
    const { tellsApart: tried } = applicationOf(this.checked.chart);
    const { accesses: there = [] } = this.byLogin ?? {};
    const left = this.declared.filter((access) => !tried.includes(access) && !there.includes(access));
    return { tried, left };
  }

  get byLogin(): Bench["byLogin"] {
    const visits = this.adapter.visitsByLogin?.bind(this.adapter);
    if (visits === undefined) return undefined;
    return {
      accesses: this.declared,
      visits: async (subject, access) => {
        await this.install(subject, { access, hasLogin: true });
        return visits(this.reached(subject), access, await this.installed.loggedIn(subject));
      },
    };
  }

  /** The accesses that a tenant may declare for it. */
  private get declared(): readonly Access[] {
    const { section, begins } = applicationOf(this.checked.chart);
    return accesses.filter((access) => section.safeParse({ ...begins, access }).success);
  }

  /** Applies what a cluster refuses of associations, and removes what an earlier check left there. */
  async open(): Promise<void> {
    await this.installed.clear();
    await this.place.apply(admissionManifests());
  }

  /** Removes all that the check made. */
  async close(): Promise<void> {
    await this.installed.remove();
  }

  async install(
    subject: Subject,
    {
      version = "this",
      access,
      hasLogin = false,
    }: { version?: "this" | "before"; access?: Access; hasLogin?: boolean } = {},
  ): Promise<void> {
    const known = this.installed.declaredOf(subject);
    if (version === "before" && known) await this.empty(subject);
    const { charts: own = chartsFolder, before } = this.checked;
    await this.bring(subject, {
      ...{ moved: known?.moved ?? false, page: known?.page, hasLogin },
      access: access ?? this.accesses.tried[0] ?? "public",
      charts: version === "before" ? (before?.charts ?? own) : own,
    });
  }

  async write(subject: Subject, mark: string): Promise<void> {
    await this.adapter.write(this.reached(subject), mark);
  }

  async reads(subject: Subject, mark: string): Promise<boolean> {
    return (await this.adapter.find(this.reached(subject), mark)) !== undefined;
  }

  async backup(subject: Subject): Promise<Copy> {
    const { database } = this.installed.of(subject).application;
    const command = this.command(subject, "backup");
    // In hexadecimal, since a row may have bytes that are no text.
    const dump = "mariadb-dump --socket=/run/mysqld/mysqld.sock --user=root --single-transaction --hex-blob";
    return {
      files: command && (await this.run(subject, command)),
      rows: database && (await this.installed.onServer(`${dump} ${database.name}`)),
    };
  }

  async wipe(subject: Subject): Promise<void> {
    const known = this.installed.declaredOf(subject);
    if (known === undefined) throw new Error(`${subject} is not installed`);
    await this.empty(subject);
    await this.bring(subject, known);
  }

  async restore(subject: Subject, { files, rows }: Copy): Promise<void> {
    const { application, tenant } = this.installed.of(subject);
    const command = this.command(subject, "restore");
    if (files !== undefined && command === undefined)
      throw new Error("the chart has a command that copies, and none that restores");
    if (files !== undefined && command !== undefined) await this.run(subject, command, files);
    if (rows !== undefined && application.database)
      await this.installed.onServer(`${client} ${application.database.name}`, rows);
    this.reachedAs.delete(subject);
    await this.place.succeed([
      ...["rollout", "restart", "-n", namespaceOf(tenant), `deployment/${application.release}`],
    ]);
    await this.installed.answers(subject);
  }

  async attempts(subject: Subject): Promise<Attempt[]> {
    const { application, tenant } = this.installed.of(subject);
    const other = this.installed.of("temoin");
    const { containers } = this.installed.deploymentOf(subject).spec.template.spec;
    const first = "/run/secrets/admin";
    const isMounted = containers.some(({ volumeMounts = [] }) =>
      volumeMounts.some(({ mountPath }) => mountPath === first),
    );
    const within = await attemptsWithin({
      ...{ place: this.place, namespace: namespaceOf(tenant), host: application.host },
      ...{ domain: checkDomain, release: application.release },
      containers: containers.map(({ name }) => name),
      firstPassword: application.account && !isMounted ? `${first}/${application.account.key}` : undefined,
      other: {
        ...{ namespace: namespaceOf(other.tenant), release: other.application.release },
        // Where there is a database server at all, it is this application's.
        ...{ host: other.application.host, database: undefined },
      },
      open: "package-check-open",
    });
    return [...within, ...(await this.databasesTried(subject))];
  }

  async contents(subject: Subject): Promise<string> {
    return contentsOf(this.place, namespaceOf(this.installed.of(subject).tenant));
  }

  async move(subject: Subject, mark: string) {
    const old = this.installed.of(subject).application.host;
    const known = this.installed.declaredOf(subject);
    if (known === undefined) throw new Error(`${subject} is not installed`);
    await this.bring(subject, { ...known, moved: !known.moved });
    const { host } = this.installed.of(subject).application;
    const command = this.command(subject, "move-domain");
    if (command !== undefined) await this.run(subject, [...command, old, host]);
    const isGone = await this.place.until(async () =>
      isUnknownName(await this.place.ask(old, this.adapter.page)),
    );
    const page = await this.adapter.find(this.reached(subject), mark);
    return { host, oldAnswers: !isGone, namesOld: page?.includes(`//${old}`) ?? false };
  }

  async visits(subject: Subject, access: Access): Promise<Visit[]> {
    return this.adapter.visits(this.reached(subject), access);
  }

  async strain(subject: Subject): Promise<{ failed: number; containers: Strain[] }> {
    await this.install(subject);
    const { tenant, application } = this.installed.of(subject);
    return strainOf(this.place, {
      ...{ namespace: namespaceOf(tenant), host: application.host, page: this.adapter.page },
      containers: this.installed.deploymentOf(subject).spec.template.spec.containers,
    });
  }

  private async bring(...told: Parameters<Installations["bring"]>): Promise<void> {
    this.reachedAs.delete(told[0]);
    await this.installed.bring(...told);
  }

  private async empty(subject: Subject): Promise<void> {
    this.reachedAs.delete(subject);
    await this.installed.empty(subject);
  }

  /** An application as its visitors reach it; one object until it is installed again. */
  private reached(subject: Subject): Reached {
    const known = this.reachedAs.get(subject);
    if (known) return known;
    const { account, members, host } = this.installed.of(subject).application;
    const accountOf = (own: ApplicationAccount | undefined) =>
      own && { user: own.user, password: this.installed.secretOf(subject, own) };
    const made: Reached = {
      ...{ host, account: accountOf(account), members: accountOf(members) },
      ask: (path, asked) => this.place.ask(host, path, asked),
      publish: async (page) => {
        const declared = this.installed.declaredOf(subject);
        if (declared === undefined) throw new Error(`${subject} is not installed`);
        await this.installed.bring(subject, { ...declared, page });
      },
    };
    this.reachedAs.set(subject, made);
    return made;
  }

  /** A command of the chart, as its Deployment says it. */
  private command(subject: Subject, name: string): string[] | undefined {
    const said = this.installed.deploymentOf(subject).metadata.annotations?.[`commune.cloud/${name}`];
    return said === undefined ? undefined : (JSON.parse(said) as string[]);
  }

  /** Runs a command of the chart in the application's container; throws what it complained of. */
  private async run(subject: Subject, command: readonly string[], input?: Buffer): Promise<Buffer> {
    const { application, tenant } = this.installed.of(subject);
    const at = { namespace: namespaceOf(tenant), workload: `deployment/${application.release}` };
    const { exitCode, stdout, stderr } = await this.place.exec(
      { ...at, container: application.name },
      command,
      input,
    );
    if (exitCode !== 0)
      throw new Error(`${command.join(" ")} ended with ${exitCode}: ${text(stderr).trim()}`);
    return Buffer.from(stdout);
  }

  /** Tries what the application's user of the database server may do with another association's database. */
  private async databasesTried(subject: Subject): Promise<Attempt[]> {
    const own = this.installed.of(subject).application.database;
    const other = this.installed.of("temoin").application.database;
    if (own === undefined || other === undefined) return [];
    // The password is read from standard input: arguments are seen by others.
    const as = `mariadb --socket=/run/mysqld/mysqld.sock --user=${own.name} --batch --skip-column-names`;
    const asked = async (statement: string) =>
      this.installed
        .onServer(
          `bash -c 'read -r MYSQL_PWD; export MYSQL_PWD; ${as} --execute "${statement}"'`,
          this.installed.secretOf(subject, own),
        )
        .catch((error: unknown) => `refused: ${String(error)}`);
    const names = await asked("SHOW DATABASES");
    if (!names.includes(own.name)) throw new Error(`its user does not see its own database: ${names}`);
    const isRefused = {
      sees: !names.includes(other.name),
      enters: (await asked(`USE ${other.name}`)).startsWith("refused"),
      "reads users": (await asked("SELECT 1 FROM mysql.user")).startsWith("refused"),
    };
    return statements.map(({ attempt, tries, by }) => ({
      attempt,
      refusedBy: isRefused[tries] ? by : undefined,
    }));
  }
}
