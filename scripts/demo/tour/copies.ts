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
  title: "Somebody deletes a file, and it comes back",
  async go(tour) {
    const { pair, tell, outputsOf, doorway, addressOf } = tour;
    const { commune, neighbour } = pair;
    tell.say(`${neighbour} makes room for the copies of ${commune}: plain Pulumi, as for any change.`);
    await update(tour, neighbour);
    const { addresses, accounts } = await outputsOf(commune);
    const [url, account] = [addresses[documentsService], accounts[documentsService]];
    if (!url || !account) throw new Error(`the stack of ${commune} says no address of its documents.`);
    const document = new Document(url, account, name, doorway);
    await document.write(text);
    tell.say(`Somebody writes “${name}” among the documents of ${commune}.`);
    const taken = await verb(tour, ["recovery", "point", commune, "--service", documentsService], {
      takes: "half a minute",
    });
    const point = taken.split(": ").at(-1) ?? "";
    await document.remove();
    tell.say("Somebody deletes it.");
    if ((await document.read()) !== undefined) throw new Error(`${name} was deleted, and is there.`);
    const restore = ["restore", commune, "--service", documentsService, "--point", point];
    await verb(tour, [...[...restore, "--only", document.path], ...["--yes", ...atDoorway(doorway)]], {
      takes: "about a minute",
    });
    const back = (await document.read())?.toString();
    if (back !== text)
      throw new Error(
        `${name} is not as it was: ${back === undefined ? "it is not there" : "its text is another"}.`,
      );
    tell.say("It is there again, every letter of it. Nobody misses what was there before it:");
    // A later point of the same number would find it, and take its own file for one that is in place.
    await verb(tour, [...restore, "--only", document.path, "--release", "--yes"]);
    return [{ what: "the documents", where: addressOf(new URL(url).host) }];
  },
};

export const log: Step = {
  id: "log",
  title: "What anybody can verify afterwards",
  async go(tour) {
    const { pair, tell, doorway } = tour;
    tell.say(
      "Each proposal, each yes, and what became of each approved change (applied, failed, or refused because it was no longer what had been approved) is a line of one file, tied to the line before it. Anybody who has the file can verify it, and the neighbour remembers how long it was.",
    );
    await verb(tour, ["verify-log", pair.commune, "--peers", ...atDoorway(doorway)]);
    return [];
  },
};
