import type { Command } from "commander";
import type { Translated } from "../components/foundation/language/language.ts";
import { summaries } from "./help/summaries.ts";

/** Heading of `commune --help`, in the order of the first verb of each. */
type Group = "Declare" | "Apply" | "Copies" | "Associations" | "Places" | "Toolkit";

/** One verb: its line in `commune --help`, and where its command is. Loaded only when it is asked for. */
export interface Verb {
  /** Heading below which it stands. */
  group: Group;
  summary: Translated;
  /** Former names, which go on working. */
  aliases?: readonly string[];
  /** Whether it runs outside of a repository of communes; others are refused there. */
  anywhere?: true;
  load(whole: () => Promise<Command>): Promise<Command>;
}

/** Every verb, in the order of `commune --help`. */
export const verbs: Record<string, Verb> = {
  new: {
    group: "Declare",
    summary: summaries.new,
    anywhere: true,
    load: async () => (await import("./new.ts")).newCommand(),
  },
  init: {
    group: "Declare",
    summary: summaries.init,
    load: async () => (await import("./init.ts")).initCommand(),
  },
  check: {
    group: "Declare",
    summary: summaries.check,
    load: async () => (await import("./check.ts")).checkCommand(),
  },
  size: {
    group: "Declare",
    summary: summaries.size,
    load: async () => (await import("./size.ts")).sizeCommand(),
  },
  pin: {
    group: "Declare",
    summary: summaries.pin,
    load: async () => (await import("./pin.ts")).pinCommand(),
  },
  updates: {
    group: "Declare",
    summary: summaries.updates,
    load: async () => (await import("./updates.ts")).updatesCommand(),
  },
  dns: {
    group: "Declare",
    summary: summaries.dns,
    load: async () => (await import("./dns.ts")).dnsCommand(),
  },
  site: {
    group: "Declare",
    summary: summaries.site,
    load: async () => (await import("./site.ts")).siteCommand(),
  },
  admission: {
    group: "Declare",
    summary: summaries.admission,
    load: async () => (await import("./admission.ts")).admissionCommand(),
  },
  federation: {
    group: "Declare",
    summary: summaries.federation,
    load: async () => (await import("./federation.ts")).federationCommand(),
  },
  publish: {
    group: "Declare",
    summary: summaries.publish,
    load: async () => (await import("./publish.ts")).publishCommand(),
  },
  report: {
    group: "Apply",
    aliases: ["audit"],
    summary: summaries.report,
    load: async () => (await import("./audit.ts")).auditCommand(),
  },
  propose: {
    group: "Apply",
    summary: summaries.propose,
    load: async () => (await import("./propose.ts")).proposeCommand(),
  },
  approve: {
    group: "Apply",
    summary: summaries.approve,
    load: async () => (await import("./approve.ts")).approveCommand(),
  },
  except: {
    group: "Apply",
    summary: summaries.except,
    load: async () => (await import("./except.ts")).exceptCommand(),
  },
  apply: {
    group: "Apply",
    summary: summaries.apply,
    load: async () => (await import("./apply.ts")).applyCommand(),
  },
  undo: {
    group: "Apply",
    summary: summaries.undo,
    load: async () => (await import("./undo.ts")).undoCommand(),
  },
  status: {
    group: "Apply",
    summary: summaries.status,
    load: async () => (await import("./status.ts")).statusCommand(),
  },
  drift: {
    group: "Apply",
    summary: summaries.drift,
    load: async () => (await import("./drift.ts")).driftCommand(),
  },
  node: {
    group: "Apply",
    summary: summaries.node,
    load: async () => (await import("./node.ts")).nodeCommand(),
  },
  "verify-log": {
    group: "Apply",
    summary: summaries["verify-log"],
    load: async () => (await import("./verify-log.ts")).verifyLogCommand(),
  },
  evidence: {
    group: "Apply",
    summary: summaries.evidence,
    load: async () => (await import("./evidence.ts")).evidenceCommand(),
  },
  directory: {
    group: "Apply",
    summary: summaries.directory,
    load: async () => (await import("./directory.ts")).directoryCommand(),
  },
  vault: {
    group: "Copies",
    summary: summaries.vault,
    load: async () => (await import("./vault.ts")).vaultCommand(),
  },
  recovery: {
    group: "Copies",
    summary: summaries.recovery,
    load: async () => (await import("./recovery.ts")).recoveryCommand(),
  },
  restore: {
    group: "Copies",
    summary: summaries.restore,
    load: async () => (await import("./restore.ts")).restoreCommand(),
  },
  relocate: {
    group: "Copies",
    summary: summaries.relocate,
    load: async () => (await import("./relocate.ts")).relocateCommand(),
  },
  drill: {
    group: "Copies",
    summary: summaries.drill,
    load: async () => (await import("./drill.ts")).drillCommand(),
  },
  export: {
    group: "Copies",
    summary: summaries.export,
    load: async () => (await import("./export.ts")).exportCommand(),
  },
  import: {
    group: "Copies",
    summary: summaries.import,
    load: async () => (await import("./import.ts")).importCommand(),
  },
  tenant: {
    group: "Associations",
    aliases: ["association"],
    summary: summaries.tenant,
    load: async () => (await import("./tenant.ts")).tenantCommand(),
  },
  package: {
    group: "Associations",
    summary: summaries.package,
    load: async () => (await import("./package.ts")).packageCommand(),
  },
  wifi: {
    group: "Places",
    summary: summaries.wifi,
    load: async () => (await import("./wifi.ts")).wifiCommand(),
  },
  map: {
    group: "Places",
    summary: summaries.map,
    load: async () => (await import("./map.ts")).mapCommand(),
  },
  schools: {
    group: "Places",
    summary: summaries.schools,
    load: async () => (await import("./schools.ts")).schoolsCommand(),
  },
  lessons: {
    group: "Places",
    summary: summaries.lessons,
    anywhere: true,
    load: async () => (await import("./lessons.ts")).lessonsCommand(),
  },
  workstation: {
    group: "Places",
    aliases: ["kit"],
    summary: summaries.workstation,
    load: async () => (await import("./kit.ts")).kitCommand(),
  },
  demo: {
    group: "Toolkit",
    summary: summaries.demo,
    load: async () => (await import("./demo.ts")).demoCommand(),
  },
  local: {
    group: "Toolkit",
    summary: summaries.local,
    load: async () => (await import("./local.ts")).localCommand(),
  },
  image: {
    group: "Toolkit",
    summary: summaries.image,
    load: async () => (await import("./image.ts")).imageCommand(),
  },
  docs: {
    group: "Toolkit",
    summary: summaries.docs,
    load: async () => (await import("./docs.ts")).docsCommand(),
  },
  schema: {
    group: "Toolkit",
    summary: summaries.schema,
    anywhere: true,
    load: async (whole) => (await import("./schema.ts")).schemaCommand(whole),
  },
};
