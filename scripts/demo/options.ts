import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { nearest } from "../../components/foundation/declaration/choice.ts";
import { readDomain } from "../../components/foundation/declaration/domain.ts";
import { show } from "../../components/foundation/declaration/show.ts";
import { Refusal } from "../../components/foundation/declaration/written.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { spoken, spokenError } from "../language.ts";

/** Settings of a stack, as people write them. */
export type Settings = Readonly<Record<string, string>>;

/** Settings that have an option of their own. */
const elsewhere = new Map([
  ["context", "--context <name>"],
  ["domain", "--domain <domain>"],
  ["authority", "--ca <file>"],
]);

/** `--set ingress=k3s`, beside those before it: a setting of the site (docs/site.md) with a value that it can have. */
export function settingOption(text: string, before: Settings = {}): Settings {
  const [, key = "", value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (value === undefined)
    throw new InvalidArgumentError(
      spoken({
        en: "Write <key>=<value>, such as ingress=k3s (docs/site.md).",
        fr: "Écrivez <clé>=<valeur>, comme ingress=k3s (docs/site.md).",
      }),
    );
  const own = elsewhere.get(key);
  if (own !== undefined)
    throw new InvalidArgumentError(spoken({ en: `Write ${own} instead.`, fr: `Écrivez plutôt ${own}.` }));
  const keys = Object.keys(siteSchema.shape).filter((each) => !elsewhere.has(each));
  if (!isSetting(key) || !keys.includes(key)) {
    const near = nearest(key, keys);
    throw new InvalidArgumentError(
      spoken({
        en: `${show(key)} is no setting of a site. ${near ? `Did you mean ${near}?` : `There are: ${keys.join(", ")}.`}`,
        fr: `${show(key)} n’est pas un réglage d’un site. ${near ? `Vouliez-vous dire ${near} ?` : `Il y a : ${keys.join(", ")}.`}`,
      }),
    );
  }
  const read = siteSchema.shape[key].safeParse(value);
  if (!read.success)
    throw new InvalidArgumentError(spoken(`${key}: ${read.error.issues[0]?.message ?? "not possible"}.`));
  return { ...before, [key]: value };
}

const isSetting = (key: string): key is keyof typeof siteSchema.shape => Object.hasOwn(siteSchema.shape, key);

/** `--domain bron.fr` */
export function domainOption(text: string): string {
  const read = readDomain(text);
  if (read instanceof Refusal) throw new InvalidArgumentError(`${show(text)} ${read.reason}.`);
  return read;
}

/** `--ca authority.crt`: a file with certificates in PEM. */
export function authorityOption(file: string): string {
  const text = readOrRefuse(file);
  if (!siteSchema.shape.authority.safeParse(text).success)
    throw new InvalidArgumentError(
      spoken({
        en: `${file} is not the certificate of an authority in PEM.`,
        fr: `${file} n’est pas le certificat d’une autorité en PEM.`,
      }),
    );
  return file;
}

function readOrRefuse(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new InvalidArgumentError(`${spokenError(error)}.`);
  }
}

/** `--address 192.0.2.7`, with a port if it is not 443: `127.0.0.1:8443`, `[2001:db8::7]:8443`. */
export function addressOption(text: string): { host: string; port: number } {
  const url = URL.canParse(`https://${text}`) ? new URL(`https://${text}`) : undefined;
  if (url === undefined || url.host + url.pathname !== `${text.replace(/:443$/, "")}/`)
    throw new InvalidArgumentError(
      spoken({
        en: "Write an address, with a port where it is not 443: 192.0.2.7 or 127.0.0.1:8443.",
        fr: "Écrivez une adresse, avec un port si ce n’est pas 443 : 192.0.2.7 ou 127.0.0.1:8443.",
      }),
    );
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 443) };
}
