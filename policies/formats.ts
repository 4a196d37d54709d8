import * as z from "zod";
import type { ObjectRule } from "./rule.ts";

/**
 * Formats that one vendor's programs alone read well, by the end of a file's name, and what takes their place. The
 * general interoperability framework (RGI 2.0, 2015) recommends OpenDocument, and only observes Office Open XML.
 */
const closed: Readonly<Record<string, string>> = {
  ...Object.fromEntries(["doc", "docx", "rtf", "wps"].map((end) => [end, "odt or pdf"])),
  ...Object.fromEntries(["xls", "xlsx", "xlsb", "numbers"].map((end) => [end, "csv or ods"])),
  ...Object.fromEntries(["ppt", "pptx", "pps", "key"].map((end) => [end, "odp or pdf"])),
  ...Object.fromEntries(["mdb", "accdb"].map((end) => [end, "csv"])),
  ...Object.fromEntries(["vsd", "vsdx", "dwg", "psd", "ai"].map((end) => [end, "svg or pdf"])),
  ...Object.fromEntries(["wmv", "asf", "swf"].map((end) => [end, "webm"])),
  ...Object.fromEntries(["wma", "ra"].map((end) => [end, "opus or flac"])),
  rar: "zip or tar.gz",
};

const files = z.object({
  data: z.record(z.string(), z.unknown()).optional(),
  binaryData: z.record(z.string(), z.unknown()).optional(),
});

const openFormats: ObjectRule = {
  id: "open-formats",
  level: "mandatory",
  serves: "neutrality",
  description: {
    en: "What the commune publishes as a file is in an open format. Associations choose for themselves.",
    fr: "Ce que la commune publie comme fichier est dans un format ouvert. Les associations choisissent pour elles-mêmes.",
  },
  examples: { keeps: "budget.csv", breaks: "budget.xlsx" },
  reads: "object",
  check: (object) => {
    if (object.kind !== "ConfigMap" || object.metadata.labels?.["commune.cloud/tenant"] !== undefined)
      return [];
    const { data = {}, binaryData = {} } = files.parse(object);
    return Object.keys({ ...data, ...binaryData }).flatMap((name) => {
      // Files may stand there compressed.
      const end = /\.([a-z0-9]+)(\.(br|gz))?$/i.exec(name)?.[1]?.toLowerCase() ?? "";
      const open = closed[end];
      return open === undefined ? [] : [`offers ${name}, a format of one vendor. Offer ${open} instead.`];
    });
  },
};

export const formatRules = [openFormats];
