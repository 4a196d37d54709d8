import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { TranslatedError } from "../../../components/foundation/language/translated-error.ts";
import { requestsPath } from "../../../components/tenants/requests/settings.ts";
import { spoken } from "../../language.ts";
import { Applicant } from "./form.ts";
import type { Step, Tour } from "./step.ts";
import { commit, update, verb } from "./verb.ts";

/** Answers that the association types into the form. */
const choir = {
  name: "Chorale des Gratte-Ciel",
  id: "chorale-gratte-ciel",
  rna: "W691234567",
  contact: "bureau@chorale-gratte-ciel.test",
  applications: ["site"],
  purpose: "Nous chantons le mardi soir, et voulons dire où et quand.",
  terms: "oui",
  action: "envoyer",
};

/** Waits until an address answers 200, as it does some moments after an update. Throws what it answers after a minute. */
async function untilOpen({ dispatcher }: Pick<Tour, "dispatcher">, address: string): Promise<string> {
  for (let second = 0; ; second++) {
    const { statusCode, body } = await request(address, { dispatcher });
    const text = await body.text();
    if (statusCode === 200) return text;
    if (second === 60)
      throw new TranslatedError({
        en: `${address} answers ${statusCode}, not 200.`,
        fr: `${address} répond ${statusCode}, pas 200.`,
      });
    await sleep(1000);
  }
}

export const association: Step = {
  id: "association",
  title: { en: "An association asks for a place", fr: "Une association demande une place" },
  async go(tour) {
    const { pair, project, mailbox, dispatcher, tell, addressOf } = tour;
    const { commune, domain, contact, associations } = pair;
    const origin = `https://${domain}`;
    await untilOpen(tour, origin + requestsPath);
    tell.say(
      spoken({
        en: `${choir.name} fills in the form at ${addressOf(domain)}${requestsPath}, opens the link that comes to ${choir.contact}, and presses the button behind it. The commune's mailbox gets the request as a signed file.`,
        fr: `${choir.name} remplit le formulaire à ${addressOf(domain)}${requestsPath}, ouvre le lien qui arrive à ${choir.contact}, et presse le bouton derrière. La boîte de la commune reçoit la demande en fichier signé.`,
      }),
    );
    const letters = () => mailbox.letters();
    const signed = await new Applicant({ origin, dispatcher, letters, contact }).ask(choir);
    const file = join(".mail", `demande-${choir.id}.json`);
    mkdirSync(join(project.folder, ".mail"), { recursive: true });
    writeFileSync(join(project.folder, file), signed);
    await verb(tour, ["tenant", "review", commune, file]);
    await verb(tour, ["tenant", "approve", commune, file]);
    commit(tour, `${choir.name} a une place`);
    tell.say(
      spoken({
        en: "This update is plain Pulumi: nobody has signed for it. It goes through, and Pulumi's own history shows it as unapproved (docs/approval.md).",
        fr: "Cette mise à jour est du Pulumi tout simple : personne ne l’a signée. Elle passe, et l’historique de Pulumi la montre sans accord (docs/approval.md).",
      }),
    );
    await update(tour, commune);
    const host = `${choir.id}.${associations}`;
    const page = await untilOpen(tour, `https://${host}/`);
    if (!page.includes(choir.name))
      throw new TranslatedError({
        en: `https://${host} does not say whose it is.`,
        fr: `https://${host} ne dit pas à qui il est.`,
      });
    return [
      { what: spoken({ en: "the form", fr: "le formulaire" }), where: addressOf(domain) + requestsPath },
      {
        what: spoken({
          en: "the letters, of the association and of the commune",
          fr: "les courriels, de l’association et de la commune",
        }),
        where: addressOf(mailbox.host),
      },
      {
        what: spoken({ en: "the association's site", fr: "le site de l’association" }),
        where: addressOf(host),
      },
    ];
  },
};
