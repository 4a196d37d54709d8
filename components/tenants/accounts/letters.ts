import { ofPlace } from "../../foundation/page/of-place.ts";
import { resetPath } from "../../platform/login/letters.ts";
import { type Invitation, invitationLives } from "./keys.ts";
import { type AccountsSettings, type Association, invitationPath } from "./settings.ts";

/** A message to a person. */
export interface AccountsLetter {
  to: string;
  subject: string;
  text: string;
}

type Commune = Pick<AccountsSettings, "name" | "host" | "loginHost">;

/**
 * Returns the letter of an invitation. It does not depend on whether somebody has an account, because the inviter must
 * not learn it. It goes to an address that anybody may have typed: it names no person, only the association that the
 * commune has declared.
 */
export function invitationLetter(
  { name, host }: Commune,
  association: Association,
  { mail, isAdmin }: Pick<Invitation, "mail" | "isAdmin">,
  link: string,
): AccountsLetter {
  return {
    to: mail,
    subject: `${association.name} vous invite`,
    text: `Bonjour,

${
  isAdmin
    ? `La ville ${ofPlace(name)} vous invite à administrer « ${association.name} », qu’elle héberge.`
    : `Quelqu’un qui administre « ${association.name} », que la ville ${ofPlace(name)} héberge, vous invite parmi ses membres. La page de ce lien dit qui.`
}

Pour accepter, ouvrez ce lien dans les ${invitationLives / (24 * 3_600_000)} jours, et appuyez sur le bouton de la page :

https://${host}${invitationPath}?d=${link}

Si vous n’avez pas encore de compte, il est fait à ce moment, et vous choisissez ensuite votre mot de passe. Si vous en avez un, il reste le vôtre.

Si vous ne connaissez pas cette association, ne faites rien : nous ne gardons rien de vous.

Ville ${ofPlace(name)}
`,
  };
}

/** Returns the letter to somebody who has accepted: their login name, and where to choose a password. */
export function welcomeLetter(
  { name, host, loginHost }: Commune,
  association: Association,
  { mail, uid }: { mail: string; uid: string },
): AccountsLetter {
  return {
    to: mail,
    subject: `Votre compte pour ${association.name}`,
    text: `Bonjour,

Vous êtes maintenant membre de « ${association.name} ». Votre nom de connexion est :

${uid}

Si vous n’avez pas encore de mot de passe, ou ne le savez plus, choisissez-en un ici :

https://${loginHost}${resetPath}

Ce qui vous est ouvert est à https://${loginHost}, et votre compte à https://${host}.

Ville ${ofPlace(name)}
`,
  };
}
