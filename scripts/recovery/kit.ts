import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { Command } from "commander";
import { execa } from "execa";
import { loadCommune } from "../../components/commune/load.ts";
import { settingsOf } from "../../components/foundation/declaration/stacks.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../../components/foundation/repository.ts";
import { seedFingerprint } from "../../components/foundation/seed/derive.ts";
import { joinShares, splitSeed } from "../../components/recovery/kit/share.ts";
import { type Kit, sheet } from "../../components/recovery/kit/sheet.ts";
import { isBucket, keptVaults } from "../../components/recovery/vault/plan.ts";
import { placeOf } from "../approval/place.ts";
import { spoken } from "../language.ts";
import { settingsIn } from "../stack.ts";
import { checkOutsideGit } from "./kit/outside-git.ts";
import { type StackSeed, stackSeed } from "./kit/stack-seed.ts";
import { type Typist, typeShares } from "./kit/type-shares.ts";

/** Folder and tools that the commands work with. */
export interface KitSurroundings {
  /** Folder with the declarations. */
  stacks: string;
  seedOf(id: string): StackSeed;
  /** Returns the address of the repository that the declarations are in; undefined if others cannot read it. */
  repository(): Promise<string | undefined>;
  typist(): Typist;
  today(): string;
}

const ordinary: KitSurroundings = {
  stacks: repositoryFile("stacks"),
  seedOf: (id) => stackSeed(placeOf(id), id),
  async repository() {
    const { stdout, exitCode } = await execa(
      "git",
      ["-C", repositoryFile("."), "remote", "get-url", "origin"],
      {
        reject: false,
      },
    );
    return exitCode === 0 ? publicAddress(stdout.trim()) : undefined;
  },
  typist: typistAtTerminal,
  today: () => new Date().toISOString().slice(0, 10),
};

/**
 * An address of a repository without the name and password that may be in it; undefined for a folder of this machine.
 */
export function publicAddress(address: string): string | undefined {
  if (/^[\w.-]+@[\w.-]+:/.test(address)) return address;
  if (!URL.canParse(address) || !/^(https?|ssh):$/.test(new URL(address).protocol)) return undefined;
  const url = new URL(address);
  url.password = "";
  if (url.protocol !== "ssh:") url.username = "";
  return url.href;
}

/** `commune recovery kit`: the seed on paper, in shares. */
export function kitCommand(surroundings = ordinary): Command {
  return new Command("kit")
    .description(
      "The recovery kit: a commune's seed on paper, in shares of which so many together open its copies.",
    )
    .addCommand(makeCommand(surroundings))
    .addCommand(verifyCommand(surroundings))
    .addCommand(openCommand(surroundings));
}

function makeCommand(surroundings: KitSurroundings): Command {
  return new Command("make")
    .description("Write a sheet of paper for each holder of a share, to be printed. Changes nothing.")
    .argument("<commune>", "id of the commune")
    .requiredOption("--out <folder>", "a new folder for the sheets")
    .option("--pdf", "as PDF too, with the machine's chromium")
    .action(async (id: string, { out, pdf }: { out: string; pdf?: true }) => {
      const kit = await kitOf(surroundings, id);
      if (existsSync(out))
        throw new TranslatedError({
          en: `${out} is there already: name a new folder. Nothing was written.`,
          fr: `${out} existe déjà : nommez un nouveau dossier. Rien n’a été écrit.`,
        });
      await checkOutsideGit(out);
      if (pdf) await checkChromium();
      const seed = await surroundings.seedOf(id).read();
      if (seed === undefined)
        throw new TranslatedError({
          en: `${id} has no seed yet: apply it first. Nothing was written.`,
          fr: `${id} n’a pas encore de graine : appliquez-la d’abord. Rien n’a été écrit.`,
        });
      const { holders, needed } = kit;
      const shares = await splitSeed(seed, { commune: id, of: holders.length, needed });
      mkdirSync(out, { recursive: true, mode: 0o700 });
      for (const share of shares) {
        const file = resolve(out, `${id}-${share.number}-sur-${share.of}.html`);
        writeFileSync(file, sheet(kit, share), { mode: 0o600, flag: "wx" });
        if (pdf) await printed(file);
        console.log(`${file}: ${holders[share.number - 1]}`);
      }
      console.log(
        spoken({
          en: `Any ${needed} of these ${shares.length} open the commune's copies. Print them, remove the files (rm -r ${out}), and try ${needed} of the sheets: npx commune recovery kit verify ${id}`,
          fr: `${needed} de ces ${shares.length} feuilles, n’importe lesquelles, ouvrent les copies de la commune. Imprimez-les, supprimez les fichiers (rm -r ${out}), et essayez-en ${needed} : npx commune recovery kit verify ${id}`,
        }),
      );
    });
}

function verifyCommand(surroundings: KitSurroundings): Command {
  return new Command("verify")
    .description("Try sheets of a kit: says whether they open the commune's copies, and shows no seed.")
    .argument("<commune>", "id of the commune")
    .action(async (id: string) => {
      const fingerprint = seedFingerprint(await typedSeed(surroundings, id), id);
      const published = await surroundings.seedOf(id).published();
      if (published !== undefined && published !== fingerprint) {
        throw new TranslatedError({
          en: `they are a seed of ${id}, but not the one that its stack runs with (${fingerprint}, and the stack says ${published}): the kit is of before. Make another one.`,
          fr: `elles sont une graine de ${id}, mais pas celle avec laquelle sa pile tourne (${fingerprint}, et la pile dit ${published}) : le jeu est d’avant. Faites-en un autre.`,
        });
      }
      console.log(
        published === undefined
          ? spoken({
              en: `They fit together: the seed ${fingerprint} of ${id}. The stack could not be asked whether it is its own.`,
              fr: `Elles vont ensemble : la graine ${fingerprint} de ${id}. La pile n’a pas pu dire si c’est la sienne.`,
            })
          : spoken({
              en: `They are right: the seed of ${id}, ${fingerprint}, which its stack runs with.`,
              fr: `Elles sont bonnes : la graine de ${id}, ${fingerprint}, avec laquelle sa pile tourne.`,
            }),
      );
      console.log(
        spoken({
          en: `Write the day under recovery.kit in stacks/${id}/commune.yaml: tried: ${surroundings.today()}`,
          fr: `Écrivez le jour sous recovery.kit dans stacks/${id}/commune.yaml : tried: ${surroundings.today()}`,
        }),
      );
      console.log(
        spoken({
          en: `To let its data be disposable one day: npx pulumi config set commune:seedKept ${fingerprint} -s ${id}`,
          fr: `Pour que ses données puissent un jour être jetables : npx pulumi config set commune:seedKept ${fingerprint} -s ${id}`,
        }),
      );
    });
}

function openCommand(surroundings: KitSurroundings): Command {
  return new Command("open")
    .description("Give the seed of a kit to a new stack of the commune, elsewhere. Shows no seed.")
    .argument("<commune>", "id of the commune")
    .action(async (id: string) => {
      const stack = surroundings.seedOf(id);
      // Before anybody types: the stack is there, and has no other seed.
      const has = await stack.read();
      const seed = await typedSeed(surroundings, id);
      const fingerprint = seedFingerprint(seed, id);
      if (has !== undefined && seedFingerprint(has, id) !== fingerprint) {
        throw new TranslatedError({
          en: `the stack ${id} has another seed (${seedFingerprint(has, id)}; the kit's is ${fingerprint}): make a new stack. Nothing was changed.`,
          fr: `la pile ${id} a une autre graine (${seedFingerprint(has, id)} ; celle du jeu est ${fingerprint}) : faites une nouvelle pile. Rien n’a été changé.`,
        });
      }
      if (has === undefined) await stack.give(seed);
      console.log(
        spoken({
          en: `The stack ${id} has the seed ${fingerprint}. Next: npx commune relocate ${id} (docs/relocate.md).`,
          fr: `La pile ${id} a la graine ${fingerprint}. Ensuite : npx commune relocate ${id} (docs/relocate.md).`,
        }),
      );
    });
}

async function typedSeed({ typist }: KitSurroundings, id: string): Promise<string> {
  return joinShares(await typeShares(id, typist()), id);
}

/** Content of every sheet. Throws if no kit is declared. */
async function kitOf({ stacks, repository, today }: KitSurroundings, id: string): Promise<Kit> {
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  const { declaration, federation: metropolis } = loaded;
  const kit = declaration.recovery?.kit;
  if (kit === undefined) {
    throw new TranslatedError({
      en: `stacks/${id}/commune.yaml does not say who has a share. Write for example, under recovery:\n  kit:\n    needed: 3\n    holders:\n      - Ville de Bron, direction générale\n      - Notaire de la commune\n      - …\nNothing was written.`,
      fr: `stacks/${id}/commune.yaml ne dit pas qui a une feuille. Écrivez par exemple, sous recovery:\n  kit:\n    needed: 3\n    holders:\n      - Ville de Bron, direction générale\n      - Notaire de la commune\n      - …\nRien n’a été écrit.`,
    });
  }
  const members = metropolis?.members ?? {};
  const { authority } = settingsIn(settingsOf(stacks, id));
  return {
    commune: { id, name: declaration.name, contact: declaration.contact },
    holders: kit.holders,
    needed: kit.needed,
    copies: keptVaults(declaration, members).map((vault) => {
      if (isBucket(vault)) return vault.place;
      const { host, address, guest } = vault;
      return {
        host: { name: members[host]?.name ?? host, email: members[host]?.contact ?? "" },
        address: `https://${address}`,
        user: guest,
      };
    }),
    repository: await repository(),
    authority: authority && new X509Certificate(authority).fingerprint256,
    date: today(),
  };
}

const chromium = "chromium";

async function checkChromium(): Promise<void> {
  const { failed } = await execa(chromium, ["--version"], { reject: false });
  if (failed) {
    throw new TranslatedError({
      en: "--pdf takes chromium, which this machine has not: apt install chromium, or print the pages from any browser. Nothing was written.",
      fr: "--pdf se sert de chromium, que cette machine n’a pas : apt install chromium, ou imprimez les pages depuis n’importe quel navigateur. Rien n’a été écrit.",
    });
  }
}

async function printed(file: string): Promise<void> {
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const to = file.replace(/html$/, "pdf");
  // Whoever may read the sheet's folder is its owner alone.
  await execa(chromium, [
    ...["--headless", "--disable-gpu", ...asRoot, "--no-pdf-header-footer"],
    ...[`--print-to-pdf=${to}`, `file://${file}`],
  ]);
}

function typistAtTerminal(): Typist {
  const isTerminal = process.stdin.isTTY;
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  return {
    async next(question) {
      for (;;) {
        if (isTerminal) process.stderr.write(question);
        const { value, done } = await lines.next();
        if (done) return undefined;
        if (String(value).trim() !== "") return String(value);
      }
    },
    tell: isTerminal
      ? (problem) =>
          console.error(spoken({ en: `  ${problem} Once more.`, fr: `  ${problem} Encore une fois.` }))
      : undefined,
  };
}
