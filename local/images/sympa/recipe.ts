import { images } from "../../../components/services/lists/images.ts";
import { listsUid } from "../../../components/services/lists/workloads.ts";
import { type Recipe, sources } from "../recipe.ts";

/**
 * Dependencies of Debian's package without a mail server and a web server, and those of the toolkit's own two
 * programs.
 */
const needed = [
  ...["libarchive-zip-perl", "libcgi-fast-perl", "libclass-singleton-perl", "libcrypt-eksblowfish-perl"],
  ...["libcrypt-openssl-x509-perl", "libcrypt-smime-perl", "libdatetime-format-mail-perl", "libdbd-csv-perl"],
  ...["libdbd-pg-perl", "libdbi-perl", "libfcgi-perl", "libfile-copy-recursive-perl", "libfile-nfslock-perl"],
  ...["libhtml-format-perl", "libhtml-stripscripts-parser-perl", "libhtml-tree-perl", "libintl-perl"],
  ...["libio-stringy-perl", "libmail-dkim-perl", "libmailtools-perl", "libmime-charset-perl"],
  ...["libmime-encwords-perl", "libmime-lite-html-perl", "libmime-tools-perl", "libnet-cidr-perl"],
  ...["libnet-dns-perl", "libnet-ldap-perl", "libnet-netmask-perl", "libregexp-common-perl"],
  ...["libsoap-lite-perl", "libtemplate-perl", "libterm-progressbar-perl", "libunicode-linebreak-perl"],
  ...["libunicode-utf8-perl", "libxml-libxml-perl", "mhonarc"],
  ...["libnet-server-mail-perl", "libio-socket-ssl-perl", "libauthen-sasl-perl"],
];

const french = ["", "/LC_MESSAGES", "/LC_MESSAGES/sympa.mo"].map((path) => `/usr/share/locale/fr${path}`);

/**
 * The recipe of Sympa: Debian's package, unpacked and not configured, since that wants a mail server and a database. Its
 * authors publish no image. Which programs run, and with what, is said in the pod.
 */
export function sympa(systemPath: string): Recipe {
  return {
    names: [images.sympa.reference],
    double: false,
    sources,
    layer: {
      packages: needed,
      accounts: [{ name: "sympa", uid: listsUid, gid: listsUid, home: "/var/lib/sympa" }],
      after: [
        "cd /var/cache/apt && apt-get -q -o Acquire::https::CaInfo=/tmp/ca.crt -o APT::Sandbox::User=root download sympa",
        // What it writes to people is French, in a file that images leave out otherwise.
        `dpkg --unpack --force-depends ${french.map((path) => `--path-include=${path}`).join(" ")} /var/cache/apt/sympa_*.deb`,
        "rm -rf /var/cache/apt/sympa_*.deb /etc/sympa/* /var/lib/sympa/* /var/spool/sympa/*",
        "install -d -o sympa -g sympa /var/lib/sympa /etc/sympa /run/sympa",
      ],
    },
    files: [],
    config: { Env: [`PATH=${systemPath}`], Cmd: ["bash"], ExposedPorts: ["2525/tcp"] },
  };
}
