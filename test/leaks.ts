/**
 * A secret as it may stand in a text that somebody else encoded: as it is, in base64 at each of the three places where it
 * may begin, in base64 of URLs, in hexadecimal, percent-encoded, and escaped in JSON, JSON in JSON and HTML.
 */
export function encodingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // What is encoded together with a neighbour's bytes at its ends is left out.
  const within = [0, 1, 2].flatMap((before) => {
    const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
    const whole = shifted.subarray(0, shifted.length - (shifted.length % 3));
    const from = before === 0 ? 0 : 4;
    return [whole.toString("base64").slice(from), whole.toString("base64url").slice(from)];
  });
  const quoted = JSON.stringify(secret).slice(1, -1);
  const markup = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  // Of a short secret a part of an encoding is so short that it stands everywhere.
  const told = within.filter((encoded) => encoded.length >= 8);
  return [
    ...new Set([
      ...[secret, ...told, bytes.toString("hex"), bytes.toString("hex").toUpperCase()],
      ...[encodeURIComponent(secret), quoted, JSON.stringify(quoted).slice(1, -1), markup],
    ]),
  ];
}

/** Returns the names of those secrets that stand in a text, whatever their encoding. */
export function leaksIn(text: string, secrets: ReadonlyMap<string, string>): string[] {
  return [...secrets].flatMap(([name, secret]) =>
    encodingsOf(secret).some((encoded) => text.includes(encoded)) ? [name] : [],
  );
}
