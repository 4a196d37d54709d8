import * as z from "zod";

/**
 * The person whom the commune asks to administer an association, as the command describes them to the program, which
 * has the key and the relay.
 */
export const commissionSchema = z.strictObject({
  association: z.string(),
  givenName: z.string(),
  surname: z.string(),
  mail: z.string(),
});

export type Commission = z.output<typeof commissionSchema>;
