import { valueInFrench } from "../../components/commune/changes/field-words.ts";
import { sizeOf } from "../../components/foundation/declaration/size.ts";
import type { Asked, Told } from "./asked.ts";
import { of, toward } from "./french.ts";

/** Tells that the commune's account with a service is another one. */
export function accountTold({ change: { to }, section: { fr, en } }: Asked): Told {
  return {
    rank: "final",
    text: {
      fr: `le compte de la commune sur ${fr} s’appellera pour toujours « ${to} », sans ceux qui suivaient l’ancien`,
      en: `the commune’s account on ${en} will be “${to}” for good, without those who followed the former one`,
    },
  };
}

/** Tells for how many people a service is sized. */
export function expectedTold({ change: { to, from }, section: { fr, en } }: Asked): Told {
  return {
    rank: "changes",
    text: {
      fr: `${fr} est prévu pour ${to} personnes, et l’était pour ${from}`,
      en: `${en} is sized for ${to} people, and was for ${from}`,
    },
  };
}

/** Tells how much space each person has. */
export function quotaTold({ change: { to, from }, section: { fr, en } }: Asked): Told {
  const size = (value: unknown) => valueInFrench(String(value), undefined);
  const [was, is] = [from, to].map(bytesIn);
  const isLess = was !== undefined && is !== undefined && is < was;
  return {
    rank: "changes",
    text: isLess
      ? {
          fr: `dans ${fr}, chacun n’aura plus que ${size(to)} au lieu de ${size(from)} : qui en occupe davantage garde tout et ne peut rien ajouter`,
          en: `in ${en}, each person will have ${to} instead of ${from}: whoever uses more keeps all of it and can add nothing`,
        }
      : {
          fr: `dans ${fr}, chacun aura ${size(to)}, et en avait ${size(from)}`,
          en: `in ${en}, each person will have ${to}, and had ${from}`,
        },
  };
}

/** Bytes of a written size; undefined if it is none. */
function bytesIn(value: unknown): number | undefined {
  return typeof value === "string" && /^\d/.test(value) ? sizeOf(value).bytes : undefined;
}

/** Tells how much memory a server has; undefined if one of both is not known. */
export function memoryTold({ change: { to, from }, path: [head = ""], names }: Asked): Told {
  if (from === undefined || to === undefined) return undefined;
  const { fr, en } = names.title(head);
  const size = (value: unknown) => valueInFrench(String(value), undefined);
  return {
    rank: "changes",
    text: {
      fr: `${fr} aura ${size(to)} de mémoire, et en avait ${size(from)}`,
      en: `${en} will have ${to} of memory, and had ${from}`,
    },
  };
}

/** An extension in another version: its checksum, which is another as well, is told with it. */
export function extensionTold({ path: [, , name = ""], section: { fr, en }, facts }: Asked): Told {
  const version = facts.changes.find(
    ({ field }) => field[1] === "plugins" && field[2] === name && field[3] === "version",
  );
  return {
    rank: "changes",
    text:
      version?.to === undefined
        ? {
            fr: `l’extension « ${name} » ${of(fr)} est remplacée par une autre du même nom`,
            en: `the plugin “${name}” of ${en} is replaced by another of the same name`,
          }
        : {
            fr: `l’extension « ${name} » ${of(fr)} passe à la version ${version.to}`,
            en: `the plugin “${name}” of ${en} goes to version ${version.to}`,
          },
  };
}

/** Tells that a setting is passed through to an application. */
export function ownSettingTold({ path: [, , name = ""], section: { fr, en } }: Asked): Told {
  return {
    rank: "unknown",
    text: {
      fr: `un réglage propre ${toward(fr)} change, dont cet outillage ne connaît pas l’effet : « ${name} »`,
      en: `a setting of ${en} itself changes, whose effect this tool does not know: “${name}”`,
    },
  };
}
