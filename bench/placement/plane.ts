import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { groupProcesses } from "../../local/cluster/cgroups.ts";
import { ControlPlane } from "../../local/cluster/index.ts";
import { controlPlaneServices } from "../../local/cluster/services.ts";
import { type Commands, control } from "../../local/cluster/supervisor.ts";

/** Requests a second of each controller: with the usual 20, pods would come more slowly than they are placed. */
const controllersRate = 1000;

/** A control plane with a scheduler and without any node. */
export class SchedulingPlane extends ControlPlane {
  protected override readonly services = [...controlPlaneServices, "kube-scheduler"] as const;

  protected override commands(): Commands {
    const commands = super.commands();
    const limits = [`--kube-api-qps=${controllersRate}`, `--kube-api-burst=${controllersRate}`];
    const manager = "kube-controller-manager";
    return { ...commands, [manager]: [...(commands[manager] ?? []), ...limits] };
  }

  async stopScheduler(): Promise<void> {
    await control(this.layout, "kube-scheduler", ["-d"]);
  }

  async startScheduler(): Promise<void> {
    await control(this.layout, "kube-scheduler", ["-u"]);
  }

  /** Returns the most memory that each program has held so far, MiB. */
  get memory(): Map<string, number> {
    const programs: readonly string[] = this.services;
    return new Map(
      groupProcesses(this.layout.cgroup).flatMap((pid) => {
        const name = basename(readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0] ?? "");
        const most = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
        return programs.includes(name) ? [[name, Number(most) / 1024] as const] : [];
      }),
    );
  }
}
