import type { KeeperStatus, VaultSeen } from "../../components/recovery/keeper/settings.ts";
import { complaints, reachedSeconds } from "../../components/recovery/keeper/status.ts";

/** Metrics of a keeper for Prometheus. */
export function metricsOf(status: KeeperStatus, now: Date): string {
  const { server, rpoSeconds, shipped, base, spool, gaps, failures, vaults, slot, rehearsals } = status;
  const rehearsalAt = ({ host }: VaultSeen) => rehearsals?.last[host];
  const reached = reachedSeconds(status, now);
  const seconds = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text) / 1000);
  const values: [string, string, number | undefined][] = [
    ["rpo_promised_seconds", "How much may be lost at most.", rpoSeconds],
    ["rpo_reached_seconds", "How much would be lost now.", reached],
    [
      "shipped_until_seconds",
      "What can be gone back to last, on the server's clock, Unix time.",
      seconds(shipped?.until),
    ],
    ["shipments", "Number of the last shipment.", shipped?.sequence],
    [
      "base_ended_seconds",
      "When the last whole copy ended, on the server's clock, Unix time.",
      seconds(base?.ended),
    ],
    [
      "slot_lost",
      "Whether the server no longer keeps its log for the keeper.",
      slot && Number(slot.status === "lost"),
    ],
    ["spool_used_bytes", "What was received and is kept on the spool.", spool.usedBytes],
    ["spool_limit_bytes", "What the spool may hold.", spool.limitBytes],
    [
      "gaps",
      "Times without any copy that could be gone back to.",
      gaps.filter(({ from }) => from !== undefined).length,
    ],
    ["failing_tasks", "Tasks that fail.", failures.length],
    ["complaints", "What a person has to look at.", complaints(status, now).length],
    ["vaults_answering", "Vaults that answer.", vaults.filter(({ answers }) => answers).length],
  ];
  const ofVaults: [string, string, (vault: VaultSeen) => number | undefined][] = [
    ["vault_answers", "Whether a vault answers.", ({ answers }) => Number(answers)],
    [
      "vault_proved_seconds",
      "When all that is relied on was last found whole at a vault, Unix time; absent if it is not.",
      ({ proved }) => seconds(proved),
    ],
    [
      "vault_until_seconds",
      "What can be gone back to last with one vault alone, on the server's clock, Unix time.",
      ({ until }) => seconds(until),
    ],
    [
      "vault_lacking_generations",
      "Generations that are not whole at a vault.",
      ({ lacks = [] }) => lacks.length,
    ],
    [
      "vault_rehearsed_seconds",
      "When the server was last brought back from a vault, or could not be, Unix time.",
      (vault) => seconds(rehearsalAt(vault)?.at),
    ],
    [
      "vault_rehearsal_failed",
      "Whether it could not be.",
      (vault) => {
        const rehearsal = rehearsalAt(vault);
        return rehearsal && Number(rehearsal.failed !== undefined);
      },
    ],
  ];
  const perVault = ofVaults.flatMap(([name, help, of]) => {
    const rows = vaults.flatMap((vault) => {
      const value = of(vault);
      return value === undefined
        ? []
        : [`keeper_${name}{server="${server}",vault="${vault.host}"} ${value}\n`];
    });
    return rows.length === 0
      ? []
      : [`# HELP keeper_${name} ${help}\n# TYPE keeper_${name} gauge\n${rows.join("")}`];
  });
  const perServer = values
    .filter(([, , value]) => value !== undefined)
    .map(
      ([name, help, value]) =>
        `# HELP keeper_${name} ${help}\n# TYPE keeper_${name} gauge\nkeeper_${name}{server="${server}"} ${value}\n`,
    );
  return [...perServer, ...perVault].join("");
}
