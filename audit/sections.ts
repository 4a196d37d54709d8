import { fieldTitle, wordFor } from "../components/commune/changes/words.ts";
import type { Retention } from "../components/commune/retention.ts";
import type { Language } from "../components/foundation/language/language.ts";
import { number, signed } from "../components/foundation/language/numbers.ts";
import { dataWords } from "../components/foundation/manifest/data-words.ts";
import { isBucket, keptAt } from "../components/recovery/vault/plan.ts";
import { services } from "../components/services/index.ts";
import { declaredHosts } from "../policies/declared-hosts.ts";
import { type Footprint, footprints, total } from "../policies/footprint.ts";
import { energy } from "../policies/hardware.ts";
import { supportedUntil } from "../policies/software.ts";
import { approvalAnswer } from "./approval-answer.ts";
import { service, table, text } from "./blocks.ts";
import { dataOf, shortName, softwareCompared } from "./compared.ts";
import { exposureBlocks } from "./exposure.ts";
import type { Facts } from "./facts.ts";
import { messageBlocks } from "./messages-answer.ts";
import { openingsOf } from "./openings.ts";
import type { Block, Section } from "./report.ts";
import { ruleBlocks } from "./rules-answer.ts";
import { affectedIn } from "./summary/summary.ts";
import { technicalBlocks } from "./technical.ts";
import { concernedBy, toldOf, untoldIn } from "./untold.ts";
import { undoBlocks } from "./way-back.ts";
import { texts } from "./words.ts";

type Answer = (facts: Facts, language: Language) => readonly Block[];

const gibibyte = { fr: "Gio", en: "GiB" } as const;

const phrases = {
  nobody: { fr: "Personne en particulier.", en: "Nobody in particular." },
  expected: {
    fr: (counts: string) => `Personnes prévues, selon la déclaration : ${counts}.`,
    en: (counts: string) => `People expected, as declared: ${counts}.`,
  },
  inhabitants: {
    fr: (count: string) =>
      `La commune a ${count} habitants. Cet outillage ne compte pas qui utilise un service.`,
    en: (count: string) =>
      `The commune has ${count} inhabitants. This tool does not count who uses a service.`,
  },
  noData: { fr: "Aucune donnée de personnes.", en: "No data of persons." },
  onCluster: {
    fr: "Tout est sur le cluster de la commune, sauf ce que la question « Qu’est-ce qui sort de la commune ? » nomme.",
    en: "All of it is on the commune’s cluster, but for what the question “What leaves the commune?” names.",
  },
  noRetention: {
    fr: "Aucune durée de conservation n’est déclarée : chaque service garde ce qu’on ne supprime pas.",
    en: "No period of retention is declared: each service keeps what nobody deletes.",
  },
  retention: {
    fr: "Durées de conservation que la commune déclare :",
    en: "Periods of retention that the commune declares:",
  },
  noThirdParty: {
    fr: "Aucun serveur d’un tiers n’est déclaré.",
    en: "No server of a third party is declared.",
  },
  copies: {
    fr: (hosts: string) =>
      `Des copies chiffrées sont gardées par : ${hosts}. Ces communes ne peuvent pas les lire.`,
    en: (hosts: string) => `Encrypted copies are kept by: ${hosts}. These communes cannot read them.`,
  },
  buckets: {
    fr: (places: string) =>
      `Des copies chiffrées sont déposées dans : ${places}. L’opérateur ne peut pas les lire, et personne ne peut les effacer avant leur terme.`,
    en: (places: string) =>
      `Encrypted copies are in: ${places}. The operator cannot read them, and nobody can delete them before their day.`,
  },
  links: { fr: "Liens avec d’autres communes :", en: "Links with other communes:" },
  noneReaches: { fr: "Aucun service ne joint Internet.", en: "No service reaches the Internet." },
  reach: {
    fr: (services: string) => `Services qui joignent Internet : ${services}.`,
    en: (services: string) => `Services that reach the Internet: ${services}.`,
  },
  noSoftware: { fr: "Aucun logiciel.", en: "No software." },
  mebibyte: { fr: "Mio", en: "MiB" },
  core: { fr: "cœur", en: "core" },
  noneAsBefore: {
    fr: "Aucun service n’est tout à fait comme avant.",
    en: "No service is quite as before.",
  },
  asBefore: {
    fr: (services: string) => `Restent comme avant : ${services}.`,
    en: (services: string) => `As before: ${services}.`,
  },
  unchanged: {
    fr: (objects: string) => `Objets qui ne changent pas : ${objects}.`,
    en: (objects: string) => `Objects that do not change: ${objects}.`,
  },
} as const;

/**
 * Number of people that each service touched by a change was declared for, as text; services without a number are
 * left out.
 */
function expected(facts: Facts, language: Language): string[] {
  const touched = concernedBy(facts);
  return services.flatMap((each) => {
    const count = each.expectedPeopleIn(facts.after.declaration);
    return count === undefined || !touched.has(each.name) ? [] : [`${each.title} ${number(count, language)}`];
  });
}

const people: Answer = (facts, language) => {
  const affected = affectedIn(facts, language);
  const { population } = facts.after.declaration;
  const counts = expected(facts, language);
  return [
    affected.length === 0 ? text(phrases.nobody[language]) : { kind: "list", items: affected },
    ...(counts.length === 0 ? [] : [text(phrases.expected[language](counts.join(", ")))]),
    text(phrases.inhabitants[language](number(population, language))),
  ];
};

const data: Answer = ({ before, after }, language) => {
  const held = dataOf(after.objects);
  const was = footprints(before?.objects ?? []);
  const gibibytes = (parts: readonly Footprint[], name: string) =>
    parts.find((part) => part.service === name)?.storageGiB ?? 0;
  const now = footprints(after.objects);
  const rows = [...held].map(([name, categories]) => {
    const [from, to] = [gibibytes(was, name), gibibytes(now, name)];
    const disk =
      from === to || before === undefined
        ? `${to} ${gibibyte[language]}`
        : `${from} → ${to} ${gibibyte[language]}`;
    const kinds = [...categories].map((category) => wordFor(dataWords, category, language));
    return [service(name, language), kinds.join(", "), disk];
  });
  return [
    table(
      [texts.service[language], texts.personalData[language], texts.disk[language]],
      rows,
      phrases.noData[language],
    ),
    text(phrases.onCluster[language]),
    ...keptFor(after.declaration.retention, language),
  ];
};

/** Periods for which data is kept, as the commune declares them: no service deletes by them. */
function keptFor(retention: Retention = {}, language: Language): Block[] {
  const items = Object.entries(retention).flatMap(([kind, period]) =>
    period === undefined ? [] : [texts.labelled[language](wordFor(dataWords, kind, language), period)],
  );
  return items.length === 0
    ? [text(phrases.noRetention[language])]
    : [text(phrases.retention[language]), { kind: "list", items }];
}

const leaving: Answer = ({ after: { declaration, plan, objects } }, language) => {
  const outside = declaredHosts(declaration).filter(
    ({ host }) => host !== declaration.domain && !host.endsWith(`.${declaration.domain}`),
  );
  const copies = plan.keptVaults.flatMap((vault) => (isBucket(vault) ? [] : vault.host));
  const buckets = plan.keptVaults.filter(isBucket).map((vault) => keptAt(vault, language));
  const links = plan.federation.links.map(({ peer, services: linked }) => `${peer} : ${linked.join(", ")}`);
  const out = openingsOf(objects)
    .filter(({ direction, party }) => direction === "out" && party.who === "internet")
    .map(({ service: name }) => service(name, language));
  const reach = [...new Set(out)].join(", ");
  return [
    table(
      [texts.what[language], texts.name[language]],
      outside.map(({ field, host }) => [fieldTitle(field, language), host]),
      phrases.noThirdParty[language],
    ),
    ...(copies.length === 0 ? [] : [text(phrases.copies[language](copies.join(", ")))]),
    ...(buckets.length === 0 ? [] : [text(phrases.buckets[language](buckets.join(", ")))]),
    ...(links.length === 0 ? [] : [text(phrases.links[language]), { kind: "list", items: links } as const]),
    text(out.length === 0 ? phrases.noneReaches[language] : phrases.reach[language](reach)),
  ];
};

const software: Answer = (facts, language) => {
  const { come, gone, kept } = softwareCompared(facts);
  const row = (sign: string) => (each: { reference: string; licence: string; source: string }) => [
    `${sign}${shortName(each.reference)}`,
    each.licence,
    each.source,
    supportedUntil(each.reference)?.until ?? texts.unsaid[language],
  ];
  return [
    table(
      [texts.software[language], texts.licence[language], texts.source[language], texts.fixedUntil[language]],
      [...come.map(row("+ ")), ...gone.map(row("− ")), ...kept.map(row(""))],
      phrases.noSoftware[language],
    ),
  ];
};

const cost: Answer = ({ before, after }, language) => {
  const of = (objects: Parameters<typeof footprints>[0]) => total(footprints(objects));
  const [was, now] = [of(before?.objects ?? []), of(after.objects)];
  const row = (name: string, from: number, to: number, unit: string, digits = 0) => [
    name,
    `${number(from, language, digits)} ${unit}`,
    `${number(to, language, digits)} ${unit}`,
    signed(to - from, language, digits),
  ];
  return [
    {
      kind: "table",
      head: ["", texts.before[language], texts.after[language], texts.difference[language]],
      rows: [
        row(texts.memory[language], was.requestedMiB, now.requestedMiB, phrases.mebibyte[language]),
        row(texts.processor[language], was.cores, now.cores, phrases.core[language], 2),
        row(texts.storage[language], was.storageGiB, now.storageGiB, gibibyte[language]),
        row(
          texts.energy[language],
          energy(was).kilowattHoursPerYear,
          energy(now).kilowattHoursPerYear,
          "kWh",
        ),
      ],
    },
  ];
};

const unchanged: Answer = (facts, language) => {
  const touched = new Set([...toldOf(facts.changes), ...untoldIn(facts).map((untold) => untold.service)]);
  // What comes with a change is no service that stays.
  const there = dataOf(facts.before?.objects ?? facts.after.objects);
  const same = [...dataOf(facts.after.objects).keys()].filter(
    (name) => there.has(name) && !touched.has(name),
  );
  return [
    text(
      same.length === 0
        ? phrases.noneAsBefore[language]
        : phrases.asBefore[language](same.map((name) => service(name, language)).join(", ")),
    ),
    text(phrases.unchanged[language](number(facts.objects.unchanged, language))),
  ];
};

/** The questions in their order; the technical part is last. */
const answers: Readonly<Record<Exclude<keyof typeof texts.questions, "back">, Answer>> = {
  messages: ({ messages }, language) => messageBlocks(messages, language),
  people,
  undo: undoBlocks,
  data,
  exposure: (facts, language) => exposureBlocks(facts, language),
  leaving,
  software,
  cost,
  rules: ruleBlocks,
  approval: approvalAnswer,
  unchanged,
  technical: ({ objects, engineChanges }, language) => technicalBlocks(objects, language, engineChanges),
};

/** Answers to all questions of a report; the origin of the change is left out if git says nothing of it. */
export function sections(facts: Facts, language: Language): Section[] {
  return Object.entries(answers).flatMap(([id, answer]) => {
    const blocks = answer(facts, language);
    return blocks.length === 0 ? [] : [{ id, title: wordFor(texts.questions, id, language), blocks }];
  });
}
