import { Command } from "commander";
import { clusterExceptions } from "../audit/approval/exceptions.ts";
import { loadCommune } from "../components/commune/load.ts";
import type { Translated } from "../components/foundation/language/language.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { chartsFolder } from "../components/tenants/chart/render.ts";
import { domainOf, type Tenant, type TenantsDeclaration } from "../components/tenants/tenant/declaration.ts";
import { isOfTenants, tenantManifests } from "../policies/admission.ts";
import { clusterText, leftOut } from "./admission.ts";
import { askOnTerminal } from "./ask.ts";
import { spoken } from "./language.ts";
import { environmentAt } from "./reach.ts";
import { feedWith } from "./tenant/bring.ts";
import { deleteCommand } from "./tenant/delete.ts";
import { exportTenantCommand, ordinaryExitTools } from "./tenant/export.ts";
import { importTenantCommand } from "./tenant/import.ts";
import { importManifestCommand } from "./tenant/import-manifest.ts";
import { inviteCommand } from "./tenant/invite.ts";
import { ordinaryTools } from "./tenant/request-tools.ts";
import { approveCommand, refuseCommand, reviewCommand } from "./tenant/requests.ts";

import { expiryCommand, resumeCommand, suspendCommand } from "./tenant/suspend.ts";
import { usageCommand } from "./tenant/usage.ts";
import { verifyCommand } from "./tenant/verify.ts";

/** One hosted association, as the list shows it. */
interface Listed {
  id: string;
  name: string;
  plan: string;
  domain: string;
  applications: string[];
  expires: string;
  /** `retired`, `suspended`, `expired` since its day is over, or `hosted`. */
  state: "hosted" | "expired" | "suspended" | "retired";
}

function listedOf(tenant: Tenant, section: TenantsDeclaration, today: string): Listed {
  const { id, name, plan, applications, expires, suspended, retired } = tenant;
  return {
    ...{ id, name, plan, expires, domain: domainOf(tenant, section) },
    applications: Object.entries(applications).flatMap(([application, own]) => (own ? [application] : [])),
    state: retired ? "retired" : suspended ? "suspended" : expires < today ? "expired" : "hosted",
  };
}

const states: Readonly<Record<Exclude<Listed["state"], "hosted">, Translated>> = {
  expired: { en: "expired", fr: "échue" },
  suspended: { en: "suspended", fr: "suspendue" },
  retired: { en: "retired", fr: "arrêtée" },
};

const stateText = (state: Listed["state"], expires: string): Translated =>
  state === "hosted"
    ? { en: `until ${expires}`, fr: `jusqu’au ${expires}` }
    : { en: `${states[state].en}, ${expires}`, fr: `${states[state].fr}, ${expires}` };

/** The list as people read it: one association a line, in columns. */
function table(tenants: readonly Listed[], { maximum }: TenantsDeclaration): string {
  const rows = tenants.map(({ id, name, plan, domain, applications, expires, state }) => [
    ...[id, name, plan, domain, applications.join(", ")],
    spoken(stateText(state, expires)),
  ]);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const used = tenants.filter(({ state }) => state !== "retired").length;
  return [
    ...lines,
    spoken({
      en: `${used} of ${maximum} places are taken.`,
      fr: `${used} places sur ${maximum} sont prises.`,
    }),
  ].join("\n");
}

function listCommand(stacks: string): Command {
  return new Command("list")
    .description("List the associations that a commune hosts. Reads files only.")
    .argument("<commune>", "id of the commune")
    .option("--json", "print the list as JSON")
    .action((id: string, { json }: { json?: true }) => {
      const loaded = loadCommune(stacks, id);
      if (!loaded.ok) throw loaded.error;
      const { tenants: section, associations } = loaded.declaration;
      const today = new Date().toISOString().slice(0, 10);
      const tenants = section
        ? Object.values(associations).map((tenant) => listedOf(tenant, section, today))
        : [];
      if (json) console.log(JSON.stringify({ tenants }, undefined, 2));
      else if (section === undefined)
        console.log(
          spoken({
            en: `${id} declares no room for associations: tenants: in its commune.yaml (docs/tenants.md).`,
            fr: `${id} ne déclare pas de place pour des associations : tenants: dans son commune.yaml (docs/tenants.md).`,
          }),
        );
      else console.log(table(tenants, section));
    });
}

function admissionCommand(stacks: string): Command {
  return new Command("admission")
    .description(
      "Print what a cluster should refuse in the namespaces of associations, for: kubectl --context <name> apply -f -. Once for each cluster. Contacts nothing.",
    )
    .option("--json", "print a Kubernetes List as JSON")
    .action(({ json }: { json?: true }) => {
      const today = new Date().toISOString().slice(0, 10);
      const exceptions = [...clusterExceptions(stacks, today).values()].flat().filter(isOfTenants);
      console.log(clusterText(tenantManifests(exceptions), json));
      if (exceptions.length > 0) console.error(leftOut(exceptions, "tenant admission"));
    });
}

/** `commune tenant`: hosted associations. */
export function tenantCommand(
  stacks = repositoryFile("stacks"),
  tools = ordinaryTools(stacks, repositoryFile(".")),
  exitTools = ordinaryExitTools(stacks),
): Command {
  return new Command("tenant")
    .description(
      "Hosted associations: which there are, what others ask for, and what a cluster refuses of them.",
    )
    .addCommand(listCommand(stacks))
    .addCommand(reviewCommand(tools))
    .addCommand(approveCommand(tools))
    .addCommand(refuseCommand(tools))
    .addCommand(inviteCommand(tools))
    .addCommand(suspendCommand(tools))
    .addCommand(resumeCommand(tools))
    .addCommand(expiryCommand(tools))
    .addCommand(usageCommand(exitTools))
    .addCommand(exportTenantCommand(exitTools))
    .addCommand(verifyCommand())
    .addCommand(importTenantCommand({ ...exitTools, feed: feedWith(environmentAt), ask: askOnTerminal }))
    .addCommand(deleteCommand(exitTools))
    .addCommand(importManifestCommand(chartsFolder))
    .addCommand(admissionCommand(stacks));
}
