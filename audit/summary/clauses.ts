import type { Change } from "../../components/commune/changes/change.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import { typeOfUrn } from "../approval/plan.ts";
import { isForGood } from "../approval/remade.ts";
import type { Facts } from "../facts.ts";
import { untoldIn } from "../untold.ts";
import { type Clause, ranks } from "./clause.ts";
import { fieldClause } from "./fields.ts";
import { of } from "./french.ts";
import { madeClause } from "./made.ts";
import type { Names } from "./names.ts";
import { refusal } from "./refused.ts";

/** The clauses of what a change comes to, the most serious first, each said once. Nothing is done beside what is refused. */
export function clausesOf(facts: Facts, names: Names): Clause[] {
  const { changes } = facts;
  const refused = changes.filter(({ effect }) => effect === "refused");
  if (refused.length > 0)
    return once(refused.map((each) => clause("refused", names.about(each), refusal(each, names))));
  const all = [
    ...erasures(facts, names),
    ...changes.flatMap((each) => told(each, facts, names)),
    ...besides(facts, names),
  ];
  const sorted = ranks.flatMap((rank) => once(all.filter((each) => each.rank === rank)));
  const seen = sorted.filter(({ rank }) => rank !== "waits" && rank !== "beneath");
  if (seen.length > 0) return seen;
  const waits = sorted.filter(({ rank }) => rank === "waits");
  return waits.length > 0 ? waits : sorted;
}

const clause = (rank: Clause["rank"], about: Translated, text: Translated): Clause => ({ rank, about, text });

function once(clauses: readonly Clause[]): Clause[] {
  return [...new Map(clauses.map((each) => [each.text.fr, each])).values()];
}

function told(change: Change, facts: Facts, names: Names): Clause[] {
  if (isErasure(change)) return [];
  if (/^field(Comes|Goes|Changes)$/.test(change.told.sentence)) return [fieldClause(change, facts, names)];
  const own = madeClause(change, names);
  return own === undefined ? [] : [{ about: names.about(change), ...own }];
}

/** Sentences about data that is deleted, or is to be. */
const erasing = new Set([
  ...["volumeGoes", "serverGoes", "serviceGoes"],
  ...["released", "serverReleased", "rowsDropped"],
]);

function isErasure({ told: { sentence } }: Change): boolean {
  return erasing.has(sentence);
}

/** Name of a resource in Pulumi without its commune's: `nextcloud-data`. */
function nameIn(urn: string, commune: string): string {
  const name = urn.split("::").at(-1) ?? "";
  return name.startsWith(`${commune}-`) ? name.slice(commune.length + 1) : name;
}

/** Data that is deleted for good, and of whom, by the service or association that it is of. */
function erasures({ changes, plan, after }: Facts, names: Names): Clause[] {
  const gone = changes
    .filter(({ told: { sentence } }) => /^(volume|server|service)Goes$/.test(sentence))
    .map(({ name }) => name);
  const deleted = (plan?.resources ?? []).filter(isForGood).map(({ urn }) => ({
    isVolume: typeOfUrn(urn).endsWith(":PersistentVolumeClaim"),
    owner: names.owner(nameIn(urn, after.declaration.id)),
  }));
  const volumes = deleted.filter(({ isVolume }) => isVolume).map(({ owner }) => owner);
  const owners = [...new Set([...gone.map((name) => names.owner(name)), ...volumes])];
  const ofPeople = owners.filter((name) => names.isOfPeople(name));
  // What a server had is theirs.
  const erased = ofPeople.length > 0 ? ofPeople : owners;
  const said = new Set([...erased, ...changes.map((change) => names.subject(change))]);
  const parts = [...new Set(deleted.map(({ owner }) => owner))].filter((owner) => !said.has(owner));
  return [
    ...erased.map((name) => erasure(name, names)),
    ...changes.flatMap((change) => releases(change, names)),
    ...parts.map((name) => {
      const { fr, en } = names.title(name);
      return clause(
        "erased",
        { fr, en },
        {
          fr: `cette mise à jour supprime pour toujours une partie ${of(fr)}`,
          en: `this update deletes a part of ${en} for good`,
        },
      );
    }),
  ];
}

function erasure(name: string, names: Names): Clause {
  const { fr, en } = names.dataOf(name);
  return clause("erased", names.title(name), {
    fr: `cette mise à jour efface pour toujours ${fr}`,
    en: `this update deletes for good ${en}`,
  });
}

/** Rows that are deleted now, and files that are when they are taken out. */
function releases({ told: { sentence, with: parameters }, name }: Change, names: Names): Clause[] {
  const owner = names.owner(name);
  const title = names.title(owner);
  const data = names.dataOf(owner);
  if (sentence === "rowsDropped")
    return [
      clause("erased", title, {
        fr: `cette mise à jour efface pour toujours l’ancienne base de données ${of(title.fr)} : ${data.fr}, tels qu’au déménagement (ceux d’aujourd’hui restent)`,
        en: `this update deletes for good the former database of ${title.en}: ${data.en}, as they were when it moved (those of today stay)`,
      }),
    ];
  if (sentence !== "released") return [];
  const isNow = "rows" in parameters && parameters.rows.are === "dropped";
  return [
    clause(
      "erased",
      title,
      isNow
        ? {
            fr: `cette mise à jour efface pour toujours la base de données ${of(title.fr)}, sans laquelle ${data.fr} ne se lisent plus`,
            en: `this update deletes for good the database of ${title.en}, without which ${data.en} cannot be read`,
          }
        : {
            fr: `${data.fr} ne sont plus protégés, et seront effacés pour toujours avec ${title.fr}`,
            en: `${data.en} is no longer protected, and will be deleted for good with ${title.en}`,
          },
    ),
  ];
}

const technical = {
  beside: {
    fr: (parts: string) => `une partie technique change aussi : ${parts}`,
    en: (parts: string) => `a technical part changes as well: ${parts}`,
  },
  alone: {
    fr: (parts: string) => `rien de déclaré ne change, mais une partie technique : ${parts}`,
    en: (parts: string) => `nothing declared changes, but a technical part does: ${parts}`,
  },
} as const;

/** Objects that change beside what is declared, and what only the engine knows. */
function besides(facts: Facts, names: Names): Clause[] {
  const { changes, engineChanges: { released = [], outputs = [] } = {} } = facts;
  const untold = untoldIn(facts);
  const lost = untold.filter(({ effect }) => effect === "irreversible");
  const parts = names.titles(
    untold.filter(({ effect }) => effect !== "irreversible").map(({ service }) => service),
  );
  const bared = names.titles(released.map((name) => names.ownerOfObject(name)));
  const said = changes.length === 0 ? technical.alone : technical.beside;
  return [
    ...lost.map(({ service }) => {
      const { fr, en } = names.title(service);
      return clause(
        "erased",
        { fr, en },
        {
          fr: `une partie ${of(fr)} change ou disparaît pour toujours, sans que rien ne le déclare`,
          en: `a part of ${en} changes or goes for good, and nothing declares it`,
        },
      );
    }),
    ...(bared.fr === ""
      ? []
      : [
          clause("unsafe", bared, {
            fr: `ne sont plus protégées d’un effacement les données ${of(bared.fr)}`,
            en: `the data of ${bared.en} is no longer protected from deletion`,
          }),
        ]),
    ...(parts.fr === "" ? [] : [clause("comes", parts, { fr: said.fr(parts.fr), en: said.en(parts.en) })]),
    ...(outputs.length > 0
      ? [
          clause("comes", names.title(""), {
            fr: "ce que la commune donne à d’autres programmes change",
            en: "what the commune gives to other programs changes",
          }),
        ]
      : []),
  ];
}
