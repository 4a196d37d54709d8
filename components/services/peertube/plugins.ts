import { jobOf, whenItFails } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job } from "../../foundation/manifest/manifest.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import { secretName } from "./environment.ts";
import { peertubeImage } from "./images.ts";
import { type PeertubeSpec, podSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/**
 * Makes the installed plugins those declared, through the server's own interface: it then loads them without a
 * restart, which the command of the image does not do. Idempotent.
 *
 * Source: docs.joinpeertube.org/api-rest-reference, Plugins and Session.
 */
export const pluginsScript = `import { readFileSync } from "node:fs";
import { request } from "node:http";

const { server, host, plugins } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const password = readFileSync(process.argv[3], "utf8");

// fetch() would send the name of the server instead of the public one, which PeerTube insists on.
function ask(method, path, { token, type, body } = {}) {
  const headers = { host };
  if (token) headers.authorization = "Bearer " + token;
  if (type) headers["content-type"] = type;
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, server), { method, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => (text += part)).on("error", reject);
      answer.on("end", () => {
        if (answer.statusCode < 300) resolve(text === "" ? undefined : JSON.parse(text));
        else reject(new Error(method + " " + path.split("?")[0] + " was answered with " + answer.statusCode + ": " + text.slice(0, 300)));
      });
    });
    asked.on("error", reject).end(body);
  });
}

async function logIn() {
  const client = await ask("GET", "/api/v1/oauth-clients/local");
  const form = new URLSearchParams({ ...client, grant_type: "password", response_type: "code", username: "root", password });
  const type = "application/x-www-form-urlencoded";
  const { access_token } = await ask("POST", "/api/v1/users/token", { type, body: form.toString() });
  return access_token;
}

async function converge() {
  const token = await logIn().catch((error) => {
    throw new Error("root cannot log in with its first password; it was changed, or asks for a second factor. " + error.message);
  });
  const change = (verb, body) =>
    ask("POST", "/api/v1/plugins/" + verb, { token, type: "application/json", body: JSON.stringify(body) });
  const installed = new Map();
  for (const [pluginType, start] of [[1, "peertube-plugin-"], [2, "peertube-theme-"]]) {
    const { data } = await ask("GET", "/api/v1/plugins?count=100&pluginType=" + pluginType, { token });
    for (const { name, version, uninstalled } of data) if (!uninstalled) installed.set(start + name, version);
  }
  for (const npmName of installed.keys()) {
    if (npmName in plugins) continue;
    await change("uninstall", { npmName });
    console.log(npmName + " was removed.");
  }
  for (const [npmName, pluginVersion] of Object.entries(plugins)) {
    if (installed.get(npmName) !== pluginVersion) await change("install", { npmName, pluginVersion });
    console.log(npmName + " is there in version " + pluginVersion + ".");
  }
}

converge().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
`;

export function pluginsConfigMap(spec: PeertubeSpec): ConfigMap {
  const workload = workloadOf(spec.commune, "plugins");
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadataOf(workload, "peertube-plugins"),
    data: {
      "plugins.mjs": pluginsScript,
      "plugins.json": JSON.stringify({
        server: "http://peertube",
        host: spec.host,
        plugins: spec.plugins ?? {},
      }),
    },
  };
}

/** The Job that installs and removes plugins; nothing when the declaration leaves them alone. */
export function pluginsJob(spec: PeertubeSpec): Job | undefined {
  if (spec.plugins === undefined) return undefined;
  const workload = workloadOf(spec.commune, "plugins");
  return jobOf({
    metadata: metadataOf(workload, "peertube-plugins"),
    reads: [spec.secretLabels, pluginsConfigMap(spec).data],
    annotations: (name) => whenItFails(workload, name, "PeerTube serves, with the plugins that it has."),
    spec: {
      backoffLimit: 2,
      activeDeadlineSeconds: 1800,
      template: {
        metadata: { labels: labelsOf(workload) },
        spec: {
          ...podSpec,
          restartPolicy: "Never",
          containers: [
            {
              name: "plugins",
              image: peertubeImage(spec.version),
              command: ["node"],
              args: [
                "/etc/peertube/plugins.mjs",
                "/etc/peertube/plugins.json",
                "/run/secrets/peertube/root-password",
              ],
              terminationMessagePolicy: "FallbackToLogsOnError",
              resources: resourceRequirements(spec.size.plugins),
              securityContext: containerSecurity,
              volumeMounts: [
                { name: "plugins", mountPath: "/etc/peertube", readOnly: true },
                { name: "secrets", mountPath: "/run/secrets/peertube", readOnly: true },
              ],
            },
          ],
          volumes: [
            { name: "plugins", configMap: { name: "peertube-plugins" } },
            {
              name: "secrets",
              secret: {
                secretName,
                defaultMode: 0o440,
                items: [{ key: "root-password", path: "root-password" }],
              },
            },
          ],
        },
      },
    },
  });
}
