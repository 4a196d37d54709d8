import { Command } from "commander";
import type { Translated } from "../components/foundation/language/language.ts";
import { number } from "../components/foundation/language/numbers.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { type Footprint, footprints, total } from "../policies/footprint.ts";
import { energy, machineFor } from "../policies/hardware.ts";
import { languageHere, spoken } from "./language.ts";
import { sideAt } from "./side.ts";

const titles: Translated<readonly string[]> = {
  en: ["service", "pods", "cores", "asks for", "may take", "volumes"],
  fr: ["service", "pods", "cœurs", "demande", "au plus", "disques"],
};

/** A commune's size, as a table and what it means. */
export function sizeText(commune: string, parts: readonly Footprint[]): string {
  const all = total(parts);
  const { watts, kilowattHoursPerYear } = energy(all);
  const machine = spoken(machineFor(all));
  const row = ({ service, pods, cores, requestedMiB, limitMiB, storageGiB }: Footprint) => [
    service,
    String(pods),
    cores.toFixed(2),
    `${requestedMiB} MiB`,
    `${limitMiB} MiB`,
    `${storageGiB} GiB`,
  ];
  const rows = [titles[languageHere()], ...parts.map(row), row(all)];
  const widthOf = (column: number) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0));
  const widths = rows[0]?.map((_, column) => Math.max(column === 0 ? 10 : 9, widthOf(column))) ?? [];
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0))).join("   ")}`;
  return [
    spoken({
      en: `${commune}: what it asks of a machine`,
      fr: `${commune} : ce que la commune demande à une machine`,
    }),
    ...rows.map(line),
    "",
    spoken({ en: `  Fits on  ${machine}`, fr: `  Tient sur  ${machine}` }),
    spoken({
      en: `  Energy   about ${Math.round(kilowattHoursPerYear)} kWh a year (${watts.toFixed(1)} W on average)`,
      fr: `  Énergie    environ ${Math.round(kilowattHoursPerYear)} kWh par an (${number(watts, "fr", 1)} W en moyenne)`,
    }),
    spoken({
      en: "           an estimate from what is asked for, by Cloud Carbon Footprint's coefficients: docs/platform.md",
      fr: "             une estimation d’après ce qui est demandé, par les coefficients de Cloud Carbon Footprint : docs/platform.md",
    }),
  ].join("\n");
}

/** `commune size <id>`: requests, limits, storage, and what they mean in hardware and energy. Reads files only. */
export function sizeCommand(stacks = repositoryFile("stacks")): Command {
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
