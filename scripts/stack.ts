import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import yaml from "js-yaml";
import { settingsOf } from "../components/foundation/declaration/stacks.ts";
import type { Translated } from "../components/foundation/language/language.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import type { VaultAccess } from "../components/recovery/vault/access.ts";
import { languageHere, spoken } from "./language.ts";
import { nextStep } from "./next-step.ts";

/** Outputs of a stack: public addresses and first accounts, by service. */
export interface Outputs {
  addresses: Readonly<Record<string, string>>;
  accounts: Readonly<Record<string, { user: string; password: string }>>;
  /** Address and key for publishing for schools; absent in a stack that was applied before they were there. */
  schools?: { url?: string; packagesKey?: string };
  /** Empty if the commune has none. */
  hotspots: Partial<{ url: string; keys: Record<string, string> }>;
  federation: { domain: string };
  /** Passwords of the vaults of its copies, by host; absent in a stack that was applied before they were there. */
  vaults?: Readonly<Record<string, VaultAccess>>;
  /** State that the next update is compared with: components/commune/published.ts reads it. */
  published?: unknown;
}

/** One commune's Pulumi stack, driven through the plain command line. */
export class Stack {
  private readonly id: string;
  private readonly environment: NodeJS.ProcessEnv;
  private readonly folder: string;

  /**
   * @param environment added to the process's own: backend, passphrase, kubeconfig, PATH.
   * @param folder of the Pulumi program.
   */
  constructor(id: string, environment: NodeJS.ProcessEnv, folder = repositoryFile(".")) {
    this.id = id;
    this.folder = folder;
    this.environment = { PULUMI_SKIP_UPDATE_CHECK: "true", ...environment };
  }

  /**
   * Whether the demo may bring this stack up through a context, and whether it exists. Throws if the stack or its
   * settings belong to somebody else, or are for another cluster. Writes nothing.
   */
  async admit(context: string | undefined): Promise<{ isThere: boolean; known: Record<string, string> }> {
    const listed = JSON.parse(await this.run(["stack", "ls", "--json"])) as { name: string }[];
    const isThere = listed.some(({ name }) => name === this.id);
    const resources = isThere ? await this.resourceCount() : 0;
    const known = settingsIn(settingsFile(this.id, this.folder));
    refuseSomebodyElses(this.id, known, resources);
    // Also settings without a context are for one place: data is disposable in the demo of this machine.
    if (resources > 0 || Object.keys(known).some((key) => key !== mark))
      refuseOtherCluster(this.id, known.context, context);
    return { isThere, known };
  }

  /**
   * Creates the stack of the demo unless it exists, and sets what it does not have of these settings: a run may have
   * been cut short in between. Throws, before it writes anything, where `admit` does.
   *
   * @param asked settings that somebody names now: they win over what the stack has.
   */
  async ensure(
    settings: Readonly<Record<string, string>>,
    asked: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const { isThere, known } = await this.admit(settings.context);
    if (!isThere) await this.run(["stack", "init", this.id]);
    for (const [key, value] of Object.entries({ [mark]: demo, ...settings, ...asked })) {
      if (known[key] !== undefined && asked[key] === undefined) continue;
      // By standard input: a certificate begins with a dash, like an option.
      await this.run(["config", "set", `commune:${key}`, "-s", this.id], value);
    }
  }

  /**
   * Applies the declaration.
   *
   * @param report called with each line that says what is being made.
   * @returns how many resources the stack has.
   */
  async up(report: (line: string) => void): Promise<number> {
    const running = this.start(["up", "--yes", "-s", this.id]);
    for await (const line of running.iterable({ from: "all" })) {
      const step = /^ [+~-]+ +\S+ (\S+) (creating|updating|deleting|created|updated|deleted)/.exec(line);
      if (step) report(`${step[1]} ${step[2]}`);
    }
    const { exitCode, all } = await running;
    if (exitCode !== 0) throw new Error(failure("up", this.id, all));
    return this.resourceCount();
  }

  /** Sets one of the commune's settings, or takes it away. */
  async set(key: string, value: string | undefined): Promise<void> {
    const name = `commune:${key}`;
    if (value === undefined) await this.run(["config", "rm", name, "-s", this.id]);
    else await this.run(["config", "set", name, "-s", this.id], value);
  }

  async outputs(): Promise<Outputs> {
    return JSON.parse(
      await this.run(["stack", "output", "--json", "--show-secrets", "-s", this.id]),
    ) as Outputs;
  }

  private async resourceCount(): Promise<number> {
    const exported = await this.run(["stack", "export", "-s", this.id]);
    const { deployment } = JSON.parse(exported) as { deployment: { resources?: unknown[] } };
    return deployment.resources?.length ?? 0;
  }

  private async run(args: readonly string[], input?: string): Promise<string> {
    const { exitCode, stdout, all, code } = await this.start(args, input);
    if (code === "ENOENT")
      throw new TranslatedError({
        en: "no program pulumi is found in the PATH: npm run and npx have the one that the toolkit brings.",
        fr: "aucun programme pulumi n’est dans le PATH : « npm run » et npx ont celui que l’outillage apporte.",
      });
    if (exitCode !== 0) throw new Error(failure(args[0] ?? "", this.id, all));
    return stdout;
  }

  private start(args: readonly string[], input?: string) {
    return execa("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: this.folder,
      env: this.environment,
      all: true,
      reject: false,
      ...(input === undefined ? {} : { input }),
    });
  }
}

const failed: Translated<(verb: string, id: string) => string> = {
  fr: (verb, id) => `pulumi ${verb} de ${id} a échoué :`,
  en: (verb, id) => `pulumi ${verb} of ${id} failed:`,
};

/**
 * Pulumi's account of the reason, which is its last diagnostics or else the end of its output, and the command that
 * goes on.
 */
export function failure(verb: string, id: string, output: string): string {
  const lines = output.trimEnd().split("\n");
  // A preview that warned has diagnostics too, before those of the update.
  const start = lines.lastIndexOf("Diagnostics:");
  const length = lines.slice(start + 1).findIndex((line) => /^(Outputs|Resources):/.test(line));
  const reason =
    start === -1 ? lines.slice(-25) : lines.slice(start + 1, length === -1 ? undefined : start + 1 + length);
  const language = languageHere();
  const text = reason.join("\n").trimEnd();
  return `${failed[language](verb, id)}\n${text}\n${nextStep(verb, id, output, language)}`;
}

/** Throws when a stack's settings are for another cluster than the one that is asked for. */
export function refuseOtherCluster(id: string, has: string | undefined, asked: string | undefined): void {
  if (has === asked) return;
  const [its, wanted] = [has, asked].map((context) =>
    context === undefined
      ? spoken({
          en: "the current context, or the cluster of this machine",
          fr: "le contexte courant, ou le cluster de cette machine",
        })
      : `context ${context}`,
  );
  throw new TranslatedError({
    en: `the settings of the stack ${id} (stacks/Pulumi.${id}.yaml) are for ${its}, not for ${wanted}: applying them would go to the wrong cluster. Nothing was changed. Undo the other demo first, or move that file away.`,
    fr: `les réglages de la pile ${id} (stacks/Pulumi.${id}.yaml) sont pour ${its}, pas pour ${wanted} : les appliquer irait au mauvais cluster. Rien n’a été changé. Défaites d’abord l’autre démonstration, ou déplacez ce fichier.`,
  });
}

/** The setting `commune:madeBy demo`: what the demo may apply, complete and clean up. */
const [mark, demo] = ["madeBy", "demo"];

/** Throws if an existing stack, or its settings, were not made by the demo. */
export function refuseSomebodyElses(
  id: string,
  settings: Readonly<Record<string, string>>,
  resources: number,
): void {
  if (madeByDemo(settings) || (resources === 0 && Object.keys(settings).length === 0)) return;
  throw new TranslatedError({
    en: `the stack ${id} was not made by the demo (its settings, stacks/Pulumi.${id}.yaml, do not say so; it has ${resources} resources): it may be a commune that people use, and the demo leaves it alone. Nothing was changed. Apply it yourself with: npx pulumi up -s ${id}. If a demo made it before they said so: npx pulumi config set commune:${mark} ${demo} -s ${id}`,
    fr: `la pile ${id} n’a pas été faite par la démonstration (ses réglages, stacks/Pulumi.${id}.yaml, ne le disent pas ; elle a ${resources} ressources) : c’est peut-être une commune dont des gens se servent, et la démonstration n’y touche pas. Rien n’a été changé. Appliquez-la vous-même : npx pulumi up -s ${id}. Si une démonstration l’a faite avant de le dire : npx pulumi config set commune:${mark} ${demo} -s ${id}`,
  });
}

/** Whether settings are those of a stack that the demo made. */
export function madeByDemo(settings: Readonly<Record<string, string>>): boolean {
  return settings[mark] === demo;
}

/** The commune's settings in a settings file, without the secret ones; none when there is no file. */
export function settingsIn(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  // A file without a line is one too.
  const written = yaml.load(readFileSync(file, "utf8")) as { config?: Record<string, unknown> } | undefined;
  return Object.fromEntries(
    Object.entries(written?.config ?? {})
      .filter(([key]) => key.startsWith("commune:"))
      .map(([key, value]) => [
        key.replace("commune:", ""),
        typeof value !== "object"
          ? `${value}`
          : value && "secure" in value
            ? "[secret]"
            : JSON.stringify(value),
      ]),
  );
}

/** The settings file of a stack, where Pulumi.yaml puts it; it need not be there. */
export function settingsFile(id: string, folder = repositoryFile(".")): string {
  return settingsOf(join(folder, "stacks"), id);
}
