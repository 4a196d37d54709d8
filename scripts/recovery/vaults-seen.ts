import { daysLeft, growthPerDay, vaultComplaints } from "../../components/recovery/vault/growth.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import type { LockStatus, SeenStatus, VaultStatus } from "../../components/recovery/vault/settings.ts";
import type { Surroundings } from "./points.ts";

/** Findings about one vault: its own status, and what is not well. */
export interface SeenVault {
  host: string;
  status?: SeenStatus;
  /** Growth in bytes per day; absent before a day has passed. */
  growthBytesPerDay?: number;
  complaints: string[];
}

/** Asks each vault of a commune how full it is, how it grows, and when all of it was read last. */
export async function seenVaults(
  { outputsOf, fetch, now }: Pick<Surroundings, "outputsOf" | "fetch" | "now">,
  id: string,
  hosts: readonly string[],
): Promise<SeenVault[]> {
  const accesses = await outputsOf(id).then(
    ({ vaults = {} }) => vaults,
    () => ({}) as NonNullable<Awaited<ReturnType<typeof outputsOf>>["vaults"]>,
  );
  return Promise.all(
    hosts.map(async (host): Promise<SeenVault> => {
      const access = accesses[host];
      if (access === undefined) {
        return {
          host,
          complaints: [`the stack does not say how it is opened: npx pulumi up -s ${id}`],
        };
      }
      try {
        const status = await new OpenVault(host, access, fetch).status();
        const growth = "lock" in status ? undefined : growthPerDay(status, now());
        return {
          ...{ host, status },
          ...(growth !== undefined && { growthBytesPerDay: Math.round(growth) }),
          complaints: vaultComplaints(status, now()),
        };
      } catch (error) {
        return { host, complaints: [`it says nothing: ${reason(error)}`] };
      }
    }),
  );
}

/** `fetch` says "fetch failed", and its cause why. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

const gibibytes = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(2)} GiB`;

/** `12.40 GiB of 93.75 GiB`. */
export const usage = ({ usedBytes, quotaBytes }: Pick<VaultStatus, "usedBytes" | "quotaBytes">) =>
  `${gibibytes(usedBytes)} of ${gibibytes(quotaBytes)}`;

/** `a bucket, which locks what comes for 190 days, COMPLIANCE`. */
export const lockText = (lock: LockStatus | undefined) =>
  lock === undefined
    ? "a bucket"
    : lock.mode === undefined
      ? "a bucket, which locks nothing"
      : `a bucket, which locks what comes for ${lock.days} days, ${lock.mode}`;
const mebibytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;

/** `vault at bron: 12.40 GiB of 93.75 GiB, 120.0 MiB more a day …`, and a line for each complaint. */
export function vaultText({ host, status, growthBytesPerDay, complaints }: SeenVault, now: Date): string {
  const wrong = complaints.map((line) => `  ! ${line}`);
  if (status === undefined) return [`vault at ${host}`, ...wrong].join("\n");
  if ("lock" in status) return [`vault at ${host}: ${lockText(status.lock)}`, ...wrong].join("\n");
  const { scrub } = status;
  const left = daysLeft(status, now);
  const grows =
    growthBytesPerDay === undefined
      ? "how it grows is known after a day"
      : `${mebibytes(growthBytesPerDay)} more a day${left === undefined ? "" : `, room for ${left} days`}`;
  return [
    `vault at ${host}: ${usage(status)}, ${grows}`,
    scrub === undefined
      ? "  its host has not read all of it yet"
      : `  its host read all ${scrub.files} files on ${scrub.finished.slice(0, 16).replace("T", " ")}, ${scrub.bad} were not what they were`,
    ...wrong,
  ].join("\n");
}

/** Returns the status of a neighbour's vault, which has usage and quota; undefined for a bucket. */
const roomIn = (status: SeenStatus | undefined) =>
  status === undefined || "lock" in status ? undefined : status;

/** Metrics of the vaults of a commune for Prometheus, as the commune itself sees them. */
export function vaultMetrics(commune: string, vaults: readonly SeenVault[]): string {
  const metric = (name: string, help: string, of: (vault: SeenVault) => number | undefined) => {
    const rows = vaults.flatMap((vault) => {
      const value = of(vault);
      return value === undefined
        ? []
        : [`recovery_vault_${name}{commune="${commune}",vault="${vault.host}"} ${value}\n`];
    });
    if (rows.length === 0) return "";
    return `# HELP recovery_vault_${name} ${help}\n# TYPE recovery_vault_${name} gauge\n${rows.join("")}`;
  };
  return [
    metric("answers", "Whether it answers its guest.", ({ status }) => Number(status !== undefined)),
    metric("used_bytes", "What is stored.", ({ status }) => roomIn(status)?.usedBytes),
    metric("quota_bytes", "What may be stored.", ({ status }) => roomIn(status)?.quotaBytes),
    metric("growth_bytes_per_day", "How much more is stored each day.", (vault) => vault.growthBytesPerDay),
    metric("scrub_finished_seconds", "When its host last read every file, Unix time.", ({ status }) =>
      status?.scrub === undefined ? undefined : Date.parse(status.scrub.finished) / 1000,
    ),
    metric(
      "quarantined_files",
      "Files that were not what their names say.",
      ({ status }) => status?.quarantined.length,
    ),
    metric("complaints", "What a person has to look at.", ({ complaints }) => complaints.length),
  ].join("");
}
