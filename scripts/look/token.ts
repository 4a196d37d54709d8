import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { toolkitTemplate } from "../../local/template.ts";
import type { Kubectl } from "../kubectl.ts";

/** Purpose of a token. */
export interface TokenPurpose {
  /** Name of the application that it is of, as its owner sees it. */
  application: string;
  /** Rights of the token, as Mastodon names them. */
  scopes: string;
  /** Lifetime of the token. */
  seconds: number;
}

/** Writes a post, reads it and takes it back: ten minutes are enough for a look. */
const look: TokenPurpose = { application: "commune look", scopes: "read write", seconds: 600 };

/** The service on which the commune's account posts. */
export const postingService = "mastodon";

/** Writes a post about news, and reads whether it exists. */
const posting: TokenPurpose = {
  application: "commune publish",
  scopes: "read:accounts read:statuses write:statuses",
  seconds: 300,
};

/** A token of the account that allows only posts about news. */
export function postingToken(
  commune: string,
  owner: string,
  kubectl: Pick<Kubectl, "text">,
): Promise<string> {
  return mastodonToken(commune, owner, kubectl, posting);
}

/** Mastodon has no way to log in without a browser: the password grant is gone since 4.4. */
const script = (owner: string, { application, scopes, seconds }: TokenPurpose) =>
  toolkitTemplate("scripts/look/token.rb", {
    APPLICATION: application,
    SCOPES: scopes,
    OWNER: owner,
    SECONDS: seconds,
  });

/** A short-lived access token of a Mastodon account, made inside the server's own pod. */
export async function mastodonToken(
  commune: string,
  owner: string,
  kubectl: Pick<Kubectl, "text">,
  purpose: Partial<TokenPurpose> = {},
): Promise<string> {
  const said = await kubectl.text([
    ...["exec", "--request-timeout=0", `--namespace=${commune}-mastodon`, "deployment/mastodon-web"],
    // kubectl waits a minute for a pod otherwise, where none runs.
    ...[
      "--pod-running-timeout=10s",
      "--container=puma",
      "--",
      "bin/rails",
      "runner",
      script(owner, { ...look, ...purpose }),
    ],
  ]);
  const token = said.trim().split("\n").at(-1) ?? "";
  if (!/^[\w-]{20,}$/.test(token))
    throw new TranslatedError({
      en: `Mastodon gave no access token for ${owner}.`,
      fr: `Mastodon n’a pas donné de jeton d’accès pour ${owner}.`,
    });
  return token;
}
