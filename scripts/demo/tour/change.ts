import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { approversFile, type Role } from "../../../audit/approval/approvers.ts";
import { logFile } from "../../../components/federation/approvals.ts";
import { toldLogPath } from "../../../components/federation/told-log.ts";
import { inCommune } from "../../../components/foundation/declaration/stacks.ts";
import { spoken } from "../../language.ts";
import { approversText, communeLines, neighbourLines, signers, withStack } from "./declared.ts";
import type { Step, Tour } from "./step.ts";
import { commit, verb } from "./verb.ts";

/** Keys of those who sign, and the report, in the copy. */
const keyOf = (role: string) => join(".keys", role);
const reportOf = (id: string, name: string) => join(".local", "audit", id, name);

/** Keys for a day of the tour alone: whoever reads the folder has them. */
async function makeKeys(folder: string): Promise<Record<Role, string>> {
  mkdirSync(join(folder, ".keys"), { recursive: true });
  const made = async (role: Role) => {
    const file = join(folder, keyOf(role));
    if (!existsSync(file))
      await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", signers[role], "-f", file]);
    return readFileSync(`${file}.pub`, "utf8");
  };
  return {
    administrator: await made("administrator"),
    official: await made("official"),
    "data-protection": await made("data-protection"),
  };
}

/** Writes what the communes want, as their people would in an editor: once. */
async function declare({ project, pair }: Tour): Promise<void> {
  const { commune, neighbour } = pair;
  const keys = await makeKeys(project.folder);
  const today = new Date().toISOString().slice(0, 10);
  const once = (lines: string) => (text: string) => (text.includes(lines) ? text : text + lines);
  project.edit(commune, "commune.yaml", once(communeLines(pair)));
  project.edit(neighbour, "commune.yaml", once(neighbourLines(pair)));
  project.editShared("federation.yaml", (text) => withStack(text, commune));
  project.edit(commune, approversFile, (text) => text || approversText(keys, today));
}

const audit = (tour: Tour) =>
  verb(tour, ["report", tour.pair.commune, "--preview", "--because", because], { takes: "half a minute" });

/** Reason of the change, as whoever wants it writes it. */
const because = "Les associations demandent des sites, et nos copies doivent être ailleurs que chez nous.";

export const change: Step = {
  id: "change",
  title: {
    en: "A change, and what anybody reads of it before it happens",
    fr: "Un changement, et ce que chacun en lit avant qu’il n’ait lieu",
  },
  async go(tour) {
    const { commune, neighbour } = tour.pair;
    await declare(tour);
    tour.tell.say(
      spoken({
        en: `${commune} wants to host associations, and to have copies of its data kept by ${neighbour}: three lines more in stacks/${commune}/commune.yaml (the third says where mail goes out), who may sign in approvers.yaml, and room at ${neighbour}. It is committed, as any declaration is. The report says who is concerned, what opens, and whether one can go back.`,
        fr: `${commune} veut héberger des associations, et que des copies de ses données soient gardées par ${neighbour} : trois lignes de plus dans stacks/${commune}/commune.yaml (la troisième dit par où sort le courrier), qui peut signer dans approvers.yaml, et de la place chez ${neighbour}. C’est enregistré, comme toute déclaration. Le rapport dit qui est concerné, ce qui s’ouvre, et si l’on peut revenir en arrière.`,
      }),
    );
    commit(tour, `Des associations chez ${commune}, et des copies chez ${neighbour}`);
    await audit(tour);
    return [
      {
        what: spoken({ en: "the report", fr: "le rapport" }),
        where: join(tour.project.folder, reportOf(commune, "report.html")),
      },
    ];
  },
};

export const approval: Step = {
  id: "approval",
  title: {
    en: "Those who answer for it say yes, and exactly that is applied",
    fr: "Ceux qui en répondent disent oui, et exactement cela est appliqué",
  },
  async go(tour) {
    const { pair, project, tell, addressOf } = tour;
    const { commune, domain } = pair;
    // What was begun may have changed what the report was of.
    if (existsSync(inCommune(project.stacks, commune, logFile))) await audit(tour);
    const report = reportOf(commune, "report.json");
    const as = (role: Role) => ["--key", keyOf(role), "--yes"];
    const approve = (role: Role) =>
      verb(tour, ["approve", report, ...as(role)], {
        takes: spoken({
          en: "half a minute, for a preview of its own",
          fr: "une demi-minute, pour son propre aperçu",
        }),
      });
    await verb(tour, ["propose", report, ...as("administrator")]);
    tell.say(
      spoken({
        en: "Whoever proposes cannot approve. As long as nobody else has, nothing happens:",
        fr: "Qui propose ne peut pas approuver. Tant que personne d’autre ne l’a fait, rien n’a lieu :",
      }),
    );
    await verb(tour, ["apply", commune], { exitCode: 1 });
    await approve("official");
    await approve("data-protection");
    await verb(tour, ["apply", commune], {
      takes: spoken({ en: "about two minutes", fr: "environ deux minutes" }),
    });
    commit(tour, "Ce changement est approuvé et appliqué");
    return [
      {
        what: spoken({ en: "who said yes to what", fr: "qui a dit oui à quoi" }),
        where: addressOf(domain) + toldLogPath,
      },
    ];
  },
};
