import { apiScript } from "./api-script.ts";
import { dataFolder } from "./spec.ts";

/**
 * An association's mark on the volume: the number of its account, by which it is known and not by its name. The mark is
 * written before the account is asked for too, so that one that was cut short is not taken for somebody else's.
 */
const marks = `${apiScript}
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = "${dataFolder}/commune-associations";
const pathOf = (tenant) => join(folder, tenant + ".json");

function markOf(tenant) {
  try {
    return JSON.parse(readFileSync(pathOf(tenant), "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function write(tenant, mark) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(pathOf(tenant) + ".new", JSON.stringify(mark));
  renameSync(pathOf(tenant) + ".new", pathOf(tenant));
}

// A channel and the account that it belongs to may not have the same name.
const accountOf = (channel) => channel + "_compte";

async function userOf(api, { id, channel, contact, since }) {
  const named = ({ username }) => username === accountOf(channel);
  if (id === undefined) {
    const { data } = await api.ask("GET", "/api/v1/users?count=100&search=" + accountOf(channel));
    return data.find((user) => named(user) && user.email === contact && user.createdAt >= since);
  }
  const user = await api.ask("GET", "/api/v1/users/" + id).catch((error) => {
    if (error.status === 404) return undefined;
    throw error;
  });
  // Where rows went back to before it was made, its number may be another's now.
  return user !== undefined && named(user) ? user : undefined;
}
`;

/**
 * Makes the account and the channel of each declared association, once; then they are in the association's hands, but for
 * whether it can log in. Somebody else's of that name is left alone, and told after all else is done.
 *
 * Source: server/core/controllers/api/users/index.ts and middlewares/validators/users/users.ts of Chocobozzz/PeerTube:
 * whoever is made without a password is sent a letter to choose one.
 */
export const associationsScript = `${marks}
const { server, host, associations } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const closed = "L'espace de l'association est fermé.";
const asUser = 2;

async function make(api, { tenant, user: channel, name, contact }) {
  const before = markOf(tenant);
  const unfinished = before !== undefined && before.id === undefined && before.channel === channel;
  const mark = unfinished ? before : { host, channel, contact, since: new Date().toISOString() };
  let user = unfinished ? await userOf(api, mark) : undefined;
  if (user === undefined) {
    write(tenant, mark);
    const body = { username: accountOf(channel), password: "", email: contact, role: asUser, channelName: channel };
    try {
      ({ user } = await api.change("POST", "/api/v1/users", body));
    } catch (error) {
      if (error.status === 409) rmSync(pathOf(tenant));
      throw error;
    }
  }
  await api.change("PUT", "/api/v1/video-channels/" + channel, { displayName: name });
  write(tenant, { ...mark, id: user.id });
}

async function converge(api, association) {
  const { tenant, user: channel, isOpen } = association;
  const mark = markOf(tenant);
  const user = mark?.id === undefined ? undefined : await userOf(api, mark);
  if (user === undefined) return isOpen ? make(api, association) : undefined;
  if (mark.channel !== channel)
    throw new Error("it has @" + mark.channel + ", which cannot be renamed: write that name again.");
  if (!isOpen && !user.blocked) await api.change("POST", "/api/v1/users/" + user.id + "/block", { reason: closed });
  // Whom a moderator blocked stays so.
  if (isOpen && user.blocked && user.blockedReason === closed) await api.change("POST", "/api/v1/users/" + user.id + "/unblock", {});
}

const reasonOf = ({ status, text, message }) => {
  if (status !== 409) return message;
  return JSON.parse(text).detail + " Write another name, or another contact.";
};

async function convergeAll() {
  const api = new Api(server, host);
  await api.logIn(readFileSync(process.argv[3], "utf8"));
  for (const association of associations)
    await converge(api, association).catch((error) => {
      console.error(association.tenant + ": " + reasonOf(error));
      process.exitCode = 1;
    });
}

convergeAll().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
`;

/** Deletes the account of the association that is named last, with its channel and its videos. */
export const forgetScript = `${marks}
async function forget(tenant) {
  const mark = markOf(tenant);
  if (mark === undefined) return;
  const api = new Api("http://127.0.0.1:9000", mark.host);
  await api.logIn(process.env.PT_INITIAL_ROOT_PASSWORD);
  const user = await userOf(api, mark);
  if (user !== undefined) await api.ask("DELETE", "/api/v1/users/" + user.id);
  rmSync(pathOf(tenant));
}

forget(process.argv.at(-1)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
`;
