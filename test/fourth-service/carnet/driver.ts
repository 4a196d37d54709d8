import { askJson } from "../../../components/foundation/program/request.ts";
import {
  type DriverTools,
  type LinkDriver,
  nothing,
  type OwnAddress,
} from "../../../components/services/link.ts";

/** Carnet: each server reads the other's calendar. Its API is three lines. */
export function eventsDriver({ inside }: OwnAddress, { secret }: DriverTools): LinkDriver {
  const call = (method: string, path: string) =>
    askJson(`${inside}${path}`, { method, headers: { authorization: `Bearer ${secret()}` } });
  return {
    targetOf: ({ url }) => new URL(url).host,
    async observe(targets) {
      const read = (await call("GET", "/calendars")) as Record<
        string,
        { outgoing: "accepted"; incoming: boolean }
      >;
      return new Map(targets.map((target) => [target, read[target] ?? nothing]));
    },
    async open(target) {
      await call("PUT", `/calendars/${target}`);
    },
    keep: async () => {},
    async close(target) {
      await call("DELETE", `/calendars/${target}`);
    },
  };
}
