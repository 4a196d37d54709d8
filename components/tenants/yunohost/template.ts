import type { Wanted } from "./wanted.ts";

/** Port of the application behind the front, until somebody says another. */
const port = 8081;

/**
 * The template of a drafted chart: one dict for the library `charts/app`. Nothing of the manifest stands in it but its id
 * and sizes; texts are values.
 *
 * @param todos what the manifest could not say of it.
 */
export function templateOf(
  { chart, memoryMiB, storage, database }: Wanted,
  todos: readonly string[],
): string {
  const secrets =
    database === undefined ? "" : `\n  "secrets" (dict .Values.database.secret "/run/secrets/database")`;
  const mounts = storage === undefined ? "" : `\n  "mounts" (dict "data" "/data")`;
  const volumes = storage === undefined ? "" : `\n  "volumes" (dict "data" .Values.storage)`;
  return `{{- /*
${todos.map((todo) => `TODO: ${todo.replaceAll("*/", "* /")}`).join("\n")}
*/}}
{{- define "${chart}.server" -}}
location / {
  {{- include "app.proxy" ${port} | nindent 2 }}
  proxy_read_timeout 60s;
}
{{- end }}
{{- $main := dict
  "image" .Values.image
  "probe" "/"
  "request" "${Math.ceil(memoryMiB / 3)}Mi" "memory" "${memoryMiB}Mi" "cpu" "500m" "ephemeral" "256Mi" "scratch" "64Mi"${mounts}${secrets}
  "tmp" (list "/tmp")
}}
{{- $app := dict
  "name" "${chart}"
  "host" .Values.host
  "uid" 33
  "image" .Values.frontImage
  "body" "16m"
  "server" (include "${chart}.server" .)
  "main" $main${volumes}
  "expose" .Values.expose
}}
{{- include "app.all" (dict "root" . "app" $app) }}
`;
}
