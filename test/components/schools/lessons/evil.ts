import { lesson, metadata, page } from "./lesson.ts";
import { zipOf } from "./zip.ts";

/** Archives that must be refused: what each is, how it is made, and what is said of it. */
export const evil: [string, () => Buffer, string][] = [
  [
    "a zip bomb",
    () => lesson([{ name: "videos/a.mp4", content: Buffer.alloc(4 * 2 ** 20) }]),
    "videos/a.mp4: unpacks to more than 200 times its packed size",
  ],
  [
    "a zip bomb that lies about its size",
    () => lesson([{ name: "videos/a.mp4", content: Buffer.alloc(4 * 2 ** 20), claims: 1000 }]),
    "videos/a.mp4: is not a sound zip archive: too many bytes in the stream",
  ],
  [
    "a claim of 10 GB",
    () => lesson([{ name: "videos/a.mp4", content: "x", claims: 10e9 }]),
    "videos/a.mp4: claims to unpack to 9537 MiB; a file has at most 512 MiB",
  ],
  [
    "one file's bytes under many names",
    () =>
      lesson([
        { name: "videos/a.mp4", content: "abc" },
        { name: "videos/b.mp4", content: "abc", shared: true },
      ]),
    "videos/b.mp4: shares its bytes with another file",
  ],
  [
    "many files",
    () => zipOf(Array.from({ length: 5001 }, (_, index) => ({ name: `images/${index}.png` }))),
    "archive: holds 5001 files; a lesson has at most 5000",
  ],
  [
    "a way out",
    () => lesson([{ name: "images/../../../etc/cron.d/x.png" }]),
    "leads out of the lesson's folder",
  ],
  ["an absolute path", () => lesson([{ name: "/etc/passwd" }]), "leads out of the lesson's folder"],
  ["a path of Windows", () => lesson([{ name: "images\\..\\x.png" }]), "has a backslash"],
  ["a drive of Windows", () => lesson([{ name: "C:/x.png" }]), "leads out of the lesson's folder"],
  ["an empty part", () => lesson([{ name: "images//x.png" }]), "is no plain path"],
  [
    "a symbolic link",
    () => lesson([{ name: "images/link.png", content: "/etc/passwd", mode: 0o120777 }]),
    "images/link.png: is not a file but a link or a device",
  ],
  [
    "a device",
    () => lesson([{ name: "images/sda.png", mode: 0o060660 }]),
    "is not a file but a link or a device",
  ],
  [
    "a name that is no UTF-8",
    () => lesson([{ name: Buffer.from("images/\xe9t\xe9.png", "latin1") }]),
    "images/été.png: a file's name is not in UTF-8",
  ],
  ["a name with a control character", () => lesson([{ name: "images/a\u0007.png" }]), "that cannot be seen"],
  [
    "the same name twice",
    () => lesson([{ name: "IMAGES/{1}.png" }]),
    "IMAGES/{1}.png: is in the archive twice",
  ],
  [
    "two names for one file",
    () => lesson([{ name: "images/a.png", localName: "images/b.js" }]),
    "images/a.png: has another name in the archive's own list",
  ],
  [
    "another checksum",
    () => lesson([{ name: "images/a.png", content: "a", checksum: 1 }]),
    "images/a.png: is damaged",
  ],
  ["an encrypted file", () => lesson([{ name: "images/a.png", flags: 0x801 }]), "images/a.png: is encrypted"],
  ["an unknown packing", () => lesson([{ name: "images/a.png", method: 14 }]), "is packed in a way (14)"],
  ["long names", () => lesson([{ name: `images/${"a".repeat(1100)}.png` }]), "longer than 1024 bytes"],
  [
    "a program of Windows",
    () => lesson([{ name: "files/setup.exe" }]),
    "files/setup.exe: is of no kind that a lesson holds",
  ],
  [
    "a file where OpenBoard has none",
    () => lesson([{ name: "autorun/a.png" }]),
    "autorun/a.png: is of no kind",
  ],
  ["no archive", () => Buffer.from("<html>"), "archive: is not a sound zip archive"],
  ["half an archive", () => lesson().subarray(0, 300), "archive: is not a sound zip archive"],
  ["another document", () => zipOf([{ name: "images/a.png" }]), "is not a document of OpenBoard"],
  [
    "a page in Latin-1",
    () => lesson([], Buffer.from(page("<text>é</text>"), "latin1")),
    "page000.svg: is not a text in UTF-8",
  ],
  [
    "a page that claims another encoding",
    () => lesson([], page().replace("UTF-8", "UTF-7")),
    'page000.svg: has the encoding "UTF-7", where UTF-8 is expected',
  ],
  [
    "metadata in UTF-16",
    () =>
      zipOf([
        { name: "metadata.rdf", content: Buffer.from(metadata("x"), "utf16le") },
        { name: "page000.svg", content: page().replace("é", "") },
      ]),
    "metadata.rdf: has a character of zero",
  ],
  [
    "entities of its own",
    () => lesson([], page().replace("<svg", '<!DOCTYPE svg [<!ENTITY a "b">]><svg')),
    "has definitions of its own",
  ],
  [
    "a thumbnail that is none",
    () =>
      zipOf([
        { name: "metadata.rdf", content: metadata("x") },
        { name: "page000.svg", content: page() },
        { name: "page000.thumbnail.jpg", content: "<svg>" },
      ]),
    "page000.thumbnail.jpg: is not a JPEG picture",
  ],
  [
    "a thumbnail without a byte",
    () => lesson([], page(), Buffer.alloc(0)),
    "page000.thumbnail.jpg: is not a JPEG picture",
  ],
  [
    "a widget with a program of its own",
    () =>
      lesson([
        { name: "widgets/{2}.wgt/index.html", content: "<!doctype html><script src='a.js'></script>" },
        { name: "widgets/{2}.wgt/a.js", content: "fetch('https://t.example')" },
      ]),
    "widgets/{2}.wgt/a.js: has a script",
  ],
];
