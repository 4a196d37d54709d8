import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import * as z from "zod";
import { approversSchema } from "../audit/approval/approvers.ts";
import { lineSchema } from "../audit/approval/log.ts";
import { drillLineSchema } from "../audit/drills/log.ts";
import { reportSchema } from "../audit/report-schema.ts";
import { communeSchema } from "../components/commune/declaration.ts";
import { packageSchema } from "../components/commune/provider/package-schema.ts";
import { federationSchema } from "../components/federation/members.ts";
import { signedDescriptorSchema } from "../components/federation/signed-schema.ts";
import { editorSchema, reference, withReference } from "../components/foundation/declaration/reference.ts";
import { toolkitFile } from "../components/foundation/toolkit.ts";
import { placesReference, placesSchema } from "../components/places/places/declaration.ts";
import { linkedKinds } from "../components/services/list.ts";
import { catalogue } from "../components/tenants/applications/list.ts";
import type { NamedApplication } from "../components/tenants/applications/planner.ts";
import { applicationSchema } from "../components/tenants/applications/schema.ts";
import { valuesSchema, valuesText } from "../components/tenants/applications/values.ts";
import { tenantSchema } from "../components/tenants/tenant/declaration.ts";
import { attemptsTable } from "./schema/attempts.ts";
import { pairsTable } from "./schema/changes.ts";
import { commandsReference } from "./schema/commands.ts";
import { fieldKindsTable } from "./schema/field-kinds.ts";
import { levelsTable } from "./schema/levels.ts";
import { frenchRulesTable, rulesTable } from "./schema/rules.ts";
import { secretsTable } from "./schema/secrets.ts";

/** The generated files: where each is, below the toolkit's folder, and what it must hold. */
function generated(root: string, program: Command): { file: string; content: string }[] {
  const page = (file: string, written: string) => ({
    file,
    content: withReference(read(join(root, file)) ?? "", written),
  });
  return [
    {
      file: "stacks/commune.schema.json",
      content: `${JSON.stringify(editorSchema(communeSchema, "A commune"), undefined, 2)}\n`,
    },
    {
      file: "stacks/places.schema.json",
      content: `${JSON.stringify(editorSchema(placesSchema, "What stands where in a commune"), undefined, 2)}\n`,
    },
    {
      file: "stacks/tenant.schema.json",
      content: `${JSON.stringify(editorSchema(tenantSchema(), "A hosted association"), undefined, 2)}\n`,
    },
    {
      file: "stacks/federation.schema.json",
      content: `${JSON.stringify(editorSchema(federationSchema, "The communes of a metropolis"), undefined, 2)}\n`,
    },
    {
      file: "docs/descriptor.schema.json",
      content: `${JSON.stringify(z.toJSONSchema(signedDescriptorSchema(linkedKinds), { io: "input" }), undefined, 2)}\n`,
    },
    {
      file: "stacks/approvers.schema.json",
      content: `${JSON.stringify(editorSchema(approversSchema, "Who signs for a commune"), undefined, 2)}\n`,
    },
    {
      file: "docs/report.schema.json",
      content: `${JSON.stringify(z.toJSONSchema(reportSchema, { io: "input" }), undefined, 2)}\n`,
    },
    {
      file: "docs/approvals.schema.json",
      content: `${JSON.stringify(z.toJSONSchema(lineSchema, { io: "input" }), undefined, 2)}\n`,
    },
    {
      file: "docs/drills.schema.json",
      content: `${JSON.stringify(z.toJSONSchema(drillLineSchema, { io: "input" }), undefined, 2)}\n`,
    },
    {
      file: "provider/schema.json",
      content: `${JSON.stringify(packageSchema(), undefined, 2)}\n`,
    },
    ...catalogue().flatMap(({ name, declared }) => chartFiles({ name, ...declared })),
    page("docs/declaration.md", reference(communeSchema)),
    page("docs/places.md", placesReference()),
    page("docs/tenants.md", attemptsTable()),
    page("docs/tenant-fields.md", reference(tenantSchema(), "Fields of an association")),
    page("docs/changes.md", pairsTable("en")),
    page("docs/fr/changements.md", pairsTable("fr")),
    page("docs/seed.md", secretsTable()),
    page("docs/policies.md", rulesTable()),
    page("docs/fr/auditer.md", frenchRulesTable()),
    page(
      "docs/charts.md",
      [levelsTable(), reference(applicationSchema, "What application.yaml may say"), fieldKindsTable()].join(
        "\n\n",
      ),
    ),
    page("docs/commands.md", commandsReference(program)),
  ];
}

/** Files of a chart that are made from its application.yaml. */
function chartFiles(application: NamedApplication): { file: string; content: string }[] {
  const folder = `charts/${application.name}`;
  return [
    {
      file: `${folder}/values.schema.json`,
      content: `${JSON.stringify(valuesSchema(application), undefined, 2)}\n`,
    },
    { file: `${folder}/values.yaml`, content: valuesText(application) },
  ];
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * `commune schema`: writes what is generated from the schema of declarations and from the commands, or checks that it is
 * up to date.
 *
 * @param program the whole command line.
 */
export function schemaCommand(program: () => Promise<Command>, root = toolkitFile(".")): Command {
  return new Command("schema")
    .description(
      "Write the JSON Schemas in stacks/ for editors, the values of charts, and the reference in docs/.",
    )
    .option("--check", "write nothing; exit with 1 when a file is not up to date")
    .option("--json", "print the result as JSON")
    .action(async ({ check, json }: { check?: true; json?: true }) => {
      const stale = generated(root, await program()).filter(
        ({ file, content }) => read(join(root, file)) !== content,
      );
      if (!check)
        for (const { file, content } of stale) {
          mkdirSync(dirname(join(root, file)), { recursive: true });
          writeFileSync(join(root, file), content);
        }
      const files = stale.map(({ file }) => file);
      if (json) console.log(JSON.stringify(check ? { stale: files } : { written: files }, undefined, 2));
      else if (files.length === 0) console.log("The schema and the reference are up to date.");
      else if (!check) console.log(files.map((file) => `${file}: written`).join("\n"));
      else {
        console.log(files.map((file) => `${file}: not up to date`).join("\n"));
        console.log("\nNothing was changed. Write them with: npx commune schema");
      }
      if (check && files.length > 0) process.exitCode = 1;
    });
}
