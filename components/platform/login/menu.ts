import type { Json } from "../../foundation/manifest/pod-template.ts";
import type { LoginPlan } from "./plan.ts";

interface Tile {
  title: string;
  tile: string;
  host: string;
  path?: string;
}

/** Tile of the pages of accounts. */
const accountsTile = {
  title: "Mon compte",
  tile: "Votre nom, vos associations ; leurs membres, si vous les administrez",
};

/** Returns the tiles, each shown to those who may open it: services of the commune, then applications of associations. */
export function tiles({ clients, applications, accounts }: LoginPlan): Json {
  const category = (catname: string, order: number, members: readonly (readonly [string, Json])[]) =>
    members.length === 0
      ? {}
      : { [`category${order}`]: { type: "category", catname, order, ...Object.fromEntries(members) } };
  const tile = (
    order: number,
    { title: name, tile: description, host, path = "/" }: Tile,
    display: string,
  ): Json => ({
    type: "application",
    order,
    options: { name, description, uri: `https://${host}${path}`, display },
  });
  return {
    ...category(
      "Services de la commune",
      1,
      clients.map((client, index) => [client.service, tile(index + 1, client, `sp:${client.service}`)]),
    ),
    ...category(
      "Associations",
      2,
      applications.map((each, index) => [`application${index + 1}`, tile(index + 1, each, "auto")]),
    ),
    ...category(
      "Votre compte",
      3,
      accounts ? [["accounts", tile(1, { ...accounts, ...accountsTile }, "auto")]] : [],
    ),
  };
}
