import * as z from "zod";
import { email } from "../../foundation/declaration/email.ts";
import { line } from "../../foundation/declaration/line.ts";
import { ofPlace } from "../../foundation/page/of-place.ts";

/**
 * A message from a commune to somebody who requested hosting. The form's pod sends it, because it has the login at the
 * relay.
 */
export const letterSchema = z.strictObject({
  to: email(),
  subject: line({ maximumLength: 200 }),
  text: z.string().min(1).max(10_000),
});

export type Letter = z.output<typeof letterSchema>;

/** Argument with which the form's pod sends the letter on its standard input, and ends. */
export const letterWord = "letter";

/** Returns the answer to a refused request. */
export function refusalLetter(
  name: string,
  request: { contact: string; name: string },
  reason: string,
): Letter {
  return {
    to: request.contact,
    subject: `Votre demande d’espace à la ville ${ofPlace(name)}`,
    text: `Bonjour,

Vous avez demandé un espace pour « ${request.name} ». Nous ne pouvons pas l’ouvrir :

${reason}

Pour en parler, répondez à ce message. Vous pouvez aussi faire une autre demande.

Ville ${ofPlace(name)}
`,
  };
}
