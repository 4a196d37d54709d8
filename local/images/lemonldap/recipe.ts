import { images } from "../../../components/foundation/image/catalogue.ts";
import { type Recipe, sources } from "../recipe.ts";

/**
 * Packages that the portal of LemonLDAP::NG needs when it starts, and Debian only recommends: without one of these it
 * answers nothing, or errors.
 */
const needed = [
  ...["libnet-ldap-perl", "libio-socket-timeout-perl", "libcrypt-jwt-perl", "libconvert-pem-perl"],
  ...["libio-string-perl", "libstring-random-perl", "liblwp-protocol-https-perl"],
  ...["libmime-tools-perl", "libemail-sender-perl", "libemail-address-xs-perl"],
  ...["libcookie-baker-xs-perl", "libhttp-parser-xs-perl"],
];

/**
 * The recipe of LemonLDAP::NG with nginx: Debian's packages, which run as an ordinary user. Its authors' own image starts as root.
 * The pages that people see are its own, in a folder of another name, where those of the toolkit are mounted over them.
 */
export function lemonldap(systemPath: string): Recipe {
  const templates = "/usr/share/lemonldap-ng/portal/templates";
  return {
    names: [images.lemonldap.reference],
    double: false,
    sources,
    layer: {
      packages: ["liblemonldap-ng-portal-perl", "lemonldap-ng-fastcgi-server", "nginx-light", ...needed],
      after: [
        "rm -rf /etc/lemonldap-ng /var/lib/lemonldap-ng /var/cache/lemonldap-ng /etc/nginx/sites-enabled",
        `cp -a ${templates}/bootstrap ${templates}/commune`,
      ],
    },
    files: [],
    config: { Env: [`PATH=${systemPath}`], Cmd: ["llng-fastcgi-server"], ExposedPorts: ["8080/tcp"] },
  };
}
