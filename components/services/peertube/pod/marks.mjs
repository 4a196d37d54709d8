import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = "__DATA_FOLDER__/commune-associations";
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
