/** Columns of a terminal that nobody has made wider. */
const width = 80;

/** Returns a text in lines of at most 80 characters, each with its indentation; none of an empty text. A longer word has a line of its own. */
export function wrapped(text: string, first: string, later: string): string[] {
  if (text === "") return [];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const indentation = lines.length === 0 ? first : later;
    if (line !== "" && indentation.length + line.length + 1 + word.length > width) {
      lines.push(indentation + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, (lines.length === 0 ? first : later) + line];
}
