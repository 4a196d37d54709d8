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
