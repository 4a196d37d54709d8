import yaml from "js-yaml";
import { planCommune } from "../../../components/commune/plan.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { renderChart } from "../../../components/tenants/chart/render.ts";
import { releaseFor } from "../../../components/tenants/tenant/manifests.ts";
import { communeText, roomWithMariadb, tenantText, valid } from "./stacks.ts";

/** Fields that are read of an object that a chart makes. */
interface Made {
  kind: string;
  data: Record<string, string>;
  spec: {
    template: { spec: { containers: { name: string; readinessProbe: { httpGet: { path: string } } }[] } };
  };
}

function made(section: string, wanted: string): Made {
  const { declaration } = valid(
    { "tenants/chorale.yaml": tenantText("chorale", `applications: { ${section} }\n`) },
    communeText(roomWithMariadb),
  );
  const [tenant] = planCommune(declaration, siteOf(siteSchema.parse({}))).tenants ?? [];
  const [application] = tenant?.applications ?? [];
  if (tenant === undefined || application === undefined) throw new Error(section);
  const objects = yaml.loadAll(renderChart(releaseFor(tenant, application))) as Made[];
  const found = objects.find(({ kind }) => kind === wanted);
  if (found === undefined) throw new Error(`${section} has no ${wanted}`);
  return found;
}

/** The files that the chart of an association's one application mounts, by key. */
export const filesOf = (section: string) => made(section, "ConfigMap").data;

/** The page that tells whether it answers. */
export function probeOf(section: string): string {
  const { containers } = made(section, "Deployment").spec.template.spec;
  const front = containers.find(({ name }) => name === "front");
  return front?.readinessProbe.httpGet.path ?? "";
}

/** Returns the directives of the first of a front's patterns that knows a path; empty if none does. */
export function byPattern(nginx: string, path: string): string {
  for (const [, sign = "", pattern = "", body = ""] of nginx.matchAll(
    /location (~\*?) (\S+) \{((?:[^{}]|\n)*)\}/g,
  ))
    if (new RegExp(pattern, sign === "~*" ? "i" : "").test(path)) return body.trim();
  return "";
}
