import { dirname, join } from "node:path";
import { Command } from "commander";
import { loadSigners } from "../audit/approval/approvers.ts";
import { previousOf } from "../audit/approval/log.ts";
import { shownOf } from "../audit/heading.ts";
import { approvalAddresses, type Proposal } from "../audit/in-browser.ts";
import { reportPage } from "../audit/page.ts";
import type { ReportFile } from "../audit/report-file.ts";
import type { Translated } from "../components/foundation/language/language.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { writeWhole } from "../local/cluster/files.ts";
import {
  confirmSigning,
  enterLine,
  keyOption,
  lineBySshKey,
  nextCommand,
  ofReport,
  readApprovable,
  type SigningOptions,
  saidBy,
  signerOf,
  today,
} from "./approval/signing.ts";
import { proposedPage } from "./approval/write.ts";

const proposed: Translated<(name: string) => string> = {
  fr: (name) => `Proposé par ${name}.`,
  en: (name) => `Proposed by ${name}.`,
};
const another: Translated = { fr: "<clé d’un autre>", en: "<key of another>" };
const inBrowser: Translated<(page: string, addresses: readonly string[]) => string> = {
  fr: (page, addresses) =>
    `À qui signe avec une clé d’accès, envoyez la page ${page}, ou ce lien :\n${addresses.join("\n")}`,
  en: (page, addresses) =>
    `Whoever signs with a passkey needs the page ${page}, or this link:\n${addresses.join("\n")}`,
};

/** Writes the page of a report for those who approve it in a browser, and says where it is; nothing if nobody does. */
function askInBrowser(stacks: string, file: string, report: ReportFile, proposal: Proposal): void {
  const addresses = approvalAddresses(report, proposal, loadSigners(stacks, report.commune), today());
  if (addresses.length === 0) return;
  const page = join(dirname(file), proposedPage);
  writeWhole(page, reportPage(report, undefined, addresses));
  console.error(inBrowser[report.language](page, addresses));
}

/** `commune propose <report>`: whoever wants a change signs its report, and can approve it no more. */
export function proposeCommand(stacks = repositoryFile("stacks")): Command {
  return ofReport(new Command("propose"))
    .description("Sign a report as its author: others can approve it then. Changes nothing but the log.")
    .addOption(keyOption().makeOptionMandatory())
    .action(async (file: string, options: SigningOptions & { key: string }) => {
      const report = readApprovable(file);
      const { label, approval, language } = report;
      const signer = signerOf(stacks, report.commune, options.key);
      const shown = { label, needs: approval.need, shown: shownOf(report) };
      if (!options.yes) await confirmSigning(report, shown, signer, "propose");
      const entry = { kind: "proposed", ...saidBy(stacks, report, signer), ...shown } as const;
      const then = nextCommand[language](`npx commune approve ${file} --key ${another[language]}`);
      const line = await lineBySshKey(entry, options.key);
      enterLine(stacks, line, options, `${proposed[language](signer.name)} ${then}`);
      askInBrowser(stacks, file, report, {
        hash: previousOf(stacks, report.commune),
        author: signer.fingerprint,
      });
    });
}
