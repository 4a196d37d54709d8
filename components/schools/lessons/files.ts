/** Ways of reading a file of a lesson. */
export type Kind = "xml" | "html" | "style" | "script" | "text" | "media";

const kinds: Record<Kind, readonly string[]> = {
  xml: ["svg", "rdf", "xml"],
  html: ["html", "htm", "xhtml"],
  style: ["css"],
  script: ["js", "mjs"],
  text: ["txt", "json", "properties", "srt", "vtt", "md", "csv"],
  media: [
    ...["png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff", "ico"],
    ...["mp3", "wav", "ogg", "oga", "opus", "flac", "m4a", "aac", "wma", "aif", "aiff"],
    ...["mp4", "m4v", "webm", "ogv", "avi", "mov", "mpg", "mpeg", "mkv", "wmv"],
    ...["pdf", "odt", "ods", "odp", "odg", "woff", "woff2", "ttf", "otf"],
  ],
};

/** Returns how a file is read, by its name; undefined if it is of no kind that a lesson holds. */
export function kindOf(name: string): Kind | undefined {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return (Object.keys(kinds) as Kind[]).find((kind) => kinds[kind].includes(extension));
}

/** Folders of a document. Source: UBPersistenceManager.cpp of OpenBoard 1.7.7. */
const folders = new Set(["images", "objects", "widgets", "videos", "audios", "files", "teacherGuideObjects"]);

/** Whether a path is one that OpenBoard writes: a page, its thumbnail, the metadata, or a file of a known folder. */
export function isPlace(name: string): boolean {
  const [first = "", ...rest] = name.split("/");
  if (rest.length > 0) return folders.has(first);
  return name === "metadata.rdf" || isPage(name) || isThumbnail(name);
}

export function isPage(name: string): boolean {
  return /^page\d{3,4}\.svg$/.test(name);
}

export function isThumbnail(name: string): boolean {
  return /^page\d{3,4}\.thumbnail\.jpg$/.test(name);
}
