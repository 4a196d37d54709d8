import { chatonsServices } from "../../components/commune/portal.ts";
import { usedSoftware } from "../../components/commune/software.ts";
import { chatonsFiles as filesOf } from "../../components/portal/chatons.ts";
import manifest from "../../package.json" with { type: "json" };
import type { EvidenceFacts } from "./facts.ts";

/** The files of a member of the CHATONS as the portal serves them, with the day and the version that wrote them. */
export function chatonsFiles({ declaration, plan, today }: EvidenceFacts): Record<string, string> {
  const { name, domain, contact, website, portal } = declaration;
  return filesOf({
    commune: { name, domain, contact, website },
    host: portal?.host.name,
    services: chatonsServices(plan, usedSoftware(plan)),
    datetime: `${today}T00:00:00`,
    generator: `${manifest.name} ${manifest.version}`,
  });
}
