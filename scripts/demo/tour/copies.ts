import { TranslatedError } from "../../../components/foundation/language/translated-error.ts";
import { spoken } from "../../language.ts";
import { Document, documentsService } from "../../look/document.ts";
import type { Step, Tour } from "./step.ts";
import { update, verb } from "./verb.ts";

const name = "Tarifs de la salle des fêtes.txt";
const text = "Salle des fêtes : 120 € le samedi, gratuite pour les associations de la commune.\n";

/** Options with which a command reaches public names that lead nowhere from this machine. */
const atDoorway = ({ address: { host, port }, caFile }: Tour["doorway"]) => [
  ...["--address", `${host}:${port}`, "--ca", caFile],
];

export const copies: Step = {
  id: "copies",
  title: {
    en: "Somebody deletes a file, and it comes back",
    fr: "Quelqu’un supprime un fichier, et il revient",
  },
  async go(tour) {
    const { pair, tell, outputsOf, doorway, addressOf } = tour;
    const { commune, neighbour } = pair;
    tell.say(
      spoken({
        en: `${neighbour} makes room for the copies of ${commune}: plain Pulumi, as for any change.`,
        fr: `${neighbour} fait de la place pour les copies de ${commune} : du Pulumi tout simple, comme pour tout changement.`,
      }),
    );
    await update(tour, neighbour);
    const { addresses, accounts } = await outputsOf(commune);
    const [url, account] = [addresses[documentsService], accounts[documentsService]];
    if (!url || !account)
      throw new TranslatedError({
        en: `the stack of ${commune} says no address of its documents.`,
        fr: `la pile de ${commune} ne dit pas l’adresse de ses documents.`,
      });
    const document = new Document(url, account, name, doorway);
    await document.write(text);
    tell.say(
      spoken({
        en: `Somebody writes “${name}” among the documents of ${commune}.`,
        fr: `Quelqu’un écrit « ${name} » parmi les documents de ${commune}.`,
      }),
    );
    const taken = await verb(tour, ["recovery", "point", commune, "--service", documentsService], {
      takes: spoken({ en: "half a minute", fr: "une demi-minute" }),
    });
    const point = taken.split(": ").at(-1) ?? "";
    await document.remove();
    tell.say(spoken({ en: "Somebody deletes it.", fr: "Quelqu’un le supprime." }));
    if ((await document.read()) !== undefined)
      throw new TranslatedError({
        en: `${name} was deleted, and is there.`,
        fr: `${name} a été supprimé, et y est.`,
      });
    const restore = ["restore", commune, "--service", documentsService, "--point", point];
    await verb(tour, [...[...restore, "--only", document.path], ...["--yes", ...atDoorway(doorway)]], {
      takes: spoken({ en: "about a minute", fr: "environ une minute" }),
    });
    const back = (await document.read())?.toString();
    if (back !== text)
      throw new TranslatedError({
        en: `${name} is not as it was: ${back === undefined ? "it is not there" : "its text is another"}.`,
        fr: `${name} n’est pas comme il était : ${back === undefined ? "il n’y est pas" : "son texte est un autre"}.`,
      });
    tell.say(
      spoken({
        en: "It is there again, every letter of it. Nobody misses what was there before it:",
        fr: "Il est revenu, à la lettre. Ce qu’il y avait avant lui ne manque à personne :",
      }),
    );
    // A later point of the same number would find it, and take its own file for one that is in place.
    await verb(tour, [...restore, "--only", document.path, "--release", "--yes"]);
    return [
      { what: spoken({ en: "the documents", fr: "les documents" }), where: addressOf(new URL(url).host) },
    ];
  },
};

export const log: Step = {
  id: "log",
  title: { en: "What anybody can verify afterwards", fr: "Ce que chacun peut vérifier ensuite" },
  async go(tour) {
    const { pair, tell, doorway } = tour;
    tell.say(
      spoken({
        en: "Each proposal, each yes, and what became of each approved change (applied, failed, or refused because it was no longer what had been approved) is a line of one file, tied to the line before it. Anybody who has the file can verify it, and the neighbour remembers how long it was.",
        fr: "Chaque proposition, chaque oui, et ce qu’est devenu chaque changement approuvé (appliqué, échoué, ou refusé parce que ce n’était plus ce qui avait été approuvé) est une ligne d’un fichier, liée à la ligne d’avant. Quiconque a le fichier peut le vérifier, et la commune voisine retient quelle longueur il avait.",
      }),
    );
    await verb(tour, ["verify-log", pair.commune, "--peers", ...atDoorway(doorway)]);
    return [];
  },
};
