import { gzipSync } from "node:zlib";
import {
  type ArchiveMember,
  manifestPath,
  signaturePath,
} from "../../../../components/places/hotspots/archive.ts";
import { signingKey } from "../../../../components/places/hotspots/signature.ts";
import { key, signed, uuid } from "./signed.ts";

/** One entry of a tar archive that nobody checked: its kind as ustar writes it, and what a link points to. */
interface Entry {
  path: string;
  contents?: string;
  mode?: number;
  /** 0 a file, 1 a hard link, 2 a link, 3 a character device, 5 a folder, 6 a pipe. */
  kind?: "0" | "1" | "2" | "3" | "5" | "6";
  target?: string;
}

/** A tar archive of anything, packed. */
export function packed(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ path, contents = "", mode = 0o644, kind = "0", target = "" }) => {
    const bytes = Buffer.from(contents);
    const header = Buffer.alloc(512);
    header.write(path, 0, 100);
    header.write(`${mode.toString(8).padStart(7, "0")}\0${"0".repeat(7)}\0${"0".repeat(7)}\0`, 100);
    header.write(`${bytes.length.toString(8).padStart(11, "0")}\0${"0".repeat(11)}\0        ${kind}`, 124);
    header.write(target, 157, 100);
    header.write("ustar\x0000", 257);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, "0")}\0 `,
      148,
    );
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** Names that run a command in a shell that reads them. The first two ran as root on a point, on 25 November 2026. */
export const commandNames = [
  "usr/sbin/x ;touch $HOME.PWNED;:",
  `etc/config/"x"$(touch\${IFS}PWNED2)`,
  "etc/`touch PWNED`",
  "etc/x\ntouch PWNED\n",
  "etc/'x' PWNED",
  "etc/a b",
  "-T",
  "--checkpoint-action=exec=touch PWNED",
];

const extra = (entry: Entry) => (good: readonly ArchiveMember[]) => packed([...good, entry]);

/** Archives that somebody without a key may serve, made of the hotspot's signed one; and how the hotspot refuses them. */
export const hostile: Record<string, { refusal: RegExp; make(good: readonly ArchiveMember[]): Buffer }> = {
  ...Object.fromEntries(
    commandNames.map((path) => [
      `a file called ${JSON.stringify(path)}`,
      { refusal: /other files than were signed/, make: extra({ path, contents: "x" }) },
    ]),
  ),
  "a file that nobody signed": {
    refusal: /other files than were signed/,
    make: extra({ path: "etc/rc.local", contents: "touch /PWNED" }),
  },
  "a way up": { refusal: /other files/, make: extra({ path: "../../etc/rc.local", contents: "x" }) },
  // The agent saves what is there under the names in the root, and puts it back: an empty password, the factory's radios.
  "a name that is all of the firmware's own files": {
    refusal: /other files/,
    make: extra({ path: "rom/etc/..", contents: "x" }),
  },
  "only that name": {
    refusal: /not signed by the commune/,
    make: () => packed([{ path: "rom/etc/..", contents: "x" }]),
  },
  "a name that is what was there before the first configuration": {
    refusal: /other files/,
    make: extra({ path: "etc/openwisp/stored/etc/..", contents: "x" }),
  },
  "a name that is all of it": { refusal: /other files/, make: extra({ path: "etc/..", contents: "x" }) },
  "a name that is every device": { refusal: /other files/, make: extra({ path: "dev", contents: "x" }) },
  "a way from the root": { refusal: /other files/, make: extra({ path: "/etc/rc.local", contents: "x" }) },
  "a link and a file behind it": {
    refusal: /other files/,
    make: (good) =>
      packed([
        ...good,
        { path: "etc/x", kind: "2", target: "/etc" },
        { path: "etc/x/rc.local", contents: "x" },
      ]),
  },
  "a device": { refusal: /other files/, make: extra({ path: "etc/x", kind: "3" }) },
  "a pipe": { refusal: /other files/, make: extra({ path: "etc/x", kind: "6" }) },
  "a link in the place of a signed file": {
    refusal: /is not what was signed/,
    make: (good) =>
      packed(
        good.map((each) =>
          each.path === "etc/config/wireless" ? { path: each.path, kind: "2", target: "/etc/shadow" } : each,
        ),
      ),
  },
  "a hard link in the place of a signed file": {
    refusal: /is not what was signed/,
    make: (good) =>
      packed(
        good.map((each) =>
          each.path === "etc/config/wireless"
            ? { path: each.path, kind: "1", target: "etc/config/system" }
            : each,
        ),
      ),
  },
  "a signed file twice": {
    refusal: /other files/,
    make: (good) => packed([...good, { path: "etc/config/wireless", contents: "x" }]),
  },
  "a file below a signed one": {
    refusal: /other files/,
    make: extra({ path: "etc/config/wireless/x", contents: "x" }),
  },
  "a signed file less": {
    refusal: /other files/,
    make: (good) => packed(good.filter(({ path }) => path !== "etc/config/wireless")),
  },
  "another power": {
    refusal: /etc\/config\/wireless is not what was signed/,
    make: (good) =>
      packed(
        good.map((each) =>
          each.path === "etc/config/wireless"
            ? { ...each, contents: each.contents.replace(/txpower '\d+'/, "txpower '30'") }
            : each,
        ),
      ),
  },
  "no manifest": {
    refusal: /not signed by the commune/,
    make: (good) => packed(good.filter(({ path }) => path !== manifestPath)),
  },
  "no signature": {
    refusal: /not signed by the commune/,
    make: (good) => packed(good.filter(({ path }) => path !== signaturePath)),
  },
  "a manifest of one's own": {
    refusal: /not signed by the commune/,
    make: (good) =>
      packed(
        good.map((each) =>
          each.path === manifestPath ? { ...each, contents: each.contents.replace("0644", "4755") } : each,
        ),
      ),
  },
  "another key": {
    refusal: /not signed by the commune/,
    make: (good) => packed(signed(plain(good), { serial: 1_000_000, by: signingKey("08".repeat(32)) })),
  },
  "a key of its own beside": {
    refusal: /not signed by the commune/,
    make: (good) => {
      const other = signingKey("08".repeat(32));
      const own = plain(good).map((each) =>
        each.path === "etc/hotspots.pub" ? { ...each, contents: other.publicKey } : each,
      );
      return packed(signed(own, { serial: 1_000_000, by: other }));
    },
  },
  "another point's": {
    refusal: /for another point/,
    make: (good) => packed(signed(plain(good), { device: uuid.replace("5f", "6f"), serial: 1_000_000 })),
  },
  "the commune's own words of another form": {
    refusal: /of another form/,
    make: (good) => {
      const contents = `${"0".repeat(64)}  etc/config/wireless\n`;
      return packed([
        ...plain(good),
        { path: manifestPath, contents },
        { path: signaturePath, contents: key.sign(contents) },
      ]);
    },
  },
  "half of it": {
    refusal: /refused/,
    make: (good) => {
      const whole = packed(good);
      return whole.subarray(0, whole.length / 2);
    },
  },
  "no archive": { refusal: /not signed by the commune/, make: () => Buffer.from("<html>") },
  nothing: { refusal: /nothing is in it/, make: () => Buffer.alloc(0) },
  "much more than a point holds": {
    refusal: /more than \d+ bytes/,
    make: () => Buffer.alloc(300_000, 7),
  },
  "much more once it is unpacked": {
    refusal: /more than \d+ bytes unpacked/,
    make: extra({ path: "etc/x", contents: "0".repeat(64 * 1024 * 1024) }),
  },
};

function plain(members: readonly ArchiveMember[]): ArchiveMember[] {
  return members.filter(({ path }) => path !== manifestPath && path !== signaturePath);
}
