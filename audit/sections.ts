import { fieldTitle, type Tongue, wordFor } from "../components/commune/changes/words.ts";
import type { Retention } from "../components/commune/retention.ts";
import { dataWords } from "../components/foundation/manifest/data-words.ts";
import { services } from "../components/services/index.ts";
import { declaredHosts } from "../policies/declared-hosts.ts";
import { supportedUntil } from "../policies/software.ts";
import { approvalAnswer } from "./approval/answer.ts";
import { service, table, text } from "./blocks.ts";
import { dataOf, shortName, softwareCompared } from "./compared.ts";
import { exposureBlocks } from "./exposure.ts";
import { type Footprint, footprints, total } from "./footprint.ts";
import { energy } from "./hardware.ts";
import { messageBlocks } from "./messages-told.ts";
import { number, signed } from "./numbers.ts";
import { openingsOf } from "./openings.ts";
import type { Block, Facts, Section } from "./report.ts";
import { ruleBlocks } from "./rules-told.ts";
import { affectedIn } from "./summary.ts";
import { technicalBlocks } from "./technical.ts";
import { concernedBy, toldOf, untoldIn } from "./untold.ts";
import { undoBlocks } from "./way-back.ts";
import { texts } from "./words.ts";

type Answer = (facts: Facts, tongue: Tongue) => readonly Block[];

const gibibyte = { fr: "Gio", en: "GiB" } as const;

/** How many people the services that a change touches were declared for; nothing of those where nobody said. */
function expected(facts: Facts, tongue: Tongue): string[] {
  const touched = concernedBy(facts);
  return services.flatMap((each) => {
    const count = each.expectedPeopleIn(facts.after.declaration);
    return count === undefined || !touched.has(each.name) ? [] : [`${each.title} ${number(count, tongue)}`];
  });
}

const people: Answer = (facts, tongue) => {
  const affected = affectedIn(facts, tongue);
  const { population } = facts.after.declaration;
  const inhabitants = number(population, tongue);
  const counts = expected(facts, tongue);
  return [
    affected.length === 0
      ? text(tongue === "fr" ? "Personne en particulier." : "Nobody in particular.")
      : { kind: "list", items: affected },
    ...(counts.length === 0
      ? []
      : [
          text(
            tongue === "fr"
              ? `Personnes prévues, selon la déclaration : ${counts.join(", ")}.`
              : `People expected, as declared: ${counts.join(", ")}.`,
          ),
        ]),
    text(
      tongue === "fr"
        ? `La commune a ${inhabitants} habitants. Cet outil ne compte pas qui utilise un service.`
        : `The commune has ${inhabitants} inhabitants. This tool does not count who uses a service.`,
    ),
  ];
};

const data: Answer = ({ before, after }, tongue) => {
  const held = dataOf(after.objects);
  const was = footprints(before?.objects ?? []);
  const gibibytes = (parts: readonly Footprint[], name: string) =>
    parts.find((part) => part.service === name)?.storageGiB ?? 0;
  const now = footprints(after.objects);
  const rows = [...held].map(([name, categories]) => {
    const [from, to] = [gibibytes(was, name), gibibytes(now, name)];
    const disk =
      from === to || before === undefined
        ? `${to} ${gibibyte[tongue]}`
        : `${from} → ${to} ${gibibyte[tongue]}`;
    const kinds = [...categories].map((category) => wordFor(dataWords, category, tongue));
    return [service(name, tongue), kinds.join(", "), disk];
  });
  return [
    table(
      [texts.service[tongue], texts.personalData[tongue], texts.disk[tongue]],
      rows,
      tongue === "fr" ? "Aucune donnée de personnes." : "No data of persons.",
    ),
    text(
      tongue === "fr"
        ? "Tout est sur le cluster de la commune, sauf ce que la question « Qu’est-ce qui sort de la commune ? » nomme."
        : "All of it is on the commune’s cluster, but for what the question “What leaves the commune?” names.",
    ),
    ...keptFor(after.declaration.retention, tongue),
  ];
};

/** How long data is kept, as the commune declares it: no service deletes by it. */
function keptFor(retention: Retention = {}, tongue: Tongue): Block[] {
  const colon = tongue === "fr" ? " :" : ":";
  const items = Object.entries(retention).flatMap(([kind, period]) =>
    period === undefined ? [] : [`${wordFor(dataWords, kind, tongue)}${colon} ${period}`],
  );
  if (items.length === 0)
    return [
      text(
        tongue === "fr"
          ? "Aucune durée de conservation n’est déclarée : chaque service garde ce qu’on ne supprime pas."
          : "No period of retention is declared: each service keeps what nobody deletes.",
      ),
    ];
  return [
    text(
      tongue === "fr"
        ? "Durées de conservation que la commune déclare :"
        : "Periods of retention that the commune declares:",
    ),
    { kind: "list", items },
  ];
}

const leaving: Answer = ({ after: { declaration, plan, objects } }, tongue) => {
  const outside = declaredHosts(declaration).filter(
    ({ host }) => host !== declaration.domain && !host.endsWith(`.${declaration.domain}`),
  );
  const copies = plan.keptVaults.map(({ host }) => host);
  const links = plan.federation.links.map(({ peer, services: linked }) => `${peer} : ${linked.join(", ")}`);
  const out = openingsOf(objects)
    .filter(({ direction, party }) => direction === "out" && party.who === "internet")
    .map(({ service: name }) => service(name, tongue));
  const reach = [...new Set(out)].join(", ");
  return [
    table(
      [texts.what[tongue], texts.name[tongue]],
      outside.map(({ field, host }) => [fieldTitle(field, tongue), host]),
      tongue === "fr" ? "Aucun serveur d’un tiers n’est déclaré." : "No server of a third party is declared.",
    ),
    ...(copies.length === 0
      ? []
      : [
          text(
            tongue === "fr"
              ? `Des copies chiffrées sont gardées par : ${copies.join(", ")}. Ces communes ne peuvent pas les lire.`
              : `Encrypted copies are kept by: ${copies.join(", ")}. These communes cannot read them.`,
          ),
        ]),
    ...(links.length === 0
      ? []
      : [
          text(tongue === "fr" ? "Liens avec d’autres communes :" : "Links with other communes:"),
          { kind: "list", items: links } as const,
        ]),
    text(
      reach === ""
        ? tongue === "fr"
          ? "Aucun service ne joint Internet."
          : "No service reaches the Internet."
        : `${tongue === "fr" ? "Services qui joignent Internet : " : "Services that reach the Internet: "}${reach}.`,
    ),
  ];
};

const software: Answer = (facts, tongue) => {
  const { come, gone, kept } = softwareCompared(facts);
  const row = (sign: string) => (each: { reference: string; licence: string; source: string }) => [
    `${sign}${shortName(each.reference)}`,
    each.licence,
    each.source,
    supportedUntil(each.reference)?.until ?? texts.unsaid[tongue],
  ];
  return [
    table(
      [texts.software[tongue], texts.licence[tongue], texts.source[tongue], texts.mendedUntil[tongue]],
      [...come.map(row("+ ")), ...gone.map(row("− ")), ...kept.map(row(""))],
      tongue === "fr" ? "Aucun logiciel." : "No software.",
    ),
  ];
};

const cost: Answer = ({ before, after }, tongue) => {
  const of = (objects: Parameters<typeof footprints>[0]) => total(footprints(objects));
  const [was, now] = [of(before?.objects ?? []), of(after.objects)];
  const row = (name: string, from: number, to: number, unit: string, digits = 0) => [
    name,
    `${number(from, tongue, digits)} ${unit}`,
    `${number(to, tongue, digits)} ${unit}`,
    signed(to - from, tongue, digits),
  ];
  return [
    {
      kind: "table",
      head: ["", texts.before[tongue], texts.after[tongue], texts.difference[tongue]],
      rows: [
        row(texts.memory[tongue], was.requestedMiB, now.requestedMiB, tongue === "fr" ? "Mio" : "MiB"),
        row(texts.processor[tongue], was.cores, now.cores, tongue === "fr" ? "cœur" : "core", 2),
        row(texts.storage[tongue], was.storageGiB, now.storageGiB, gibibyte[tongue]),
        row(texts.energy[tongue], energy(was).kilowattHoursPerYear, energy(now).kilowattHoursPerYear, "kWh"),
      ],
    },
  ];
};

const unchanged: Answer = (facts, tongue) => {
  const touched = new Set([...toldOf(facts.changes), ...untoldIn(facts).map((untold) => untold.service)]);
  // What comes with a change is no service that stays.
  const there = dataOf(facts.before?.objects ?? facts.after.objects);
  const same = [...dataOf(facts.after.objects).keys()].filter(
    (name) => there.has(name) && !touched.has(name),
  );
  return [
    text(
      same.length === 0
        ? tongue === "fr"
          ? "Aucun service n’est tout à fait comme avant."
          : "No service is quite as before."
        : `${tongue === "fr" ? "Restent comme avant : " : "As before: "}${same.map((name) => service(name, tongue)).join(", ")}.`,
    ),
    text(
      tongue === "fr"
        ? `${number(facts.objects.unchanged, tongue)} objets ne changent pas.`
        : `${number(facts.objects.unchanged, tongue)} objects do not change.`,
    ),
  ];
};

/** The questions in their order; the technical part is last. */
const answers: Readonly<Record<Exclude<keyof typeof texts.questions, "back">, Answer>> = {
  messages: ({ messages }, tongue) => messageBlocks(messages, tongue),
  people,
  undo: undoBlocks,
  data,
  exposure: (facts, tongue) => exposureBlocks(facts, tongue),
  leaving,
  software,
  cost,
  rules: ruleBlocks,
  approval: approvalAnswer,
  unchanged,
  technical: ({ objects, beneath }, tongue) => technicalBlocks(objects, tongue, beneath),
};

/** All questions of a report, answered; where the change comes from only where git says something of it. */
export function sections(facts: Facts, tongue: Tongue): Section[] {
  return Object.entries(answers).flatMap(([id, answer]) => {
    const blocks = answer(facts, tongue);
    return blocks.length === 0 ? [] : [{ id, title: wordFor(texts.questions, id, tongue), blocks }];
  });
}
