import { Parser } from "htmlparser2";

/** Description of a document in OpenBoard's metadata.rdf. */
export interface Metadata {
  /** Empty when the document was never named. */
  title: string;
  /** Folder of the author's own documents, such as `CM1/Calcul`. */
  folder: string;
  /** Time of the last change, ISO 8601, as written. */
  updated: string | undefined;
  /** Version of the format, such as `4.8.0`; nothing when it is no OpenBoard document. */
  version: string | undefined;
}

/**
 * Reads metadata.rdf: Dublin Core, and OpenBoard's own `version`, `size` and `updated-at`.
 * Source: UBMetadataDcSubsetAdaptor.cpp of OpenBoard 1.7.7.
 */
export function readMetadata(text: string): Metadata {
  const fields = new Map<string, string>();
  let current: string | undefined;
  const parser = new Parser(
    {
      onopentag: (name) => {
        current = name.slice(name.lastIndexOf(":") + 1);
        if (fields.has(current)) current = undefined;
        else fields.set(current, "");
      },
      ontext: (piece) => {
        if (current !== undefined) fields.set(current, (fields.get(current) ?? "") + piece);
      },
      onclosetag: () => {
        current = undefined;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(text);
  const field = (name: string) => {
    const value = fields
      .get(name)
      ?.replace(/\p{C}|\s+/gu, " ")
      .trim();
    return value === "" ? undefined : value;
  };
  return {
    title: field("title") ?? "",
    folder: field("type") ?? "",
    updated: field("updated-at") ?? field("date"),
    version: field("version"),
  };
}
