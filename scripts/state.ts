import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { folderBackend, pulumiHome } from "../local/toolchain/pulumi.ts";
import { spoken } from "./language.ts";

/** Pulumi's private cloud, which keeps the state by default: here only if somebody names it. */
const privateCloud = "https://api.pulumi.com";

/** Asks a person for one line. */
export type Ask = (question: string, options: { isSecret: boolean }) => Promise<string>;

/**
 * Place of a stack's state, and the passphrase that opens its secrets, as variables for Pulumi: from the environment,
 * else from `pulumi login`, else from a person's answers. Throws one sentence that says what to write if there is
 * none.
 *
 * Sources: sdk/go/common/workspace/creds.go (`current`, PULUMI_CREDENTIALS_PATH) and pkg/secrets/passphrase of Pulumi
 * 3.259.
 *
 * @param ask undefined if nobody can be asked.
 */
export async function stateEnvironment(
  environment: NodeJS.ProcessEnv,
  ask: Ask | undefined,
): Promise<Record<string, string>> {
  const named = environment.PULUMI_BACKEND_URL || loggedIn(environment);
  const backend = named ?? (await askForFolder(ask));
  // A service of somebody's own keeps secrets itself.
  const needsPassphrase = !/^https?:/.test(backend);
  const hasPassphrase =
    environment.PULUMI_CONFIG_PASSPHRASE !== undefined ||
    environment.PULUMI_CONFIG_PASSPHRASE_FILE !== undefined;
  const passphrase = needsPassphrase && !hasPassphrase ? await askForPassphrase(ask) : undefined;
  return {
    PULUMI_BACKEND_URL: backend,
    ...(passphrase === undefined ? {} : { PULUMI_CONFIG_PASSPHRASE: passphrase }),
  };
}

/** Address to which `pulumi login` last went, unless that is Pulumi's private cloud. */
function loggedIn(environment: NodeJS.ProcessEnv): string | undefined {
  const file = join(environment.PULUMI_CREDENTIALS_PATH || pulumiHome(environment), "credentials.json");
  if (!existsSync(file)) return undefined;
  const { current } = JSON.parse(readFileSync(file, "utf8")) as { current?: string };
  return current === undefined || current === "" || current.startsWith(privateCloud) ? undefined : current;
}

async function askForFolder(ask: Ask | undefined): Promise<string> {
  const usual = join(homedir(), "commune-etat");
  if (ask === undefined)
    throw new TranslatedError({
      en: `nothing says where the stack's state is to be kept. Name a folder or an S3 bucket, and run this again: export PULUMI_BACKEND_URL="${folderBackend(usual)}" (docs/install.md, "3. State and passphrase"). Pulumi's own cloud keeps it only where it is named. Nothing was changed.`,
      fr: `rien ne dit où l’état de la pile doit être gardé. Nommez un dossier ou un espace S3, et relancez : export PULUMI_BACKEND_URL="${folderBackend(usual)}" (docs/install.md, « 3. State and passphrase »). Le nuage de Pulumi ne le garde que si on le nomme. Rien n’a été changé.`,
    });
  const answer = await ask(
    spoken({
      en: `Where is the stack's state kept? A folder, or an s3:// address [${usual}]: `,
      fr: `Où l’état de la pile est-il gardé ? Un dossier, ou une adresse s3:// [${usual}] : `,
    }),
    {
      isSecret: false,
    },
  );
  if (answer.includes("://")) return answer;
  const folder = resolve((answer || usual).replace(/^~(?=\/|$)/, homedir()));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folderBackend(folder);
}

async function askForPassphrase(ask: Ask | undefined): Promise<string> {
  if (ask === undefined)
    throw new TranslatedError({
      en: `nothing opens the stack's secrets. Write a passphrase into a file, keep a copy elsewhere, and run this again: export PULUMI_CONFIG_PASSPHRASE_FILE=~/commune-phrase (docs/install.md, "3. State and passphrase"). Nothing was changed.`,
      fr: "rien n’ouvre les secrets de la pile. Écrivez une phrase secrète dans un fichier, gardez-en une copie ailleurs, et relancez : export PULUMI_CONFIG_PASSPHRASE_FILE=~/commune-phrase (docs/install.md, « 3. State and passphrase »). Rien n’a été changé.",
    });
  const passphrase = await ask(
    spoken({
      en: "Passphrase of the stack's secrets (keep it: nothing opens them without it): ",
      fr: "Phrase secrète de la pile (gardez-la : rien n’ouvre ses secrets sans elle) : ",
    }),
    {
      isSecret: true,
    },
  );
  if (passphrase === "")
    throw new TranslatedError({
      en: "an empty passphrase protects nothing. Nothing was changed.",
      fr: "une phrase secrète vide ne protège rien. Rien n’a été changé.",
    });
  return passphrase;
}
