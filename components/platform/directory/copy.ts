import type { types } from "@pulumi/kubernetes";
import { images } from "../../foundation/image/catalogue.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { dataFolder, volumeFolder } from "./configuration.ts";

/** Everything in the directory as text (LDIF, RFC 2849): a database that is written to cannot be copied file by file. */
export const copyFile = "entries.ldif";

/** Checksum of the text that the database itself was written into; another text has come from a restore point. */
const ownFile = "copied.sha256";

/**
 * Before the server: where the text is not the one that this database was written into, it was put back, and the database
 * is made of it. It is made beside the one that is there, so that a text that nobody can read leaves that one.
 */
function loadScript(): string {
  return readTemplate("platform/directory/pod/load.bash", {
    VOLUME: volumeFolder,
    DATA: dataFolder,
    COPY_FILE: copyFile,
    OWN_FILE: ownFile,
  });
}

/** Seconds at most until a change is in the text. */
const copySeconds = 60;

/**
 * Beside the server: writes the text whenever something has changed, and once more when the pod ends. Both checksums are
 * noted while one text takes the other's place: a pod that is killed then has not been put back.
 */
function copyScript(): string {
  return readTemplate("platform/directory/pod/copy.bash", {
    VOLUME: volumeFolder,
    COPY_FILE: copyFile,
    DATA: dataFolder,
    OWN_FILE: ownFile,
    SECONDS_BETWEEN: copySeconds,
  });
}

const program = (name: string, script: string, suffix: string): types.input.core.v1.Container => ({
  name,
  image: images.slapd.reference,
  command: ["bash", "-euo", "pipefail", "-c", script],
  env: [{ name: "SUFFIX", value: suffix }],
  securityContext: containerSecurity,
  volumeMounts: [
    { name: "data", mountPath: volumeFolder },
    { name: "configuration", mountPath: "/etc/directory", readOnly: true },
    { name: "passwords", mountPath: "/run/secrets/directory", readOnly: true },
    { name: "run", mountPath: "/run/slapd" },
    { name: "tmp", mountPath: "/tmp" },
  ],
});

/** @param suffix which all entries are below. */
export function loadContainer(suffix: string): types.input.core.v1.Container {
  return {
    ...program("load", loadScript(), suffix),
    resources: resourceRequirements({ cpu: 0.01, requestMiB: 48, limitMiB: 256 }),
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}

/** @param suffix which all entries are below. */
export function copyContainer(suffix: string): types.input.core.v1.Container {
  return {
    ...program("copy", copyScript(), suffix),
    resources: resourceRequirements({ cpu: 0.01, requestMiB: 16, limitMiB: 128 }),
  };
}
