import { readFileSync } from "node:fs";
import { toolkitFile } from "../../../components/foundation/toolkit.ts";
import { images } from "../../../components/services/tickets/images.ts";
import { ticketsUid } from "../../../components/services/tickets/workloads.ts";
import { type Recipe, sources } from "../recipe.ts";

const site = "/usr/local/lib/python3.13/dist-packages";

/** Its settings in the official image: who serves its pages finds style sheets and scripts there. */
const productionSettings = `from pretix.settings import *

STATIC_ROOT = "/static"
`;

/**
 * The recipe of pretix: upstream's own package with its dependencies, each pinned with its digest, on Debian's
 * Python. What callers of the official image use is at its place: settings in /pretix/src, style sheets in /static,
 * user 15371. Its entry point, which migrates at each start and requires root, is left out. Source:
 * https://github.com/pretix/pretix/blob/v2026.8.0/Dockerfile
 */
export function pretix(systemPath: string): Recipe {
  const pinned = readFileSync(toolkitFile("local/images/pretix/requirements.txt"), "utf8").trim().split("\n");
  const pip =
    "SSL_CERT_FILE=/tmp/ca.crt pip install --break-system-packages --no-cache-dir --no-deps --no-compile --ignore-installed";
  return {
    names: [images.pretix.reference],
    double: false,
    sources,
    layer: {
      packages: ["python3", "python3-pip", "python3-setuptools", "python3-wheel", "libpython3-stdlib"],
      accounts: [{ name: "pretixuser", uid: ticketsUid, gid: ticketsUid, home: "/pretix" }],
      after: [
        `cat > /tmp/requirements.txt <<'END'\n${pinned.join("\n")}\nEND`,
        // One of them is published as source alone: what it is built with is Debian's.
        `${pip} --require-hashes --no-build-isolation --requirement /tmp/requirements.txt`,
        "apt-get -q -y purge python3-pip python3-wheel && apt-get -q -y autoremove --purge",
        // Files of an image are all of 1970: what is compiled is taken without a look at the day of its source.
        `python3 -m compileall -q -f -j 2 --invalidation-mode unchecked-hash ${site} /usr/lib/python3.13 || true`,
        `ln -s ${site}/pretix/static.dist /static`,
        "install -d /pretix/src /etc/pretix && install -d -o pretixuser -g pretixuser /data",
      ],
    },
    files: [{ path: "/pretix/src/production_settings.py", content: productionSettings }],
    config: {
      User: String(ticketsUid),
      Env: [
        ...[`PATH=${systemPath}`, "LC_ALL=C.UTF-8", "DJANGO_SETTINGS_MODULE=production_settings"],
        "HOME=/pretix",
      ],
      Cmd: ["python3"],
      Volumes: ["/data"],
    },
  };
}
