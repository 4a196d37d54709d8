import type { Strain } from "./bench.ts";
import type { ChartContainer } from "./installations.ts";
import { type Place, text } from "./place.ts";

/** Number of pages that are asked for, and of those at a time. */
const pages = 100;
const together = 8;

/** Measurement of a container by the kubelet. Source: k8s.io/kubelet/pkg/apis/stats/v1alpha1 */
interface Measured {
  name: string;
  cpu?: { time: string; usageCoreNanoSeconds?: number };
  memory?: { workingSetBytes?: number };
}

/** Asks for pages, and returns what each container of the application's pod used meanwhile. */
export async function strainOf(
  place: Place,
  {
    namespace,
    host,
    page,
    containers: own,
  }: { namespace: string; host: string; page: string; containers: readonly ChartContainer[] },
): Promise<{ failed: number; containers: Strain[] }> {
  const node = text(
    await place.succeed(["get", "nodes", "--output=jsonpath={.items[0].metadata.name}"]),
  ).trim();
  const measured = async () => {
    const summary = await place.succeed(["get", "--raw", `/api/v1/nodes/${node}/proxy/stats/summary`]);
    const { pods } = JSON.parse(text(summary)) as {
      pods: { podRef: { namespace: string }; containers?: Measured[] }[];
    };
    return pods
      .filter(({ podRef }) => podRef.namespace === namespace)
      .flatMap(({ containers = [] }) => containers);
  };
  const timeOf = (all: readonly Measured[]) => Math.min(...all.map(({ cpu }) => Date.parse(cpu?.time ?? "")));
  // The kubelet measures every ten seconds or so: what it says must be of after the start, and of after the end.
  const after = async (instant: number) => {
    let found: Measured[] = [];
    await place.until(async () => {
      found = await measured();
      return found.length > 0 && timeOf(found) > instant;
    });
    return found;
  };
  const before = await after(0);
  const failed = await visited(place, host, page);
  const then = await after(Date.now());
  const { items } = JSON.parse(
    text(await place.succeed(["get", "pods", "-n", namespace, "--output=json"])),
  ) as {
    items: { status: { containerStatuses?: { name: string; restartCount: number }[] } }[];
  };
  const restarts = items.flatMap(({ status }) => status.containerStatuses ?? []);
  const containers = own.map(({ name, resources }): Strain => {
    const [first, last] = [before, then].map((all) => all.find((each) => each.name === name));
    const seconds = (Date.parse(last?.cpu?.time ?? "") - Date.parse(first?.cpu?.time ?? "")) / 1000;
    const nanoseconds =
      (last?.cpu?.usageCoreNanoSeconds ?? Number.NaN) - (first?.cpu?.usageCoreNanoSeconds ?? Number.NaN);
    return {
      container: name,
      restarts: restarts.find((each) => each.name === name)?.restartCount ?? 0,
      memoryMiB: Math.ceil((last?.memory?.workingSetBytes ?? Number.NaN) / 1024 ** 2),
      memoryLimitMiB: Number.parseInt(resources.limits.memory ?? "", 10),
      millicores: Math.ceil(nanoseconds / seconds / 1e6),
      millicoresLimit: Number.parseInt(resources.limits.cpu ?? "", 10),
    };
  });
  return { failed, containers };
}

/** Asks for pages, some at a time; returns how many were errors of the server. */
async function visited(place: Place, host: string, page: string): Promise<number> {
  let left = pages;
  let failed = 0;
  const one = async () => {
    while (left-- > 0) {
      const { status } = await place.ask(host, page);
      if (status >= 500) failed++;
    }
  };
  await Promise.all(Array.from({ length: together }, one));
  return failed;
}
