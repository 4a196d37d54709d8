/** Words of `kubectl exec` that run a command for bash beside the associations' server, as its superuser. */
export function mariadbWords(namespace: string, command: string): string[] {
  const own = `export MYSQL_PWD=$(cat /run/secrets/mariadb/password); ${command}`;
  return ["exec", `--namespace=${namespace}`, "mariadb-0", "--container=mariadb", "--", "bash", "-c", own];
}
