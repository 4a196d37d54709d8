import { languages } from "../components/commune/changes/languages.ts";
import { tell } from "../components/commune/changes/sentences.ts";
import { type Tongue, titleOf, wordFor, words } from "../components/commune/changes/words.ts";
import { declaredHosts } from "../policies/declared-hosts.ts";
import { rank, sentenceOn } from "../policies/judge.ts";
import { rules } from "../policies/rules.ts";
import { dataOf, namesCompared, openingsCompared, shortName, softwareCompared } from "./compared.ts";
import { type Footprint, footprints, total } from "./footprint.ts";
import { energy } from "./hardware.ts";
import { number, signed } from "./numbers.ts";
import { type Opening, openingsOf, type Party } from "./openings.ts";
import type { Block, Facts, Section } from "./report.ts";
import { affectedIn } from "./summary.ts";
import { articleWords, dataWords, texts } from "./words.ts";

type Answer = (facts: Facts, tongue: Tongue) => readonly Block[];

const text = (written: string): Block => ({ kind: "text", text: written });

/** A table; a sentence instead where it would have no line. */
function table(head: readonly string[], rows: readonly (readonly string[])[], none: string): Block {
  return rows.length === 0 ? text(none) : { kind: "table", head, rows };
}

const gibibyte = { fr: "Gio", en: "GiB" } as const;

const service = (name: string, tongue: Tongue) => titleOf(name, tongue);

const people: Answer = (facts, tongue) => {
  const affected = affectedIn(facts, tongue);
  const { population } = facts.after.declaration;
  const inhabitants = number(population, tongue);
  return [
    affected.length === 0
      ? text(tongue === "fr" ? "Personne en particulier." : "Nobody in particular.")
      : { kind: "list", items: affected },
    text(
      tongue === "fr"
        ? `La commune a ${inhabitants} habitants. Cet outil ne compte pas qui utilise un service.`
        : `The commune has ${inhabitants} inhabitants. This tool does not count who uses a service.`,
    ),
  ];
};

const undo: Answer = ({ changes, after: { declaration } }, tongue) => [
  table(
    [texts.what[tongue], texts.effect[tongue], texts.interruption[tongue]],
    changes.map(({ told, effect, interruption }) => [
      tell(told, languages[tongue]),
      wordFor(words.effect, effect, tongue),
      wordFor(words.interruption, interruption, tongue),
    ]),
    tongue === "fr" ? "Rien ne change." : "Nothing changes.",
  ),
  text(
    tongue === "fr"
      ? `Ce qui est réversible se reprend ainsi : remettre la déclaration d’avant, puis npx pulumi up -s ${declaration.id}.`
      : `What is reversible is taken back like this: put the declaration of before back, then npx pulumi up -s ${declaration.id}.`,
  ),
];

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
        ? "Tout est sur le cluster de la commune, sauf ce que la question « Qu’est-ce qui sort de la commune ? » nomme. Aucune durée de conservation n’est déclarée : chaque service garde ce qu’on ne supprime pas."
        : "All of it is on the commune’s cluster, but for what the question “What leaves the commune?” names. No period of retention is declared: each service keeps what nobody deletes.",
    ),
  ];
};

const parties: Readonly<Record<Party["who"], Readonly<Record<Tongue, string>>>> = {
  internet: { fr: "tout Internet", en: "the whole Internet" },
  addresses: { fr: "les adresses", en: "the addresses" },
  namespace: { fr: "l’espace", en: "the space" },
  itself: { fr: "ses propres programmes", en: "its own programs" },
  cluster: { fr: "tout le cluster", en: "the whole cluster" },
};

function partyText(party: Party, tongue: Tongue): string {
  const word = parties[party.who][tongue];
  if (party.who === "addresses") return `${word} ${party.range}`;
  return party.who === "namespace" ? `${word} ${party.name}` : word;
}

function openingText({ service: name, direction, party, ports }: Opening, tongue: Tongue): string {
  const title = service(name, tongue);
  const other = partyText(party, tongue);
  const at = ports === "" ? "" : ` (port ${ports})`;
  if (tongue === "fr")
    return direction === "in" ? `${other} joint ${title}${at}` : `${title} joint ${other}${at}`;
  return direction === "in" ? `${other} reaches ${title}${at}` : `${title} reaches ${other}${at}`;
}

const exposure: Answer = (facts, tongue) => {
  const [hosts, ways] = [namesCompared(facts), openingsCompared(facts)];
  const rows = [
    ...hosts.come.map(({ host, service: name }) => [
      texts.opens[tongue],
      `${host} (${service(name, tongue)})`,
    ]),
    ...hosts.gone.map(({ host, service: name }) => [
      texts.closes[tongue],
      `${host} (${service(name, tongue)})`,
    ]),
    ...ways.come.map((opening) => [texts.opens[tongue], openingText(opening, tongue)]),
    ...ways.gone.map((opening) => [texts.closes[tongue], openingText(opening, tongue)]),
  ];
  const kept = hosts.kept.map(({ host }) => host);
  return [
    table(
      ["", texts.what[tongue]],
      rows,
      tongue === "fr" ? "Rien ne s’ouvre et rien ne se ferme." : "Nothing opens and nothing closes.",
    ),
    ...(kept.length === 0
      ? []
      : [text(`${tongue === "fr" ? "Restent publics : " : "Public as before: "}${kept.join(", ")}.`)]),
  ];
};

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
      outside.map(({ field, host }) => [field, host]),
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
  ];
  return [
    table(
      [texts.software[tongue], texts.licence[tongue], texts.source[tongue]],
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

const ruled: Answer = ({ findings, siteIsKnown, today }, tongue) => {
  const broken = new Set(findings.map(({ rule }) => rule.id));
  const kept = rules.filter(({ id }) => !broken.has(id)).length;
  const levels = {
    mandatory: { fr: "refusé", en: "refused" },
    advisory: { fr: "signalé", en: "said" },
    excepted: { fr: "excepté", en: "excepted" },
  } as const;
  return [
    text(
      tongue === "fr"
        ? `Règles respectées : ${kept} sur ${rules.length}.`
        : `Rules that are kept: ${kept} of ${rules.length}.`,
    ),
    ...(siteIsKnown
      ? []
      : [
          text(
            tongue === "fr"
              ? "Les réglages de la pile ne sont pas connus ici : ce qui en dépend n’est pas jugé (images nommées par leur empreinte)."
              : "The settings of the stack are not known here: what depends on them is not judged (images named by their digest).",
          ),
        ]),
    ...(findings.length === 0
      ? []
      : [
          {
            kind: "table",
            head: ["", texts.serves[tongue], texts.finding[tongue]],
            rows: findings.map((finding) => [
              levels[rank(finding, today)][tongue],
              articleWords[finding.rule.serves][tongue],
              sentenceOn(today, finding),
            ]),
          } as const,
        ]),
  ];
};

const approval: Answer = ({ after: { declaration } }, tongue) => [
  text(
    tongue === "fr"
      ? `Cet outil n’enregistre pas encore d’accord. Tant que personne n’applique le changement (npx pulumi up -s ${declaration.id}), tout reste comme avant.`
      : `This tool does not record approvals yet. While nobody applies the change (npx pulumi up -s ${declaration.id}), everything stays as before.`,
  ),
];

const unchanged: Answer = (facts, tongue) => {
  const touched = new Set(
    facts.changes.flatMap(({ name, affected, field }) => [name, ...affected, String(field[0])]),
  );
  const same = [...dataOf(facts.after.objects).keys()].filter((name) => !touched.has(name));
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

const technical: Answer = ({ objects: { created, removed, changed } }, tongue) => {
  const named = (title: string, names: readonly string[]): Block[] =>
    names.length === 0 ? [] : [text(`${title} : ${names.length}`), { kind: "list", items: names }];
  return [
    ...named(texts.created[tongue], created),
    ...named(texts.removed[tongue], removed),
    table(
      [texts.changed[tongue], texts.value[tongue], texts.before[tongue], texts.after[tongue]],
      changed.flatMap(({ object, values }) =>
        values.map(({ path, from, to }) => [object, path, from ?? "", to ?? ""]),
      ),
      tongue === "fr" ? "Aucun objet n’est modifié." : "No object is changed.",
    ),
  ];
};

/** The questions in their order; the technical part is last. */
const answers: Readonly<Record<keyof typeof texts.questions, Answer>> = {
  people,
  undo,
  data,
  exposure,
  leaving,
  software,
  cost,
  rules: ruled,
  approval,
  unchanged,
  technical,
};

/** All questions of a report, answered. */
export function sections(facts: Facts, tongue: Tongue): Section[] {
  return Object.entries(answers).map(([id, answer]) => ({
    id,
    title: wordFor(texts.questions, id, tongue),
    blocks: answer(facts, tongue),
  }));
}
