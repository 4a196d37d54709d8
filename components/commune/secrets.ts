import { descriptorLabel } from "../federation/secrets.ts";
import { inVersion, type SecretLabel, secretName } from "../foundation/seed/labels.ts";
import { signingLabel, statusLabel } from "../places/hotspots/secrets.ts";
import { copyPassword, superuserPassword } from "../platform/database/secrets.ts";
import {
  addressesPassword,
  clerkPassword,
  managerPassword,
  readerPassword,
} from "../platform/directory/secrets.ts";
import { clientSecretLabel, secondFactorKey, sessionKey, signingKey } from "../platform/login/secrets.ts";
import { pointsKey } from "../recovery/points/secrets.ts";
import { repositoryPassword, vaultAccessLabel, vaultKeyLabel } from "../recovery/vault/secrets.ts";
import { packagesLabel } from "../schools/schools/secrets.ts";
import { plannedServices } from "../services/index.ts";
import { accountsLabel } from "../tenants/accounts/secrets.ts";
import { requestsLabel } from "../tenants/requests/secrets.ts";
import { secretsOfAssociations } from "./association-secrets.ts";
import { keepersOf } from "./keepers.ts";
import { type CommunePlan, databaseServersOf } from "./plan.ts";
import { allPoints } from "./points.ts";
import { labelsOfService } from "./secret-names.ts";

/** The secrets that a plan derives, each in the version that counts; those of what was retired too. */
export function secretsOf(plan: CommunePlan): SecretLabel[] {
  const { hotspots, schools, retired, secretVersions } = plan;
  const planned = [...plannedServices(plan), ...plannedServices(retired)];
  const labels = [
    ...planned.flatMap(({ service: name, ...rest }) => labelsOfService({ name, ...rest })),
    ...databaseServersOf(plan).map(({ server }) => superuserPassword(server.server)),
    descriptorLabel,
    ...((hotspots ?? retired.hotspots) ? [signingLabel, statusLabel] : []),
    ...((schools ?? retired.schools) ? [packagesLabel] : []),
    ...(plan.keptVaults.length > 0 ? [vaultAccessLabel, vaultKeyLabel] : []),
    ...allPoints(plan).flatMap(({ service }) => [repositoryPassword(service), pointsKey(service)]),
    ...[plan, retired].flatMap(secretsOfAssociations),
    ...(plan.requests ? [requestsLabel] : []),
    ...(plan.directory ? [managerPassword, readerPassword] : []),
    ...(plan.accounts ? [accountsLabel, clerkPassword] : []),
    ...(plan.directory && plan.directory.readers.length > 0 ? [addressesPassword] : []),
    ...(plan.login
      ? [
          sessionKey,
          secondFactorKey,
          signingKey,
          ...plan.login.clients.map(({ service }) => clientSecretLabel(service)),
        ]
      : []),
    ...keepersOf(plan).flatMap(({ server, outsidePort }) => [
      ...(outsidePort === undefined ? [copyPassword(server)] : []),
      repositoryPassword(server),
    ]),
  ];
  return labels.map((label) => inVersion(label, secretVersions));
}

/** The version of each secret, by its name: of what is derived, and of what was given. */
export function versionsOf(plan: CommunePlan): Record<string, number> {
  return Object.fromEntries([
    ...secretsOf(plan).map((label): [string, number] => [secretName(label), label.version]),
    ...plan.givenSecrets.map((name): [string, number] => [name, plan.secretVersions[name] ?? 1]),
  ]);
}
