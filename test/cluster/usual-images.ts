import { images as monitoringImages } from "../../components/platform/monitoring/images.ts";
import { testedReferences } from "./shared.ts";

const onDemand: readonly string[] = Object.values(monitoringImages).map(({ reference }) => reference);

/** Images of the cluster from its start: those that one long test file builds itself take minutes to compile. */
export const usualReferences = testedReferences.filter((reference) => !onDemand.includes(reference));
