import type { ListrTask } from "listr2";
import { atDomain } from "../../components/commune/at-domain.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { publicHosts } from "../../components/commune/public-hosts.ts";
import { versionsFile } from "../../components/commune/versions/lock.ts";
import type { Mirrors } from "../../components/foundation/image/reference.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../../components/foundation/repository.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { runTasks } from "../../local/listing.ts";
import { askOnTerminal } from "../ask.ts";
import { spoken } from "../language.ts";
import { certificateProblem, type Doorway, lostNames } from "../look/doorway.ts";
import { schoolsTask } from "../look/together.ts";
import { pinMissing } from "../pin.ts";
import { kubectlAt, type Reach } from "../reach.ts";
import type { SiteFinding } from "../site/finding.ts";
import { findingsOf, settingsOf } from "../site/findings.ts";
import { removal } from "../site/report.ts";
import { askSite, neededBy } from "../site.ts";
import { madeByDemo, Stack, settingsFile, settingsIn } from "../stack.ts";
import { stateEnvironment } from "../state.ts";
import type { Settings } from "./options.ts";
import { applyTask, type DemoContext, type DemoPlace, declared, lookAtCommune } from "./tasks.ts";

/** Options of the command line for a demo on somebody's cluster. */
export interface ContextOptions {
  commune: string;
  domain?: string;
  set: Settings;
  /** File with the authority of the certificates there. */
  ca?: string;
  /** Address of the ingress controller, in place of the public names. */
  address?: { host: string; port: number };
  mirror?: Mirrors;
}

/** Brings a commune up on a cluster that exists, through one context, and looks at it. */
export async function onContext(context: string, options: ContextOptions): Promise<void> {
  const { commune: id, domain, set, ca, address, mirror } = options;
  const known = settingsIn(settingsFile(id));
  const at = domain ?? known.domain;
  const hosts = hostsOf(id, at);
  const state = await stateEnvironment(process.env, askOnTerminal);
  const reach: Reach = { environment: state, context };
  const doorway: Doorway = {
    ...(address === undefined ? {} : { address }),
    ...(ca === undefined ? {} : { caFile: ca }),
  };
  const place: DemoPlace = {
    openStack: (stack) => new Stack(stack, state),
    reach: () => reach,
    doorway: () => doorway,
  };
  const asked: Settings = {
    ...(mirror === undefined ? {} : { registryMirror: mirrorText(mirror) }),
    ...(domain === undefined ? {} : { domain }),
    ...set,
  };
  const { schools } = declared(id).declaration;
  const [library] = Object.keys(schools?.libraries ?? {});
  console.log(`\n  Commune cloud demo: ${id} on context ${context}\n`);
  await runTasks<DemoContext>([
    stateTask(id, context, state, place),
    clusterTask(id, reach, { known, asked, mirror: mirror ?? {} }),
    namesTask(doorway, hosts, ({ site }) => ({ ...site, ...known, ...asked })),
    imagesTask(id, mirror, { ...known, ...asked }),
    applyTask([id], place, ({ site }) => ({ usual: { ...site, context }, asked })),
    ...lookAtCommune(id, place),
    ...(library === undefined ? [] : [schoolsTask<DemoContext>(id, library, place)]),
  ]);
  console.log(`\n${ending(id, hosts, { ...settingsIn(settingsFile(id)) }, newLines(state))}\n`);
}

/** Public host names of a commune, at another domain if one is named. */
function hostsOf(id: string, domain: string | undefined): string[] {
  const { declaration, places } = declared(id);
  const site = siteOf(siteSchema.parse({}));
  const plan = planCommune(atDomain(declaration, domain), site, { places: places?.places });
  return [...new Set(publicHosts(plan).map(({ host }) => host))];
}

/** Whether the stack may be brought up is known before anything is tried or pinned. */
function stateTask(
  id: string,
  context: string,
  { PULUMI_BACKEND_URL: backend = "" }: Readonly<Record<string, string>>,
  { openStack }: DemoPlace,
): ListrTask<DemoContext> {
  return {
    title: "state",
    task: async (_context, task) => {
      const { isThere } = await openStack(id).admit(context);
      task.title = `state           ${isThere ? "" : spoken({ en: "a new stack ", fr: "une nouvelle pile " })}in ${backend.replace(/\?.*/, "")}`;
    },
  };
}

/** Settings by which somebody answers what a look at the cluster leaves open. */
const answers: Partial<Record<SiteFinding["subject"], RegExp>> = {
  ingress: /^ingress/,
  storage: /^storageClass$/,
  dns: /^dns$/,
  api: /^(apiPort|networkPlugin)$/,
};

/** Findings that stop a commune on a cluster, without those that somebody has answered. */
export function stopsOf(findings: readonly SiteFinding[], asked: Settings): SiteFinding[] {
  const keys = Object.keys(asked);
  return findings.filter(
    ({ subject, level }) => level === "stops" && !keys.some((key) => answers[subject]?.test(key)),
  );
}

/** Asks the cluster, once, what settings fit it, as commune site check does. */
function clusterTask(
  id: string,
  reach: Reach,
  { known, asked, mirror }: { known: Settings; asked: Settings; mirror: Mirrors },
): ListrTask<DemoContext> {
  return {
    title: "cluster",
    task: async (shared, task) => {
      if (madeByDemo(known)) {
        await kubectlAt(reach).text(["version"]);
        task.title = spoken({
          en: `cluster         context ${reach.context} answers; the stack has its settings`,
          fr: `cluster         le contexte ${reach.context} répond ; la pile a ses réglages`,
        });
        return;
      }
      const needed = await neededBy(repositoryFile("stacks"), id);
      const { facts, left } = await askSite(reach, mirror, (line) => {
        task.output = line;
      });
      if (left !== undefined)
        throw new TranslatedError({
          en: `what was tried could not be removed: ${removal(left, reach.context)}`,
          fr: `ce qui a été essayé n’a pas pu être retiré : ${removal(left, reach.context)}`,
        });
      const findings = findingsOf(facts, needed);
      const stops = stopsOf(findings, asked);
      if (stops.length > 0)
        throw new TranslatedError({
          en: `a commune cannot come up on context ${reach.context}:\n${stops.map(({ said }) => `  ${said.en}`).join("\n")}\nNothing was changed. What fits better is named with --set <key>=<value> (docs/site.md).`,
          fr: `une commune ne peut pas tourner sur le contexte ${reach.context} :\n${stops.map(({ said }) => `  ${said.fr}`).join("\n")}\nRien n’a été changé. Ce qui va mieux se nomme par --set <clé>=<valeur> (docs/site.md).`,
        });
      shared.site = settingsOf(findings);
      const settings = Object.entries({ ...shared.site, ...asked }).map(([key, value]) => `${key} ${value}`);
      task.title = spoken({
        en: `cluster         context ${reach.context}: Kubernetes ${facts.version}; ${settings.join(", ") || "the default settings fit"}`,
        fr: `cluster         contexte ${reach.context} : Kubernetes ${facts.version} ; ${settings.join(", ") || "les réglages par défaut vont"}`,
      });
    },
  };
}

/** Task that reports, before anything is brought up, what would make the look at the end fail. */
function namesTask(
  doorway: Doorway,
  hosts: readonly string[],
  settings: (context: DemoContext) => Settings,
): ListrTask<DemoContext> {
  return {
    title: "names",
    task: async (context, task) => {
      const lost = await lostNames(doorway, hosts);
      if (lost.length > 0)
        throw new TranslatedError({
          en: `${lost.join(", ")}: no address is known for ${lost.length === 1 ? "this name" : "these names"}. Lead them to the ingress controller, name a domain of yours with --domain, or say where the controller answers with --address <address>[:<port>]. Nothing was changed.`,
          fr: `${lost.join(", ")} : aucune adresse n’est connue pour ${lost.length === 1 ? "ce nom" : "ces noms"}. Menez-les au contrôleur d’entrée, nommez un domaine à vous par --domain, ou dites où le contrôleur répond par --address <adresse>[:<port>]. Rien n’a été changé.`,
        });
      const [host = ""] = hosts;
      const { certificate = "controller" } = settings(context);
      // Another certificate is there only after the Ingress is.
      const problem = certificate === "controller" ? await certificateProblem(doorway, host) : undefined;
      if (problem !== undefined)
        throw new TranslatedError({
          en: `https://${host} cannot be looked at: ${problem}. Where the ingress controller's certificate is of an authority of yours, name its file with --ca; with cert-manager or a certificate in a Secret: --set certificate=… (docs/exposure.md). Nothing was changed.`,
          fr: `https://${host} ne peut pas être regardé : ${problem}. Si le certificat du contrôleur d’entrée est d’une autorité à vous, nommez son fichier par --ca ; avec cert-manager ou un certificat dans un Secret : --set certificate=… (docs/exposure.md). Rien n’a été changé.`,
        });
      task.title = spoken({
        en: `names           ${hosts.length} names lead to ${doorway.address ? `${doorway.address.host}:${doorway.address.port}` : "the cluster"}`,
        fr: `noms            ${hosts.length} noms mènent à ${doorway.address ? `${doorway.address.host}:${doorway.address.port}` : "au cluster"}`,
      });
    },
  };
}

/** Task that pins images as commune pin does: if data is protected, each image is named by its digest. */
function imagesTask(id: string, mirror: Mirrors | undefined, settings: Settings): ListrTask<DemoContext> {
  return {
    title: "images",
    skip: () => settings.data === "disposable",
    task: async (_context, task) => {
      const pinned = await pinMissing(repositoryFile("stacks"), id, mirror);
      const told =
        pinned.length === 0
          ? spoken({ en: "by digest", fr: "par empreinte" })
          : spoken({
              en: `${pinned.length} pinned in stacks/${id}/${versionsFile}, to commit`,
              fr: `${pinned.length} figées dans stacks/${id}/${versionsFile}, à enregistrer`,
            });
      task.title = `images          ${told}`;
    },
  };
}

const mirrorText = (mirrors: Mirrors): string =>
  Object.entries(mirrors)
    .map((each) => each.join("="))
    .join(",");

/** Lines with which a shell has the answers for the next command, without the passphrase itself. */
function newLines(state: Readonly<Record<string, string>>): string[] {
  return [
    ...(process.env.PULUMI_BACKEND_URL === state.PULUMI_BACKEND_URL
      ? []
      : [`export PULUMI_BACKEND_URL='${state.PULUMI_BACKEND_URL}'`]),
    ...(state.PULUMI_CONFIG_PASSPHRASE === undefined
      ? []
      : [
          spoken({
            en: "export PULUMI_CONFIG_PASSPHRASE_FILE=<a file with the passphrase>",
            fr: "export PULUMI_CONFIG_PASSPHRASE_FILE=<un fichier avec la phrase secrète>",
          }),
        ]),
  ];
}

function ending(id: string, hosts: readonly string[], { data }: Settings, shell: readonly string[]): string {
  const release = `npx pulumi config set commune:data disposable -s ${id} && npx pulumi up -s ${id}`;
  return [
    ...(shell.length === 0
      ? []
      : [
          spoken({
            en: `  Before  ${shell.join("\n          ")}`,
            fr: `  Avant      ${shell.join("\n          ")}`,
          }),
        ]),
    spoken({
      en: `  Open    ${hosts.map((host) => `https://${host}`).join("\n          ")}`,
      fr: `  Ouvrir     ${hosts.map((host) => `https://${host}`).join("\n          ")}`,
    }),
    spoken({
      en: `  Log in  npx pulumi stack output --show-secrets accounts -s ${id}`,
      fr: `  Entrer     npx pulumi stack output --show-secrets accounts -s ${id}`,
    }),
    spoken({ en: `  Look    npx commune status ${id}`, fr: `  Regarder   npx commune status ${id}` }),
    spoken({
      en: `  Change  edit stacks/${id}/commune.yaml, then  npx pulumi up -s ${id}`,
      fr: `  Changer    modifiez stacks/${id}/commune.yaml, puis  npx pulumi up -s ${id}`,
    }),
    ...(data === "disposable" ? [] : [spoken({ en: `  Undo    ${release}`, fr: `  Défaire    ${release}` })]),
    `  ${data === "disposable" ? "Undo    " : "        "}npx pulumi destroy -s ${id}`,
  ].join("\n");
}
