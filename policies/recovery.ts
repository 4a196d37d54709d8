import { titleOf } from "../components/commune/changes/words.ts";
import { type DataHolder, dataHoldersOf } from "../components/commune/holders.ts";
import { keepersOf } from "../components/commune/keepers.ts";
import type { CommunePlan } from "../components/commune/planned.ts";
import { pointsOfServices } from "../components/commune/points.ts";
import { uncopied } from "../components/commune/uncopied.ts";
import { joined } from "../components/foundation/language/numbers.ts";
import { type KubernetesObject, nameOf } from "../components/foundation/manifest/object.ts";
import { day } from "../components/foundation/page/day.ts";
import type { Facts, FactsRule } from "./rule.ts";

const databasesAreCopiedInTime: FactsRule = {
  id: "databases-are-copied-in-time",
  level: "advisory",
  serves: "security",
  description: {
    en: "No more of a database can be lost than was promised.",
    fr: "D’une base de données, on ne peut pas perdre plus que ce qui est promis.",
  },
  examples: {
    keeps: "a server that lets its log be copied",
    breaks: "an outside one that is dumped once a day, with rpo: 1 minute",
  },
  reads: "facts",
  check: ({ plan }) =>
    keepersOf(plan)
      .filter(({ method }) => method === "dumps")
      .map(({ rpoSeconds }) => ({
        what: "database.external",
        message: `is dumped once a day, so that up to 1 day of it can be lost and not ${rpoSeconds} seconds. Have its operator let the role "keeper" replicate, then write replication: true (docs/recovery.md).`,
        french: `est copié une fois par jour : on peut en perdre jusqu’à 1 jour, et non ${rpoSeconds} secondes. Demander à qui tient ce serveur de laisser le rôle « keeper » répliquer, puis écrire replication: true (docs/recovery.md).`,
      })),
};

/** Services and servers as French people call them. */
function titles(names: readonly string[]): string {
  return joined(
    names.map((name) => titleOf(name, "fr")),
    "fr",
  );
}

/** Data holders that contain personal data of the commune and are still used. */
function inUse(plan: CommunePlan): DataHolder[] {
  return dataHoldersOf(plan).filter(({ data, retirement }) => data !== "none" && retirement === undefined);
}

/** Whether data is worth a copy: not if all of it may go, and unknown without the settings of the stack. */
const isProtected = ({ site }: Facts) => site !== undefined && !site.dataIsDisposable;

const twoPlaces: FactsRule = {
  id: "two-places",
  level: "advisory",
  serves: "sovereignty",
  description: {
    en: "What holds personal data is also somewhere else, with another commune.",
    fr: "Ce qui contient des données de personnes est aussi ailleurs, chez une autre commune.",
  },
  examples: { keeps: "recovery: { vaults: [lyon] }", breaks: "documents, and no vault" },
  reads: "facts",
  check: (facts) => {
    const held = new Set(inUse(facts.plan).map(({ service }) => service));
    if (!isProtected(facts) || held.size === 0 || facts.plan.keptVaults.length > 0) return [];
    return [
      {
        what: "recovery.vaults",
        message: `names nobody, so that ${[...held].sort().join(", ")} would be lost with the site. Agree with another commune on room for encrypted copies (docs/vault.md).`,
        french: `ne nomme personne : ${titles([...held].sort())} ${held.size === 1 ? "serait perdu" : "seraient perdus"} avec le site. Convenir avec une autre commune d’une place pour des copies chiffrées (docs/vault.md).`,
      },
    ];
  },
};

const restorePolicy: FactsRule = {
  id: "restore-policy",
  level: "advisory",
  serves: "sovereignty",
  description: {
    en: "Where there are vaults, everything that holds personal data has copies in them.",
    fr: "Là où il y a des coffres, tout ce qui contient des données de personnes y a des copies.",
  },
  examples: {
    keeps: "every volume with personal data in a restore point",
    breaks: "a vault, and Nextcloud in no restore point",
  },
  reads: "facts",
  check: (facts) => {
    const { plan } = facts;
    if (!isProtected(facts) || plan.keptVaults.length === 0) return [];
    return uncopied(plan).map((service) => ({
      what: service,
      message:
        "holds personal data on a volume that no restore point has. Save it by your own means until one does (docs/recovery.md).",
      french:
        "contient des données de personnes sur un disque qu’aucun point de restauration ne copie. Le sauvegarder par vos propres moyens d’ici là (docs/recovery.md).",
    }));
  },
};

const kitIsTried: FactsRule = {
  id: "kit-is-tried",
  level: "advisory",
  serves: "sovereignty",
  description: {
    en: "Where others keep copies, what opens them is on paper, and the sheets were tried within a year.",
    fr: "Là où d’autres gardent des copies, ce qui les ouvre est sur papier, et a été essayé depuis moins d’un an.",
  },
  examples: { keeps: "tried: 2026-01-02, on 2026-11-26", breaks: "tried: 2020-01-01, or no kit" },
  reads: "facts",
  check: (facts) => {
    const { plan, declaration, today } = facts;
    if (!isProtected(facts) || plan.keptVaults.length === 0) return [];
    const kit = declaration.recovery?.kit;
    if (kit === undefined) {
      return [
        {
          what: "recovery.kit",
          message: `is not declared: without the seed nobody opens the copies at ${plan.keptVaults.map(({ host }) => host).join(", ")}. Name who has a share of it on paper (docs/recovery.md).`,
          french: `n’est pas déclaré : sans la graine, personne n’ouvre les copies gardées par ${plan.keptVaults.map(({ host }) => host).join(", ")}. Nommer qui en a une part sur papier (docs/recovery.md).`,
        },
      ];
    }
    const { tried } = kit;
    const until = tried && `${Number(tried.slice(0, 4)) + 1}${tried.slice(4)}`;
    if (tried !== undefined && until !== undefined && tried <= today && today <= until) return [];
    const is =
      tried === undefined
        ? "is not there"
        : tried > today
          ? `is ${tried}, which is yet to come`
          : `is ${tried}`;
    const est =
      tried === undefined
        ? "manque"
        : tried > today
          ? `est le ${day(tried)}, qui est encore à venir`
          : `est le ${day(tried)}`;
    return [
      {
        what: "recovery.kit.tried",
        message: `${is}: sheets get lost, and nobody notices before they are needed. Try ${kit.needed} of them (npx commune recovery kit verify), and write the day.`,
        french: `${est} : des feuilles se perdent, et personne ne le voit avant d’en avoir besoin. En essayer ${kit.needed} (npx commune recovery kit verify), puis écrire le jour.`,
      },
    ];
  },
};

/** Days after which nobody knows any more whether what has changed since comes back too. */
const drillDays = 183;

const drillIsRecent: FactsRule = {
  id: "drill-is-recent",
  level: "advisory",
  serves: "sovereignty",
  description: {
    en: "Where others keep copies, services came back from them in a drill of the last half year.",
    fr: "Là où d’autres gardent des copies, un exercice des six derniers mois a fait revenir les services.",
  },
  examples: { keeps: "a drill that passed on 2026-06-01, on 2026-11-26", breaks: "none since 2026-05-01" },
  reads: "facts",
  check: (facts) => {
    const { plan, drills, today } = facts;
    if (drills === undefined || !isProtected(facts) || pointsOfServices(plan).length === 0) return [];
    const next = `npx commune drill ${plan.federation.settings.id} (docs/drill.md)`;
    const passed = drills.held.findLast(({ outcome }) => outcome === "passed")?.at.slice(0, 10);
    if (passed === undefined) {
      const message = `were never brought back in a drill that passed: how long that takes, and whether it works, nobody has seen. Try it: ${next}.`;
      const french = `n’ont jamais servi à tout faire revenir dans un exercice réussi : personne n’a vu si cela marche, ni en combien de temps. L’essayer : ${next}.`;
      return [{ what: "recovery.vaults", message, french }];
    }
    const days = (Date.parse(today) - Date.parse(passed)) / 86_400_000;
    return days <= drillDays
      ? []
      : [
          {
            what: "recovery.vaults",
            message: `came back in a drill on ${passed} for the last time, and much has changed since. Try again: ${next}.`,
            french: `ont servi pour la dernière fois dans un exercice le ${day(passed)}, et beaucoup a changé depuis. Recommencer : ${next}.`,
          },
        ];
  },
};

/** The data holder that a claim is of: that of a database server goes by the server's name. */
function holderOf({ metadata }: KubernetesObject, holders: readonly DataHolder[]): DataHolder | undefined {
  const server = metadata.labels?.["commune.cloud/service"];
  return holders.find(
    ({ name, kind, service }) =>
      kind === "volume" && service === server && (name === metadata.name || name === server),
  );
}

const dataIsKept: FactsRule = {
  id: "data-is-kept",
  level: "mandatory",
  serves: "sovereignty",
  description: {
    en: "Pulumi neither deletes nor replaces a volume with data, and leaves it where it leaves the program.",
    fr: "L’outillage n’efface et ne remplace aucun volume de données, et le laisse en place quand il n’est plus déclaré.",
  },
  examples: {
    keeps: "a claim that is protected and retained",
    breaks: "the claim nextcloud-data without either",
  },
  reads: "facts",
  check: (facts) => {
    const { kept, objects, plan } = facts;
    if (kept === undefined || !isProtected(facts)) return [];
    const holders = dataHoldersOf(plan);
    return objects
      .filter((object) => object.kind === "PersistentVolumeClaim" && !kept.has(nameOf(object)))
      .filter((object) => {
        const holder = holderOf(object, holders);
        return holder !== undefined && holder.retirement?.data !== "released";
      })
      .map((object) => ({
        what: nameOf(object),
        message:
          "holds data, and is not protected or would be deleted with its declaration. Pass dataHolderOptions of components/foundation/site/data-holders.ts.",
      }));
  },
};

export const recoveryRules = [
  databasesAreCopiedInTime,
  twoPlaces,
  restorePolicy,
  kitIsTried,
  drillIsRecent,
  dataIsKept,
];
