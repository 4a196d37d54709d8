import type { Recipe } from "../../images/recipe.ts";
import { sources } from "../sources.ts";

/**
 * The Mobilizon double: upstream's Dockerfile gives the account, the paths and the port, and the code that its chart hands
 * to `eval` is recognised by its words. It has rows, a place among them, and pictures; it is no agenda.
 * Source: https://github.com/framasoft/mobilizon/blob/5.1.3/docker/production/Dockerfile
 */
export const mobilizonRecipe: Recipe = {
  names: ["docker.io/framasoft/mobilizon:5.1.3"],
  double: true,
  sources,
  layer: { packages: ["nodejs", "postgresql-client"] },
  files: [
    { path: "/opt/double/main.js", bundle: "mobilizon/main.ts" },
    // Debian's /bin is a link to it.
    { path: "/usr/bin/mobilizon", content: '#!/bin/sh\nexec node /opt/double/main.js "$@"\n', mode: 0o755 },
    ...["uploads", "timezones", "sitemap"].map((name) => ({
      path: `/var/lib/mobilizon/${name}/`,
      uid: 65_534,
      gid: 65_534,
    })),
  ],
  config: {
    User: "nobody",
    Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "MOBILIZON_DOCKER=true"],
    Entrypoint: ["/bin/mobilizon"],
    Cmd: ["start"],
    ExposedPorts: ["4000/tcp"],
  },
};
