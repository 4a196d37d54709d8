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
