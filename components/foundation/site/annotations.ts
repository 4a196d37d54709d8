import * as z from "zod";

/** Annotations that this program and Pulumi's provider write themselves. */
const reserved = /^(.*\.)?(pulumi\.com|commune\.cloud)\/|^cert-manager\.io\/(cluster-)?issuer$/;

const qualified = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;

// `pulumi config set --path` makes numbers and truth values of what looks like one.
const written = z.record(
  z.string().refine((name) => qualified.test(name) && !reserved.test(name)),
  z.union([z.string(), z.number(), z.boolean()]).transform(String),
);

/** Annotations by name, as `pulumi config` gives an object: JSON. Nothing for another text, or a name that is refused. */
export function annotationsIn(text: string): Record<string, string> | undefined {
  try {
    return written.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
