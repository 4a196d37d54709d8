import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { Command } from "commander";
import { loadCommune } from "../../components/commune/load.ts";
import { shownFile } from "../../components/foundation/declaration/problem.ts";
import { inCommune } from "../../components/foundation/declaration/stacks.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { day } from "../../components/foundation/page/day.ts";
import type { Tenant } from "../../components/tenants/tenant/declaration.ts";
import { withoutSuspension, withSuspension } from "../../components/tenants/tenant/file.ts";
import {
  type Letter,
  lettersFile,
  readLetters,
  termOf,
  wasTold,
} from "../../components/tenants/tenant/term.ts";
import { spoken } from "../language.ts";
import { editFile } from "./file.ts";

/** Tools of the commands about the life of an association. */
export interface LifeTools {
  stacks: string;
  /** `2026-11-27`: what is written depends on the day, what a declaration makes never does. */
  today: () => string;
}

/** A commune and one of its associations. Throws if there is none of that id, with those that there are. */
export function hostedBy(stacks: string, commune: string, id: string) {
  const loaded = loadCommune(stacks, commune);
  if (!loaded.ok) throw loaded.error;
  const { associations } = loaded.declaration;
  const tenant = associations[id];
  if (tenant === undefined)
    throw new TranslatedError({
      en: `${commune} hosts no association ${id}. There are: ${Object.keys(associations).join(", ") || "none"}.`,
      fr: `${commune} n’héberge pas d’association ${id}. Il y a : ${Object.keys(associations).join(", ") || "aucune"}.`,
    });
  return { declaration: loaded.declaration, tenant };
}

interface Sender {
  name: string;
  contact: string;
}

function letterTo(tenant: Tenant, { name, contact }: Sender, subject: string, body: string): string {
  return `To: ${tenant.contact}
Reply-To: ${contact}
Subject: ${subject}

Bonjour,

${body}

Pour en parler, répondez à ce message.

Ville de ${name}`;
}

function suspensionLetter(tenant: Tenant, sender: Sender, since: string, reason: string): string {
  return letterTo(
    tenant,
    sender,
    `L’espace de « ${tenant.name} » est suspendu`,
    `L’espace de « ${tenant.name} » est suspendu depuis le ${day(since)} :

${reason}

Une page le dit à vos visiteurs, sans dire pourquoi, et leur donne votre adresse. Rien n’est effacé : vos pages, vos fichiers et vos comptes sont gardés, et reviennent tels qu’ils étaient s’il rouvre. Vous pouvez aussi en demander une copie complète.`,
  );
}

function suspend(stacks: string, commune: string, id: string, since: string, reason: string): string {
  return editFile(
    stacks,
    commune,
    id,
    (text) => withSuspension(text, { since, reason }),
    ({ suspended }) => suspended?.since === since && suspended.reason === reason,
  );
}

/** `commune tenant suspend`: writes it in the association's file, and prints the letter. */
export function suspendCommand({ stacks, today }: LifeTools): Command {
  return new Command("suspend")
    .description(
      "Write in an association's file that it is suspended, and print the letter to it: a page says so at its addresses, nothing of it runs, all that it has stays. Nothing else changes until it is applied. Sends nothing.",
    )
    .argument("<commune>", "id of the commune")
    .argument("<id>", "id of the association")
    .requiredOption("--reason <text>", "why, in French: it stands in the file and in the letter, on no page")
    .action((commune: string, id: string, { reason }: { reason: string }) => {
      const { declaration, tenant } = hostedBy(stacks, commune, id);
      const { suspended, retired } = tenant;
      if (suspended)
        throw new TranslatedError({
          en: `${id} is suspended since ${suspended.since} already. Nothing was changed.`,
          fr: `${id} est déjà suspendue depuis le ${suspended.since}. Rien n’a été changé.`,
        });
      if (retired)
        throw new TranslatedError({
          en: `${id} is retired since ${retired.since}. Nothing was changed.`,
          fr: `${id} est arrêtée depuis le ${retired.since}. Rien n’a été changé.`,
        });
      const since = today();
      const file = suspend(stacks, commune, id, since, reason);
      console.log(
        spoken({
          en: `${file}: written. Read it, commit it, then: npx commune report ${commune}, and pulumi up.\n\n${suspensionLetter(tenant, declaration, since, reason)}`,
          fr: `${file} : écrit. Relisez, enregistrez, puis : npx commune report ${commune}, et pulumi up.\n\n${suspensionLetter(tenant, declaration, since, reason)}`,
        }),
      );
    });
}

/** `commune tenant resume`: takes that out again. */
export function resumeCommand({ stacks }: LifeTools): Command {
  return new Command("resume")
    .description(
      "Take out of an association's file that it is suspended: it comes back as it was. Nothing else changes until it is applied.",
    )
    .argument("<commune>", "id of the commune")
    .argument("<id>", "id of the association")
    .action((commune: string, id: string) => {
      const { tenant } = hostedBy(stacks, commune, id);
      if (!tenant.suspended)
        throw new TranslatedError({
          en: `${id} is not suspended. Nothing was changed.`,
          fr: `${id} n’est pas suspendue. Rien n’a été changé.`,
        });
      const file = editFile(
        stacks,
        commune,
        id,
        withoutSuspension,
        ({ suspended }) => suspended === undefined,
      );
      console.log(
        spoken({
          en: `${file}: written. Read it, commit it, then: npx commune report ${commune}, and pulumi up.`,
          fr: `${file} : écrit. Relisez, enregistrez, puis : npx commune report ${commune}, et pulumi up.`,
        }),
      );
    });
}

function warningLetter(tenant: Tenant, sender: Sender, days: number): string {
  return letterTo(
    tenant,
    sender,
    `L’hébergement de « ${tenant.name} » se termine le ${day(tenant.expires)}`,
    `La commune héberge « ${tenant.name} » jusqu’au ${day(tenant.expires)}, dans ${days} jours au plus.

Pour continuer, il suffit de nous le demander. Sans réponse de votre part, l’espace sera suspendu après ce jour : une page le dira à vos visiteurs, et rien ne sera effacé. Vous pouvez aussi demander une copie complète de ce que vous y avez.`,
  );
}

/** `commune tenant expiry`: letters before the day, and suspension after it. */
export function expiryCommand({ stacks, today }: LifeTools): Command {
  return new Command("expiry")
    .description(
      "Print the letters to associations whose hosting ends within 60, 30 or 7 days, each once, and write in the files of those whose day is over that they are suspended. Deletes and sends nothing.",
    )
    .argument("<commune>", "id of the commune")
    .action((commune: string) => {
      const loaded = loadCommune(stacks, commune);
      if (!loaded.ok) throw loaded.error;
      const { declaration } = loaded;
      const path = inCommune(stacks, commune, lettersFile);
      const told = existsSync(path) ? readLetters(readFileSync(path, "utf8"), shownFile(path)) : [];
      const now = today();
      let letters = 0;
      // Each is told as soon as it is written down.
      const say = (letter: string) => {
        letters += 1;
        console.log(`${letter}\n\n${"-".repeat(72)}\n`);
      };
      for (const tenant of Object.values(declaration.associations)) {
        const { id, expires } = tenant;
        const term = termOf(tenant, now);
        if (term === undefined || (term !== "over" && wasTold(tenant, term, told))) continue;
        if (term === "over") {
          const reason = `La période d’hébergement convenue s’est terminée le ${day(expires)}.`;
          suspend(stacks, commune, id, now, reason);
          say(suspensionLetter(tenant, declaration, now, reason));
        } else {
          const line: Letter = { id, expires, days: term, at: now };
          appendFileSync(path, `${JSON.stringify(line)}\n`);
          say(warningLetter(tenant, declaration, term));
        }
      }
      console.log(
        letters === 0
          ? spoken({
              en: `Nothing is to be written today, ${now}.`,
              fr: `Rien n’est à écrire aujourd’hui, ${now}.`,
            })
          : spoken({
              en: `${letters} ${letters === 1 ? "letter" : "letters"} to send. Commit what changed in stacks/${commune}; whoever is suspended is so once it is applied: npx commune report ${commune}, and pulumi up.`,
              fr: `${letters} ${letters === 1 ? "letter" : "courriels"} à envoyer. Enregistrez ce qui a changé dans stacks/${commune} ; qui est suspendu l’est une fois appliqué : npx commune report ${commune}, et pulumi up.`,
            }),
      );
    });
}
