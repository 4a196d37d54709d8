import { join } from "node:path";
import { Command } from "commander";
import { type Footprint, footprints, total } from "../audit/footprint.ts";
import { energy, machineFor } from "../audit/hardware.ts";
import { checkout } from "../local/paths.ts";
import { sideAt } from "./side.ts";

/** A commune's size, as a table and what it means. */
export function sizeText(commune: string, parts: readonly Footprint[]): string {
  const all = total(parts);
  const { watts, kilowattHoursPerYear } = energy(all);
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, index) => (index === 0 ? cell.padEnd(12) : cell.padStart(12))).join("")}`;
  const row = ({ service, pods, cores, requestedMiB, limitMiB, storageGiB }: Footprint) =>
    line([
      service,
      String(pods),
      cores.toFixed(2),
      `${requestedMiB} MiB`,
      `${limitMiB} MiB`,
      `${storageGiB} GiB`,
    ]);
  return [
    `${commune}: what it asks of a machine`,
    line(["service", "pods", "cores", "asks for", "may take", "volumes"]),
    ...parts.map(row),
    row(all),
    "",
    `  Fits on  ${machineFor(all)}`,
    `  Energy   about ${Math.round(kilowattHoursPerYear)} kWh a year (${watts.toFixed(1)} W on average)`,
    "           an estimate from what is asked for, by Cloud Carbon Footprint's coefficients: docs/size.md",
  ].join("\n");
}

/** `commune size <id>`: requests, limits, storage, and what they mean in hardware and energy. Reads files only. */
export function sizeCommand(stacks = join(checkout, "stacks")): Command {
  return new Command("size")
    .description("Say what a commune asks of a machine: memory, storage, hardware, energy. Reads files only.")
    .argument("<commune>", "id of the commune")
    .option("--json", "print the figures as JSON")
    .action(async (id: string, { json }: { json?: true }) => {
      const parts = footprints((await sideAt(stacks, id)).objects);
      const all = total(parts);
      const figures = { services: parts, total: all, machine: machineFor(all), energy: energy(all) };
      console.log(json ? JSON.stringify(figures, undefined, 2) : sizeText(id, parts));
    });
}
