import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { debianMirror } from "../../local/images/host.ts";

/** Answers of a plain Debian. */
export interface Restored {
  home: string;
  /** The page at the path that was asked for. */
  found: string;
  image: Buffer;
}

/** The blocks of commands below a heading of a page. */
function blocksBelow(text: string, heading: string): string[] {
  const [, section = ""] = text.split(`## ${heading}\n`);
  const own = section.split("\n## ")[0] ?? "";
  return [...own.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
}

/**
 * Follows an archive's own LISEZMOI.md in a Debian that has nothing of this toolkit: its packages, then its commands. There is
 * no systemd in a root folder: the database and Apache are started by their own programs, without a network.
 */
export async function restoredInDebian(archive: string, [path = "/"]: string[]): Promise<Restored> {
  const heading = "Continuer avec WordPress, sur une Debian ordinaire";
  const [install = "", commands = ""] = blocksBelow(
    readFileSync(join(archive, "LISEZMOI.md"), "utf8"),
    heading,
  );
  const packages = install.trim().split(" ").slice(2).join(",");
  const folder = mkdtempSync(join(tmpdir(), "debian-"));
  const root = join(folder, "root");
  try {
    const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
    const source = `deb [signed-by=${keyring}] ${await debianMirror()} trixie main`;
    const options = ["--variant=apt", '--aptopt=APT::Install-Recommends "false"'];
    const certificates = '--aptopt=Acquire::https::CaInfo "/etc/ssl/certs/ca-certificates.crt"';
    await execa("mmdebstrap", [...options, certificates, `--include=${packages}`, "trixie", root, source]);
    cpSync(archive, join(root, "root", "archive"), { recursive: true });
    const run = commands.replace("systemctl restart apache2", "apachectl start");
    writeFileSync(join(root, "root", "commands.sh"), `set -eu\ncd /root/archive\n${run}`);
    copyFileSync(new URL("debian.php", import.meta.url), join(root, "root", "ask.php"));
    const script = `set -eu
mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"; mount -t tmpfs tmpfs "$1/run"; ip link set lo up
mkdir "$1/run/lock"; chroot "$1" install -d -o mysql /run/mysqld
chroot "$1" sh -c 'mariadbd-safe --user=mysql > /tmp/mariadb.log 2>&1 &'
for i in $(seq 60); do chroot "$1" mariadb -e "DO 0" 2> /dev/null && break; sleep 1; done
chroot "$1" bash /root/commands.sh > /dev/null
chroot "$1" php /root/ask.php "$2"`;
    const isolated = [
      "--mount",
      "--pid",
      "--net",
      "--fork",
      "--kill-child",
      "bash",
      "-c",
      script,
      "-",
      root,
      path,
    ];
    const { stdout } = await execa("unshare", isolated, { maxBuffer: 64 * 1024 ** 2 });
    const { home, found, image } = JSON.parse(stdout) as { home: string; found: string; image: string };
    return { home, found, image: Buffer.from(image, "base64") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
