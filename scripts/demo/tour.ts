import { relative } from "node:path";
import { images } from "../../components/foundation/image/catalogue.ts";
import { minutesAndSeconds } from "../../components/foundation/language/numbers.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import type { Cluster } from "../../local/cluster/index.ts";
import { interruptible } from "../interruptible.ts";
import { Kubectl } from "../kubectl.ts";
import { spoken, spokenError } from "../language.ts";
import { agentFor } from "../look/doorway.ts";
import { Stack } from "../stack.ts";
import { declared } from "./tasks.ts";
import { association } from "./tour/association.ts";
import { approval, change } from "./tour/change.ts";
import { copies, log } from "./tour/copies.ts";
import { Journal, type Look } from "./tour/journal.ts";
import { Mailbox } from "./tour/mailbox.ts";
import type { TourProject } from "./tour/project.ts";
import type { Step, Teller, Tour } from "./tour/step.ts";

/** Steps of the tour, in their order: each needs those before it. */
export const tourSteps: readonly Step[] = [change, approval, association, copies, log];

/**
 * Images that the tour needs beside those that the two communes declare before it: restic carries their copies, Node
 * the mailboxes.
 */
export const tourImages: readonly string[] = [images.restic.reference, images.node.reference];

/** Steps of which nothing is left when the tour's changes are taken back: the vault goes with its restore points. */
export const takenBack: readonly string[] = [copies.id, log.id];

const seconds = (count: number) =>
  count < 59.5 ? `${Math.max(1, Math.ceil(count))} s` : minutesAndSeconds(count);

/** Lines of a text, each after the same beginning. */
const indented = (text: string, beginning: string) =>
  text
    .split("\n")
    .map((line) => `${beginning}${line}`.trimEnd())
    .join("\n");

/** Prints what the tour says: sentences, commands as they are typed, and what these answer. */
const teller = (print: (text: string) => void): Teller => ({
  say: (text) => print(`${indented(folded(text, 100), "     ")}\n`),
  command: (words, takes) => print(`     $ ${words}${takes === undefined ? "" : `   (${takes})`}`),
  output: (text) => print(`${indented(text, "       ")}\n`),
});

/** A sentence in lines of so many letters at most, broken between words. */
function folded(text: string, width: number): string {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.join("\n");
}

/** Text about what to look at: addresses as they are, files relative to a folder. */
const lookText = ({ what, where }: Look, from: string) =>
  `     ${spoken({ en: "Look", fr: "Voir" })}  ${where.startsWith("https:") ? where : relative(from, where)}   (${what})`;

/** Tools of one walk through the tour. */
interface Walk {
  journal: Journal;
  /** Prints a line, or several. */
  print: (text: string) => void;
  /** Folder from where files are named. */
  from: string;
  /** Aborted if somebody interrupts: no other step begins. */
  interrupted: AbortSignal;
  steps?: readonly Step[];
}

/**
 * Goes through the tour, and leaves out what was done before.
 *
 * @throws why a step did not end, and how to go on.
 */
export async function walk(
  tour: Omit<Tour, "tell">,
  { journal, print, from, interrupted, steps = tourSteps }: Walk,
): Promise<void> {
  const tell = teller(print);
  for (const [index, step] of steps.entries()) {
    // What runs has heard it itself, and has ended in its own way.
    interrupted.throwIfAborted();
    const number = spoken({ en: `${index + 1} of ${steps.length}`, fr: `${index + 1} sur ${steps.length}` });
    print(`  ${index + 1}. ${spoken(step.title)}\n`);
    const before = journal.read()[step.id];
    if (before)
      tell.say(
        spoken({
          en: `Done before, in ${seconds(before.seconds)}.`,
          fr: `Déjà fait, en ${seconds(before.seconds)}.`,
        }),
      );
    const { looks, ...took } = before ?? (await timed(step, { ...tour, tell }, number));
    if (!before) journal.write(step.id, { looks, ...took });
    for (const look of looks) print(lookText(look, from));
    print(before ? "" : `     ${seconds(took.seconds)}\n`);
  }
  const all = Object.values(journal.read()).reduce((sum, { seconds: each }) => sum + each, 0);
  print(
    spoken({
      en: `  All ${steps.length} steps took ${seconds(all)}.`,
      fr: `  Les ${steps.length} étapes ont pris ${seconds(all)}.`,
    }),
  );
}

async function timed(step: Step, tour: Tour, number: string) {
  const began = Date.now();
  try {
    const looks = await step.go(tour);
    return { looks, seconds: (Date.now() - began) / 1000 };
  } catch (error) {
    const why = spokenError(error);
    throw new TranslatedError({
      en: `step ${number} of the tour did not end (${step.title.en}).\n${why}\nWhat was done before it is kept. When that is fixed, go on with: npm run demo -- --tour. How the services are: npx commune status ${tour.pair.commune}. From the start again: npm run demo -- --clean`,
      fr: `l’étape ${number} de la visite n’est pas allée au bout (${step.title.fr}).\n${why}\nCe qui a été fait avant est gardé. Quand c’est réparé, continuez : npm run demo -- --tour. Comment vont les services : npx commune status ${tour.pair.commune}. Depuis le début : npm run demo -- --clean`,
    });
  }
}

/** Below which domain the associations of a commune are, in the tour. */
export const tourAssociations = (commune: string): string => `assos-${declared(commune).declaration.domain}`;

/** Takes the tour with two communes that are up on this machine's cluster. Throws why a step did not end. */
export async function takeTour(
  [commune, neighbour]: readonly [string, string],
  { cluster, doorway, project }: { cluster: Cluster; doorway: Tour["doorway"]; project: TourProject },
): Promise<void> {
  const { domain, contact } = declared(commune).declaration;
  const pair = { commune, domain, contact, neighbour, associations: tourAssociations(commune) };
  const print = (text: string) => console.log(text);
  const folder = project.prepare();
  const copy = relative(process.cwd(), folder);
  print(
    spoken({
      en: `  The tour: what a commune does with its cloud, with the commands that its people type.
  They run in a copy, ${copy}, which is a repository of git of its own: no declaration of this
  repository is changed.
`,
      fr: `  La visite : ce qu’une commune fait de son nuage, avec les commandes que tapent ses gens.
  Elles tournent dans une copie, ${copy}, qui est un dépôt git à elle : aucune déclaration de ce
  dépôt n’est changée.
`,
    }),
  );
  const dispatcher = agentFor(doorway);
  try {
    const mailbox = new Mailbox(`courrier.${domain}`, dispatcher);
    await mailbox.open(new Kubectl(cluster.environment));
    const stackOf = (id: string) => new Stack(id, cluster.environment, folder);
    const tour = {
      ...{ pair, project, mailbox, doorway, dispatcher },
      outputsOf: (id: string) => stackOf(id).outputs(),
      up: (id: string) => stackOf(id).up(() => undefined),
      addressOf: (host: string) => `https://${host}:${doorway.address.port}`,
    };
    const journal = new Journal(project.root);
    await interruptible((interrupted) => walk(tour, { journal, print, interrupted, from: process.cwd() }));
  } finally {
    await dispatcher.close();
  }
  print(
    spoken({
      en: `  What each step is, in French: docs/fr/visite.md. To go on by hand: cd ${copy}
  To go back to before the last update, there: npx commune undo ${commune}
  npm run demo without --tour takes all of it back, and destroys the restore points and what the association has put
  there. Again from the start: npm run demo -- --clean
`,
      fr: `  Ce qu’est chaque étape : docs/fr/visite.md. Pour continuer à la main : cd ${copy}
  Pour revenir avant la dernière mise à jour, là-bas : npx commune undo ${commune}
  npm run demo sans --tour reprend tout, et détruit les points de restauration et ce que l’association y a mis.
  De nouveau depuis le début : npm run demo -- --clean
`,
    }),
  );
}
