import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { mariadbPod } from "../../components/platform/mariadb/manifests.ts";
import type { MariadbName } from "../../components/platform/mariadb/plan.ts";

/** Words of `kubectl exec` that run a command for bash beside a MariaDB server, as its superuser. */
export function mariadbWords({ commune, server }: MariadbName, command: string): string[] {
  const own = `export MYSQL_PWD=$(cat /run/secrets/mariadb/password); ${command}`;
  const at = [`--namespace=${namespaceOf({ commune, service: server })}`, mariadbPod(server)];
  return ["exec", ...at, "--container=mariadb", "--", "bash", "-c", own];
}
