import { toolkitFile } from "../../components/foundation/toolkit.ts";

/** The folder of the doubles: what their recipes call their sources. */
export const sources = toolkitFile("test/doubles/");
