import type { RefusedSetting, Setting } from "../../foundation/declaration/settings.ts";

/** Keys of config.php that `settings:` may not hold, with the reason and what to do instead. */
const refused: readonly [pattern: RegExp, reason: string][] = [
  [
    /^(secret|passwordsalt|instanceid)$/,
    "was made at the installation, and what is encrypted or shared with it cannot be read with another. Remove it.",
  ],
  [
    /^(version|installed)$/,
    "is how Nextcloud knows what an upgrade or an installation has left. Write `version` beside `settings`.",
  ],
  [/^db/, "follows from the commune's `database`, or from `dedicatedDatabase`. Write those."],
  [
    /^(datadirectory|objectstore)$/,
    "says where files are, which the volume and the backups count on. Write `storage`, or `objects` for a new Nextcloud.",
  ],
  [/^redis(\.cluster)?$/, "leads to the service's own cache. Remove it."],
  [
    /^(trusted_domains|overwrite\.cli\.url)$/,
    "follows from `subdomain` and the commune's `domain`, and peers know the server by it. Write those.",
  ],
  [
    /^mail_smtppassword$/,
    "follows from the commune's `mail`; its password is the stack's setting `commune:mail-password`. Write those.",
  ],
];

/** A secret in a declaration would also stand in a ConfigMap, in clear. */
const secret = /(password|secret|key)$/i;

/** The settings that may not be passed through, among those declared. */
export function refusedSettings(settings: Readonly<Record<string, Setting>>): RefusedSetting[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const [, reason] = refused.find(([pattern]) => pattern.test(name)) ?? [];
    return reason === undefined
      ? secretsBelow([name], value)
      : [{ path: [name], message: `${name} ${reason}` }];
  });
}

/** Finds what looks like a secret, at any depth. True and false are none: `hashing_default_password`. */
function secretsBelow(path: (string | number)[], value: Setting): RefusedSetting[] {
  const name = path.at(-1);
  if (typeof name === "string" && secret.test(name) && typeof value !== "boolean") {
    const message = `${path.join(".")} is or may be a secret, and settings can be read by whoever reads the declaration. Remove it, and set it in a pod with "php occ config:system:set", which keeps it in config.php on the volume.`;
    return [{ path, message }];
  }
  if (typeof value !== "object" || value === null) return [];
  const below: [string | number, Setting][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return below.flatMap(([key, item]) => secretsBelow([...path, key], item));
}
