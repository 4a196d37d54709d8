import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { readApprovers } from "../audit/approval/approvers.ts";
import { loadExceptions } from "../audit/approval/exceptions.ts";
import { drillsOf } from "../audit/drills/drills.ts";
import { changesOf } from "../components/commune/changes/changes.ts";
import { phrasings } from "../components/commune/changes/phrasings.ts";
import { tell } from "../components/commune/changes/sentences.ts";
import { connectionProblemsOf } from "../components/commune/connections.ts";
import type { CommuneDeclaration } from "../components/commune/declaration.ts";
import { listCommunes, loadCommune, problemIn } from "../components/commune/load.ts";
import { nodeProblemsOf } from "../components/commune/nodes.ts";
import { planCommune } from "../components/commune/plan.ts";
import type { CommunePlan } from "../components/commune/planned.ts";
import { type Published, readPublished } from "../components/commune/published.ts";
import { loadBuilds, movedImages } from "../components/commune/versions/builds.ts";
import { loadVersions } from "../components/commune/versions/lock.ts";
import { versionsToLock } from "../components/commune/versions/record.ts";
import { loadFederation } from "../components/federation/members.ts";
import type { ImageLock } from "../components/foundation/image/lock.ts";
import type { Language } from "../components/foundation/language/language.ts";
import type { KubernetesObject } from "../components/foundation/manifest/object.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { siteSchema } from "../components/foundation/site/settings.ts";
import { siteOf } from "../components/foundation/site/site.ts";
import { applicationNames, referencesOf } from "../components/tenants/applications/list.ts";
import { chartsFolder } from "../components/tenants/chart/render.ts";
import { knownLevel, warningOf } from "../components/tenants/levels/evidence.ts";
import { judge, rank, sentenceOn, unusedExceptions, withExceptions } from "../policies/judge.ts";
import { containersOf, podOf } from "../policies/pods.ts";
import { rules } from "../policies/rules.ts";
import { type Broken, type Checked, report, type ToldChange } from "./check/report.ts";
import { heard } from "./heard/heard.ts";
import { languageOption, spoken, spokenError } from "./language.ts";
import type { objectsOf } from "./objects.ts";
import { neighboursIn, objectsOfProgram, settledAt } from "./side.ts";
import { undeclared } from "./undeclared.ts";
import { underway } from "./underway.ts";

interface Tools {
  federation: () => ReturnType<typeof loadFederation>;
  objectsOf: typeof objectsOf;
  /** State that the stack published last; undefined if it is not given. */
  before: Published | undefined;
  /** Language of the sentences about changes. */
  language: Language;
  languageOfRules: Language;
}

async function check(stacks: string, id: string, tools: Tools): Promise<Checked> {
  const loaded = loadCommune(stacks, id, tools.federation);
  if (!loaded.ok) return { commune: id, valid: false, problems: loaded.error.problems, broken: [] };
  const builds = loadBuilds(stacks, id);
  if (builds?.ok === false) return { commune: id, valid: false, problems: builds.problems, broken: [] };
  const today = new Date().toISOString().slice(0, 10);
  const allowed = loadExceptions(stacks, id, today);
  if (!allowed.ok) return { commune: id, valid: false, problems: allowed.problems, broken: [] };
  const signers = readApprovers(stacks, id);
  if (!signers.ok) return { commune: id, valid: false, problems: signers.problems, broken: [] };
  const { declaration } = loaded;
  const site = siteOf(siteSchema.parse({}));
  const beside = {
    places: loaded.places?.places,
    metropolis: loaded.federation,
    portal: loaded.portal,
    decisions: loaded.decisions,
  };
  const plan = planCommune(declaration, site, beside);
  const objects = await tools.objectsOf(id, plan, site, builds?.images);
  const changes = tools.before && changesSince(tools.before, plan, tools.language);
  const settled = settledAt(stacks, id)?.site;
  const findings = withExceptions(
    judge(rules, {
      ...{ declaration, plan, objects, site: settled, today },
      drills: drillsOf(stacks, id),
      changes,
      neighbours: neighboursIn(stacks, plan, loaded.federation),
    }),
    allowed.exceptions,
  );
  const broken: Broken[] = findings.map((finding) => ({
    rule: finding.rule.id,
    level: rank(finding, today),
    sentence: sentenceOn(today, finding, tools.languageOfRules),
  }));
  const unused = unusedExceptions(findings, allowed.exceptions).map(
    ({ rule, object }) => `${rule} at ${object}`,
  );
  const warnings = [
    ...levelWarnings(plan, builds?.images),
    ...unlockedWarnings(stacks, id, declaration),
    ...movedWarnings(id, objects, builds?.images),
  ];
  const refused = changes?.filter(({ effect }) => effect === "refused") ?? [];
  const problems = [
    ...refused.map(({ field, sentence }) => problemIn(loaded, field, sentence)),
    ...[
      ...(settled === undefined ? [] : nodeProblemsOf(plan, settled.nodes)),
      ...connectionProblemsOf(plan),
    ].map(({ field, message }) => problemIn(loaded, field, message)),
  ];
  const valid = problems.length === 0 && !broken.some(({ level }) => level === "mandatory");
  return {
    commune: id,
    valid,
    problems,
    broken,
    ...(warnings.length > 0 && { warnings }),
    ...(unused.length > 0 && { unused }),
    ...(changes && { changes }),
  };
}

/** The changes, as the program would find them with the same settings, and with nothing said to be moved. */
function changesSince(before: Published, plan: CommunePlan, language: Language): ToldChange[] {
  const facts = {
    moved: [],
    dataIsDisposable: before.data === "disposable",
    today: new Date().toISOString().slice(0, 10),
  };
  return changesOf(before, plan, facts).map((change) => ({
    ...change,
    sentence: tell(change.told, phrasings[language]),
  }));
}

/** Applications that associations have, and that were not seen to be isolated as they would run (docs/charts.md). */
function levelWarnings({ tenants = [] }: CommunePlan, lock: ImageLock | undefined): string[] {
  const offered = new Set(tenants.flatMap(({ applications }) => applications.map(({ name }) => name)));
  if (offered.size === 0) return [];
  return applicationNames()
    .filter((name) => offered.has(name))
    .flatMap((name) => {
      const warning = warningOf(knownLevel(join(chartsFolder, name), referencesOf(name), lock));
      return warning === undefined ? [] : [`${name}, which associations have, ${warning} (docs/charts.md).`];
    });
}

/** Versions that a newer toolkit may change, if the commune's data is to be kept (docs/upgrade.md). */
function unlockedWarnings(stacks: string, id: string, declaration: CommuneDeclaration): string[] {
  if (settledAt(stacks, id)?.site.dataIsDisposable !== false) return [];
  const locked = loadVersions(stacks, id);
  const versions = locked?.ok ? locked.declaration.versions : {};
  const open = Object.entries(versionsToLock(stacks, id, declaration)).filter(
    ([name]) => versions[name] === undefined,
  );
  if (open.length === 0) return [];
  const named = open.map(([name, version]) => `${name} (${version})`).join(", ");
  return [`no version is locked of ${named}: a newer toolkit may run another. Write: npx commune pin ${id}`];
}

/** Images that would run in another version than the locked one: of a newer toolkit, or of a declared version. */
function movedWarnings(id: string, objects: readonly KubernetesObject[], lock: ImageLock = {}): string[] {
  const runs = objects.flatMap((object) => containersOf(podOf(object)).map(({ image }) => image));
  return movedImages(runs, lock).map(
    ({ from, to }) =>
      `${to} would run, and ${from} is locked. Read the CHANGELOG and npx commune report ${id}, then: npx commune pin ${id}`,
  );
}

/** Reads what `pulumi stack output published --json` printed; returns the problem if it is something else. */
function readBefore(file: string): Published | { problem: string } {
  try {
    const before = readPublished(JSON.parse(readFileSync(file, "utf8")));
    return (
      before ?? { problem: `${file} is not what a stack publishes, or of another version of the toolkit` }
    );
  } catch (error) {
    return { problem: `${file} cannot be read (${spokenError(error)})` };
  }
}

/**
 * `commune check [id…]`: lists every problem of the declarations, and every rule that what they declare would break.
 * Reads files only.
 *
 * @param objects what the program would register for a declaration.
 */
export function checkCommand(stacks = repositoryFile("stacks"), objects = objectsOfProgram): Command {
  const command = new Command("check")
    .description(
      "Check declarations: list every problem, and every rule of policies/ that is broken. Reads files only, contacts nothing.",
    )
    .argument("[commune...]", "communes to check; all of them when none is named")
    .option(
      "--published <file>",
      "what the stack published last (pulumi stack output published --json): list every change since, and refuse what up would refuse",
    )
    .addOption(languageOption("what is said of changes"))
    .option("--json", "print the result as JSON");
  interface Options {
    published?: string;
    language: Language;
    json?: true;
  }
  return command.action(async (asked: string[], { published, language, json }: Options) => {
    const known = listCommunes(stacks);
    for (const id of asked.filter((id) => !known.includes(id))) {
      command.error(undeclared(id, known), { exitCode: 2 });
    }
    if (known.length === 0) {
      command.error(
        spoken({
          en: "error: stacks/ declares no commune. Create one with: npx commune init <id>",
          fr: "error: stacks/ ne déclare aucune commune. Faites-en une : npx commune init <id>",
        }),
        {
          exitCode: 1,
        },
      );
    }
    if (published !== undefined && asked.length !== 1) {
      command.error(
        spoken({
          en: "error: --published is of one stack. Name its commune, and no other.",
          fr: "error: --published est d’une pile. Nommez sa commune, et aucune autre.",
        }),
        { exitCode: 2 },
      );
    }
    const before = published === undefined ? undefined : readBefore(published);
    if (before && "problem" in before) {
      command.error(
        spoken({
          en: `error: ${before.problem}. Write it with: pulumi stack output published --json -s ${asked[0]}`,
          fr: `error: ${before.problem}. Écrivez-le : pulumi stack output published --json -s ${asked[0]}`,
        }),
        { exitCode: 1 },
      );
    }
    const federation = loadFederation(stacks);
    const results: Checked[] = [];
    // One after the other: each runs the program, which has one engine to speak to.
    for (const id of asked.length > 0 ? new Set(asked) : known) {
      const tools: Tools = {
        federation: () => federation,
        objectsOf: objects,
        before: before && "problem" in before ? undefined : before,
        language,
        // Programs read English.
        languageOfRules: json ? "en" : language,
      };
      underway({
        en: `${id}: what is declared is read, and the rules are asked`,
        fr: `${id} : ce qui est déclaré est lu, et les règles sont jugées`,
      });
      results.push(await check(stacks, id, tools));
    }
    console.log(
      json ? JSON.stringify({ communes: results }, undefined, 2) : heard(report(results, language), language),
    );
    if (results.some(({ valid }) => !valid)) process.exitCode = 1;
  });
}
