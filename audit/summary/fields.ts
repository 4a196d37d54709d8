import type { Change } from "../../components/commune/changes/change.ts";
import { valueInFrench } from "../../components/commune/changes/field-words.ts";
import { fieldTitle } from "../../components/commune/changes/words.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import { tenantService } from "../../components/tenants/tenant/declaration.ts";
import { letsIn, serversOfOthers } from "../opened.ts";
import { texts } from "../words.ts";
import type { Asked, Told } from "./asked.ts";
import type { Clause, Rank } from "./clause.ts";
import { of } from "./french.ts";
import { madeClause } from "./made.ts";
import { inEach, type Names } from "./names.ts";
import {
  accountTold,
  expectedTold,
  extensionTold,
  memoryTold,
  ownSettingTold,
  quotaTold,
} from "./service-fields.ts";
import { vaults } from "./vaults.ts";

/** Servers of others that this change alone names. */
function hostsOf({ change, facts: { after } }: Pick<Asked, "change" | "facts">): string[] {
  return serversOfOthers({ changes: [change], after });
}

function signUp({ change: { to }, section: { fr, en } }: Asked): Told {
  switch (String(to)) {
    case "open":
      return {
        rank: "opens",
        text: { fr: `chacun pourra s’inscrire à ${fr}`, en: `anybody will be able to sign up to ${en}` },
      };
    case "approval":
    case "true":
      return {
        rank: "opens",
        text: {
          fr: `chacun pourra demander un compte à ${fr}`,
          en: `anybody will be able to ask for an account at ${en}`,
        },
      };
    default:
      return {
        rank: "ends",
        text: {
          fr: `personne ne pourra plus s’inscrire à ${fr}`,
          en: `nobody will be able to sign up to ${en} any more`,
        },
      };
  }
}

function login({ change: changed, facts }: Asked): Told {
  const { name, to, from } = changed;
  const [host] = hostsOf({ change: changed, facts });
  if (to === undefined && from !== undefined)
    return {
      rank: "ends",
      text: { fr: "la connexion commune aux services s’arrête", en: "the common login ends" },
    };
  const by = host === undefined ? { fr: "", en: "" } : { fr: `, chez ${host}`, en: `, at ${host}` };
  return {
    rank: "moves",
    text:
      name === "identity.issuer"
        ? {
            fr: `on se connectera autrement aux services${by.fr}`,
            en: `people will log in elsewhere${by.en}`,
          }
        : {
            fr: `on se connectera aux services avec un seul compte${by.fr}`,
            en: `people will log in to the services with one account${by.en}`,
          },
  };
}

function mail({ change: { to } }: Asked): Told {
  return to === undefined
    ? undefined
    : { rank: "moves", text: { fr: `les courriels passeront par ${to}`, en: `mail will go by ${to}` } };
}

function office({ change, facts, section: { fr, en } }: Asked): Told {
  const [host] = hostsOf({ change, facts });
  return host === undefined
    ? undefined
    : {
        rank: "moves",
        text: {
          fr: `les documents ${of(fr)} s’ouvriront pour être édités sur ${host}`,
          en: `documents of ${en} will be opened for editing on ${host}`,
        },
      };
}

function form({ change, facts }: Asked): Told {
  if (change.told.sentence === "fieldGoes")
    return {
      rank: "ends",
      text: {
        fr: "les associations ne pourront plus demander d’espace en ligne",
        en: "associations will not be able to ask for a place online any more",
      },
    };
  return facts.after.plan.requests === undefined
    ? undefined
    : {
        rank: "opens",
        text: {
          fr: "les associations pourront demander un espace en ligne",
          en: "associations will be able to ask for a place online",
        },
      };
}

function school({ change, path: [, , id = ""], facts }: Asked): Told {
  const { establishments = {} } = facts.after.declaration.schools ?? {};
  const name = establishments[id]?.name;
  const quoted = `« ${name ?? id} »`;
  return change.told.sentence === "fieldGoes"
    ? {
        rank: "ends",
        text: {
          fr: `l’école ${quoted} ne reçoit plus ce que les écoles partagent`,
          en: `the school ${quoted} no longer gets what schools share`,
        },
      }
    : {
        rank: "comes",
        text: {
          fr: `${name ?? `l’école ${quoted}`} reçoit ce que les écoles partagent`,
          en: `${name ?? `the school ${quoted}`} gets what schools share`,
        },
      };
}

function tool({ change, path: [, id = "", , application = ""], names }: Asked): Told {
  const { fr, en } = names.title(tenantService(id));
  const { fr: titre, en: title } = names.tool(application);
  return change.told.sentence === "fieldGoes"
    ? { rank: "ends", text: { fr: `${fr} n’a plus ${titre}`, en: `${en} no longer has ${title}` } }
    : { rank: "comes", text: { fr: `${fr} aura aussi ${titre}`, en: `${en} will have ${title} as well` } };
}

function access({ change, path: [, id = "", , application = ""], names }: Asked): Told {
  const { fr, en } = names.title(tenantService(id));
  const title = names.tool(application);
  const who = valueInFrench(String(change.to), "access");
  return {
    rank: "changes",
    text: {
      fr: `entrent dans ${title.fr} ${of(fr)} : ${who}`,
      en: `${title.en} of ${en} is open to: ${change.to}`,
    },
  };
}

/** Tells where files go; with the move itself, if it is made now. */
function store({ change: changed, facts, names }: Asked): Told {
  const moved = facts.changes.find(({ told: { sentence } }) => sentence === "filesMoved");
  if (moved !== undefined) return madeClause(moved, names);
  const [host] = hostsOf({ change: changed, facts });
  return host === undefined
    ? undefined
    : {
        rank: "moves",
        text: { fr: `des fichiers seront gardés chez ${host}`, en: `files will be kept at ${host}` },
      };
}

/** Settings that people know by what they do, by the field. */
const known: readonly (readonly [field: RegExp, tell: (asked: Asked) => Told])[] = [
  [/^recovery(\.vaults|\.buckets)?$/, vaults],
  [/\.(registrations|signup)$/, signUp],
  [/^identity(\.issuer)?$/, login],
  [/^mail\.relay$/, mail],
  [/\.office(\.server)?$/, office],
  [/^tenants(\.requests)?$/, form],
  [/^schools\.establishments\.[^.]+$/, school],
  [/^associations\.[^.]+\.applications\.[^.]+$/, tool],
  [/^associations\.[^.]+\.applications\.[^.]+\.access$/, access],
  [/^media(\.endpoint)?$/, store],
  [/^[^.]+\.memory$/, memoryTold],
  [/^[^.]+\.plugins\.[^.]+\.(version|integrity)$/, extensionTold],
  [/^[^.]+\.settings\.[^.]+$/, ownSettingTold],
  [/\.owner\.name$/, accountTold],
  [/\.expectedUsers$/, expectedTold],
  [/\.quotaPerUser$/, quotaTold],
];

const kinds = {
  fieldComes: { fr: "réglage nouveau", en: "new setting" },
  fieldGoes: { fr: "réglage retiré", en: "setting taken out" },
  fieldChanges: { fr: "réglage changé", en: "setting changed" },
} as const;

const isField = (sentence: string): sentence is keyof typeof kinds => sentence in kinds;

const fromTo: Translated<(from: string, to: string) => string> = {
  fr: (from, to) => `, de ${from} à ${to}`,
  en: (from, to) => `, from ${from} to ${to}`,
};

/** Any other setting: its name as people call it, and both values if they are known. */
function other(
  { change: { effect, from, to, name, told } }: Asked,
  opens: boolean,
): { rank: Rank; text: Translated } {
  const last = name.split(".").at(-1);
  const written: Translated<(value: string) => string> = {
    fr: (value) => valueInFrench(value, last),
    en: (value) => value,
  };
  const kind = isField(told.sentence) ? kinds[told.sentence] : kinds.fieldChanges;
  return {
    rank: effect === "irreversible" ? "final" : opens ? "opens" : "changes",
    text: inEach((language) => {
      const [was, is] = [from, to].map((value) =>
        value === undefined ? undefined : written[language](String(value)),
      );
      const values =
        was !== undefined && is !== undefined ? fromTo[language](was, is) : is === undefined ? "" : `, ${is}`;
      return texts.labelled[language](kind[language], `${fieldTitle(name, language)}${values}`);
    }),
  };
}

/** The clause of a changed setting. */
export function fieldClause(change: Change, facts: Asked["facts"], names: Names): Clause {
  const path = change.field.map(String);
  const [head = ""] = path;
  const section: Translated = { fr: fieldTitle(head, "fr"), en: names.title(head).en };
  const asked = { change, path, section, facts, names };
  const opens = letsIn(change) || hostsOf(asked).length > 0;
  const tell = known.find(([field]) => field.test(change.name))?.[1];
  const told = tell?.(asked) ?? other(asked, opens);
  return { about: section, ...told };
}
