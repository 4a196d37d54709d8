import type { types } from "@pulumi/kubernetes";
import { images } from "../../foundation/image/catalogue.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import { authorityKey } from "../../foundation/site/authority.ts";

const folder = "/tools";

/** Paths of restic, of Node and of the authorities' certificates in a pod of PostgreSQL's image. */
export const tools = {
  restic: `${folder}/restic`,
  node: `${folder}/node`,
  authorities: `${folder}/authorities.pem`,
} as const;

const resources = { cpu: 0.01, requestMiB: 16, limitMiB: 64 };

export const toolsVolume: types.input.core.v1.Volume = { name: "tools", emptyDir: {} };
export const toolsMount: types.input.core.v1.VolumeMount = {
  name: "tools",
  mountPath: folder,
  readOnly: true,
};

/**
 * Returns the init containers that bring restic and Node next to PostgreSQL's own tools: no image has all three.
 * restic is one static program upstream, and the images of PostgreSQL and of Node are based on the same Debian.
 *
 * @param settings mount path of the volume `settings`, which has the site's authority if there is one.
 */
export function toolContainers(
  authority: string | undefined,
  settings: string,
): types.input.core.v1.Container[] {
  const own = authority === undefined ? "" : ` ${settings}/${authorityKey}`;
  const copy = (name: string, image: string, line: string): types.input.core.v1.Container => ({
    name,
    image,
    command: ["sh", "-euc", line],
    resources: resourceRequirements(resources),
    securityContext: containerSecurity,
    volumeMounts: [
      { name: "tools", mountPath: folder },
      { name: "settings", mountPath: settings, readOnly: true },
    ],
  });
  return [
    copy(
      "restic",
      images.restic.reference,
      `cp /usr/bin/restic ${tools.restic} && cat /etc/ssl/certs/ca-certificates.crt${own} > ${tools.authorities}`,
    ),
    copy("node", images.node.reference, `cp /usr/local/bin/node ${tools.node}`),
  ];
}
