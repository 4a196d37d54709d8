import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Patience } from "../../components/foundation/program/patience.ts";
import { transfer } from "../../components/foundation/program/transfer.ts";
import type { Reason } from "../../components/recovery/points/manifest.ts";
import {
  type PointsIdentity,
  type PointsSettings,
  type PointsVaults,
  pointsFolders,
  pointsSecrets,
} from "../../components/recovery/points/settings.ts";
import type { Fetch } from "../../components/recovery/vault/open-vault.ts";

/** Time for which a pod waits for what comes a moment after it, seconds. */
const podSeconds = 120;

/** Time for which a silent vault is asked again before the next one is written to instead, seconds. */
const vaultSeconds = 90;

/** Settings and tools of a step of a restore point. */
export interface Surroundings {
  settings: PointsSettings;
  identity: PointsIdentity;
  access: PointsVaults;
  /** Password of the repositories. */
  password: string;
  /** Private key that signs the points, 32 bytes. */
  key: Uint8Array;
  /** Keys to the bucket with the service's files, if the settings name one. */
  bucketKeys?: { accessKey: string; secretKey: string };
  folders: { work: string; volumes: string; cache: string };
  /** The program. */
  restic: string;
  reason: Reason;
  /** Whether a person has said that half of the files may be gone. */
  maySmaller: boolean;
  /** Time for which a silent vault is asked again before the next one is written to instead. */
  patienceSeconds: number;
  fetch: Fetch;
  now: () => Date;
  say: (line: string) => void;
}

/** Surroundings from a pod's environment. */
export function ofPod(environment: NodeJS.ProcessEnv): Surroundings {
  const patience = new Patience(podSeconds, (line) => console.error(line));
  const secret = (name: keyof typeof pointsSecrets) =>
    readFileSync(join(pointsFolders.secrets, pointsSecrets[name]), "utf8").trim();
  const read = <T>(text: string) => JSON.parse(text) as T;
  const settings = read<PointsSettings>(readFileSync(join(pointsFolders.settings, "settings.json"), "utf8"));
  return {
    settings,
    ...(settings.bucket && {
      bucketKeys: { accessKey: secret("bucketAccessKey"), secretKey: secret("bucketSecretKey") },
    }),
    identity: read(secret("identity")),
    access: read(secret("vaults")),
    password: secret("repositoryPassword"),
    key: Buffer.from(secret("signingKey"), "base64url"),
    folders: { work: pointsFolders.work, volumes: pointsFolders.volumes, cache: "/tmp/restic" },
    restic: join(pointsFolders.tools, "restic"),
    reason: (environment.REASON as Reason | undefined) ?? "schedule",
    maySmaller: environment.MAY_BE_SMALLER === "yes",
    patienceSeconds: vaultSeconds,
    fetch: (address, init) => patience.ask(new URL(address).host, () => transfer(address, init)),
    now: () => new Date(),
    say: (line) => console.log(line),
  };
}
