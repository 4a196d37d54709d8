import { packagesIn } from "../../../../components/places/hotspots/uci.ts";

/** One `config <type> '<name>'` of UCI text, as OpenWrt reads it. */
export interface Section {
  type: string;
  name: string;
  options: Record<string, string>;
  lists: Record<string, string[]>;
}

/** The sections of one package. */
export function sections(uci: string, wanted: string): Section[] {
  const text = packagesIn(uci).find(({ name }) => name === wanted)?.text ?? "";
  return text
    .split(/^config /m)
    .slice(1)
    .map((part) => {
      const [, type = "", name = ""] = /^(\S+) '(.*)'/.exec(part) ?? [];
      const options: Section["options"] = {};
      const lists: Section["lists"] = {};
      for (const [, kind, key = "", value = ""] of part.matchAll(/^\t(option|list) (\S+) '(.*)'$/gm)) {
        if (kind === "option") options[key] = value;
        else lists[key] = [...(lists[key] ?? []), value];
      }
      return { type, name, options, lists };
    });
}
