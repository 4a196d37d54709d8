import { type ExternalServer, externalPassword } from "../database/external.ts";
import type { DatabaseSpec } from "../database/manifests.ts";
import { gibibytes, mebibytes } from "../declaration/size.ts";
import { type Identity, identityClientSecret } from "../identity/identity.ts";
import { type Mail, mailPassword, planMail } from "../mail/mail.ts";
import { mediaKeys } from "../media/media.ts";
import { type NextcloudPlan, planNextcloud } from "../nextcloud/plan.ts";
import type { Site } from "../site/site.ts";
import type { CommuneDeclaration } from "./declaration.ts";

/** What a declaration comes to at a site, with every size known. */
export interface CommunePlan {
  /** The server that services share: ours, or one outside. Nothing when no service needs one. */
  database: { ours: DatabaseSpec } | { outside: ExternalServer } | undefined;
  mail: Mail | undefined;
  identity: Identity | undefined;
  nextcloud: NextcloudPlan | undefined;
  /** Names of the secrets that somebody else must have given to the stack. */
  givenSecrets: string[];
}

/** Decides what a commune is made of. Pure: the same declaration and site always give the same plan. */
export function planCommune(
  declaration: CommuneDeclaration,
  site: Pick<Site, "storageClass" | "privatePeers">,
): CommunePlan {
  const nextcloud = planNextcloud(declaration, site);
  const shared = [nextcloud].flatMap((plan) => (plan === undefined ? [] : [plan]));
  const database = shared.length > 0 ? planDatabase(declaration, site, shared) : undefined;
  const { media, identity } = declaration;
  const mail = planMail(declaration.mail, declaration.domain);
  return {
    database,
    mail,
    identity,
    nextcloud,
    givenSecrets: [
      ...(mail?.user === undefined ? [] : [mailPassword]),
      ...(identity === undefined ? [] : [identityClientSecret]),
      ...(media === undefined ? [] : Object.values(mediaKeys)),
      ...(database && "outside" in database ? [externalPassword("nextcloud")] : []),
    ],
  };
}

/** The public names of a commune, and the service behind each. */
export function publicHosts({ nextcloud }: CommunePlan): { host: string; service: string }[] {
  return [...(nextcloud ? [{ host: nextcloud.host, service: "nextcloud" }] : [])];
}

function planDatabase(
  { id, database }: CommuneDeclaration,
  { storageClass }: Pick<Site, "storageClass">,
  services: readonly { size: { databaseMiB: number } }[],
): CommunePlan["database"] {
  if (database.external) {
    const { host, port, encryption } = database.external;
    return { outside: { host, port, sslMode: encryption } };
  }
  const needed = services.reduce((sum, { size }) => sum + size.databaseMiB, 0);
  return {
    ours: {
      commune: id,
      server: "database",
      memoryMiB: database.memory ? mebibytes(database.memory) : needed,
      storageGiB: gibibytes(database.storage),
      storageClass,
    },
  };
}
