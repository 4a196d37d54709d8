import { images } from "../../../components/foundation/image/catalogue.ts";
import { directoryUid } from "../../../components/platform/directory/configuration.ts";
import { type Recipe, sources } from "../recipe.ts";

/** The recipe of OpenLDAP: Debian's package with its tools. Its authors publish no image, so that it has no entry point of theirs. */
export function slapd(systemPath: string): Recipe {
  return {
    names: [images.slapd.reference],
    double: false,
    sources,
    layer: {
      packages: ["slapd", "ldap-utils"],
      accounts: [{ name: "openldap", uid: directoryUid, gid: directoryUid, home: "/var/lib/ldap" }],
      // The database that the package makes by itself.
      after: [
        "rm -rf /var/lib/ldap /etc/ldap/slapd.d /var/backups/*",
        `install -d -o ${directoryUid} -g ${directoryUid} /var/lib/ldap /run/slapd`,
      ],
    },
    files: [],
    config: {
      Env: [`PATH=${systemPath}`],
      Cmd: ["slapd", "-d", "none"],
      ExposedPorts: ["1389/tcp"],
      Volumes: ["/var/lib/ldap"],
    },
  };
}
