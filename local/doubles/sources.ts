import { fileURLToPath } from "node:url";

/** The folder of the doubles: what their recipes call their sources. */
export const sources = fileURLToPath(new URL(".", import.meta.url));
