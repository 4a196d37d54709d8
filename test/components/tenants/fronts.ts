import yaml from "js-yaml";
import { planCommune } from "../../../components/commune/plan.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { renderChart } from "../../../components/tenants/chart/render.ts";
import { releaseFor } from "../../../components/tenants/tenant/manifests.ts";
import { communeText, roomWithMariadb, tenantText, valid } from "./stacks.ts";

/** The files that the chart of an association's one application mounts, by key. */
export function filesOf(section: string): Record<string, string> {
  const { declaration } = valid(
    { "tenants/chorale.yaml": tenantText("chorale", `applications: { ${section} }\n`) },
    communeText(roomWithMariadb),
  );
  const [tenant] = planCommune(declaration, siteOf(siteSchema.parse({}))).tenants ?? [];
  const [application] = tenant?.applications ?? [];
  if (tenant === undefined || application === undefined) throw new Error(section);
  const objects = yaml.loadAll(renderChart(releaseFor(tenant, application))) as {
    kind: string;
    data: Record<string, string>;
  }[];
  const map = objects.find(({ kind }) => kind === "ConfigMap");
  if (map === undefined) throw new Error(`${section} has no files`);
  return map.data;
}

/** What a front does of a path: the directives of the first of its patterns that knows it, and nothing where none does. */
export function byPattern(nginx: string, path: string): string {
  for (const [, sign = "", pattern = "", body = ""] of nginx.matchAll(
    /location (~\*?) (\S+) \{((?:[^{}]|\n)*)\}/g,
  ))
    if (new RegExp(pattern, sign === "~*" ? "i" : "").test(path)) return body.trim();
  return "";
}
