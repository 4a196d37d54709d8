import type { Recipe } from "../../../local/images/recipe.ts";
import { sources } from "../sources.ts";

/** The image of the double: the operator, and what it runs in each pod. */
export const cloudnativePgImage = "ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0";

/** The double of CloudNativePG's operator, with Debian's Patroni in the place of its instance manager (README.md). */
export const cloudnativePgRecipe: Recipe = {
  names: [cloudnativePgImage],
  double: true,
  sources,
  layer: {
    packages: ["nodejs", "postgresql-17", "patroni", "locales"],
    accounts: [{ name: "postgres", uid: 999, gid: 999, home: "/var/lib/postgresql" }],
    before: [
      "mkdir -p /etc/postgresql-common",
      "echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf",
    ],
    after: ["install -d -o 999 -g 999 -m 1777 /var/lib/postgresql/data"],
  },
  files: [{ path: "/opt/double/main.js", bundle: "cloudnative-pg/main.ts" }],
  config: {
    User: "999",
    Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"],
    Cmd: ["node", "/opt/double/main.js"],
  },
};
