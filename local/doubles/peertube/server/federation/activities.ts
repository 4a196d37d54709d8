import { randomUUID } from "node:crypto";
import { Accept, Announce, Create, Delete, Follow, PUBLIC_COLLECTION, Reject, Undo } from "@fedify/fedify";
import type { Actor } from "./actors.ts";

type Named = Pick<Actor, "url">;

/** A follow's address; a new one each time, since a peer does nothing for an address that it has seen. */
export function followUrl(follower: Named): string {
  return `${follower.url}/follows/${randomUUID()}`;
}

function follow(url: string, follower: Named, target: Named): Follow {
  return new Follow({ id: new URL(url), actor: new URL(follower.url), object: new URL(target.url) });
}

function about(follower: Named, target: Named, url: string, verb: string, by: Named) {
  return {
    id: new URL(`${by.url}/${verb}/${randomUUID()}`),
    actor: new URL(by.url),
    object: follow(url, follower, target),
  };
}

/** The activities that this server sends. `url` is the address of the follow that they are about. */
export const activities = {
  follow,
  undoFollow: (url: string, follower: Named, target: Named) =>
    new Undo(about(follower, target, url, "undo", follower)),
  accept: (url: string, follower: Named, target: Named) =>
    new Accept(about(follower, target, url, "accepts", target)),
  reject: (url: string, follower: Named, target: Named) =>
    new Reject(about(follower, target, url, "rejects", target)),
  create: (video: string, account: Named) =>
    new Create({
      id: new URL(`${video}/activity`),
      actor: new URL(account.url),
      object: new URL(video),
      tos: [PUBLIC_COLLECTION],
    }),
  announce: (video: string, by: Named & Pick<Actor, "id">) =>
    new Announce({
      id: new URL(`${video}/announces/${by.id}`),
      actor: new URL(by.url),
      object: new URL(video),
      tos: [PUBLIC_COLLECTION],
    }),
  remove: (video: string, account: Named) =>
    new Delete({
      id: new URL(`${video}/delete`),
      actor: new URL(account.url),
      object: new URL(video),
      tos: [PUBLIC_COLLECTION],
    }),
};
