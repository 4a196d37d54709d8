import { TranslatedError } from "../../../components/foundation/language/translated-error.ts";
import {
  bytesOf,
  lineCount,
  type Share,
  ShareProblem,
  shareOf,
} from "../../../components/recovery/kit/share.ts";
import { spoken, spokenError } from "../../language.ts";

/** Source of typed shares. */
export interface Typist {
  /** Returns the next line; undefined if there are no more. Blank ones are skipped. */
  next(question: string): Promise<string | undefined>;
  /** Reports what is wrong, after which the line is asked for again; undefined if nobody can type it again. */
  tell: ((problem: string) => void) | undefined;
}

/**
 * Reads as many shares of a commune as are needed. Throws ShareProblem if a typed one is not valid, and nobody can be
 * asked again.
 */
export async function typeShares(commune: string, typist: Typist): Promise<Share[]> {
  const shares: Share[] = [];
  while (shares.length < (shares[0]?.needed ?? 1)) {
    const [number, needed] = [shares.length + 1, shares[0]?.needed];
    const which =
      needed === undefined
        ? spoken({ en: `Share ${number}`, fr: `Feuille ${number}` })
        : spoken({ en: `Share ${number} of ${needed}`, fr: `Feuille ${number} sur ${needed}` });
    const share = await again(typist, () =>
      typeShare(commune, which, typist)
        .then((typed) => fitting(typed, shares))
        .catch((error: unknown) => {
          throw error instanceof ShareProblem ? new ShareProblem(`${which}: ${spokenError(error)}`) : error;
        }),
    );
    shares.push(share);
  }
  return shares;
}

/** Returns a share that fits those that were typed before. Throws ShareProblem if it does not. */
function fitting(typed: Share, [first, ...others]: readonly Share[]): Share {
  if (first === undefined) return typed;
  if (typed.set !== first.set) {
    throw new ShareProblem(
      spoken({
        en: `it is of kit ${typed.set}, and the first one was of kit ${first.set}.`,
        fr: `elle est du jeu ${typed.set}, et la première était du jeu ${first.set}.`,
      }),
    );
  }
  if ([first, ...others].some(({ number }) => number === typed.number)) {
    throw new ShareProblem(
      spoken({
        en: `it is number ${typed.number}, which was typed already: take another sheet.`,
        fr: `c’est le numéro ${typed.number}, qui a déjà été tapé : prenez une autre feuille.`,
      }),
    );
  }
  return typed;
}

async function typeShare(commune: string, which: string, typist: Typist): Promise<Share> {
  const lines: Uint8Array[] = [];
  let count = 2;
  while (lines.length < count) {
    const index = lines.length;
    const where = spoken({ en: `${which}, line ${index + 1}`, fr: `${which}, ligne ${index + 1}` });
    lines.push(await again(typist, async () => bytesOf(await typed(typist, where), index, commune)));
    if (lines.length === 2) count = lineCount(Buffer.concat(lines));
  }
  return shareOf(lines);
}

async function typed(typist: Typist, where: string): Promise<string> {
  const text = await typist.next(spoken({ en: `${where}: `, fr: `${where} : ` }));
  if (text === undefined)
    throw new TranslatedError({
      en: `${where} is missing. Nothing was changed.`,
      fr: `il manque ${where}. Rien n’a été changé.`,
    });
  return text;
}

/** Asks until what is typed is right, if somebody can be asked. */
async function again<Result>({ tell }: Typist, ask: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (tell === undefined || !(error instanceof ShareProblem)) throw error;
      tell(spokenError(error));
    }
  }
}
