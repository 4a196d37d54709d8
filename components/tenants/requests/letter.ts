import * as z from "zod";
import { email } from "../../foundation/declaration/email.ts";
import { line } from "../../foundation/declaration/line.ts";
import { ofPlace } from "../../foundation/page/of-place.ts";

/** A letter that a commune has written to who asked for a place. The form's pod sends it: it has the login at the relay. */
export const letterSchema = z.strictObject({
  to: email(),
  subject: line({ maximumLength: 200 }),
  text: z.string().min(1).max(10_000),
});

export type Letter = z.output<typeof letterSchema>;

/** The word after the program by which the form's pod sends the letter of its standard input, and ends. */
export const letterWord = "letter";

/** The answer to a request that is refused. */
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
