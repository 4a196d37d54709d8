import * as z from "zod";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { programFile } from "../../components/foundation/program/manifests.ts";
import type { Commission } from "../../components/tenants/accounts/commission.ts";
import { accountsContainer } from "../../components/tenants/accounts/manifests.ts";
import { commissionWord } from "../../components/tenants/accounts/settings.ts";
import { accountsService } from "../../components/tenants/applications/telephones.ts";
import { type Letter, letterWord } from "../../components/tenants/requests/letter.ts";
import { requestsService } from "../../components/tenants/requests/plan.ts";
import { askEngine } from "../engine.ts";
import { kubectlAt, reachOf } from "../reach.ts";
import { objectsOfProgram } from "../side.ts";

/** Tools of the commands about requests. */
export interface RequestTools {
  stacks: string;
  /** The key of a commune's form: what its stack says. */
  keyOf: (id: string) => Promise<string>;
  /** Returns what the program would register: to say what one association more comes to. */
  objects: typeof objectsOfProgram;
  today: () => string;
  /** Writes, by the pod of the pages of accounts, to who shall administer an association. Throws if it did not go out. */
  commission: (id: string, asked: Commission, context: string | undefined) => Promise<void>;
  /** Sends a letter by the form's pod. Throws if it did not go out. */
  send: (id: string, letter: Letter, context: string | undefined) => Promise<void>;
}

/** The ordinary tools, for the stacks of a repository. */
export function ordinaryTools(stacks: string, folder: string): RequestTools {
  return {
    stacks,
    keyOf: async (id) => {
      const said = JSON.parse(
        await askEngine({ folder, environment: process.env }, [
          "stack",
          "output",
          "requestsKey",
          "--json",
          "-s",
          id,
        ]),
      );
      const read = z.string().safeParse(said);
      if (!read.success)
        throw new TranslatedError({
          en: `the stack ${id} has no form of requests: write requests: {} below tenants:, and apply it.`,
          fr: `la pile ${id} n’a pas de formulaire de demandes : écrivez requests: {} sous tenants:, et appliquez.`,
        });
      return read.data;
    },
    objects: objectsOfProgram,
    send: async (id, letter, context) => {
      const namespace = namespaceOf({ commune: id, service: requestsService });
      await kubectlAt(reachOf(id, context)).text(
        [
          ...["exec", "--stdin", `--namespace=${namespace}`, `deployment/${requestsService}`, "--"],
          // A second program in the pod's memory, beside the form.
          ...["node", "--max-old-space-size=32", programFile, letterWord],
        ],
        letter,
      );
    },
    commission: async (id, asked, context) => {
      const namespace = namespaceOf({ commune: id, service: accountsService });
      await kubectlAt(reachOf(id, context)).text(
        [
          ...["exec", "--stdin", `--namespace=${namespace}`, `deployment/${accountsService}`],
          ...["-c", accountsContainer, "--"],
          ...["node", "--max-old-space-size=32", programFile, commissionWord],
        ],
        asked,
      );
    },
    today: () => new Date().toISOString().slice(0, 10),
  };
}
