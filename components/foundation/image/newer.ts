/** Whether the tag of an image has a higher version than another's: `6.8.12-php8.4` than `6.8.3`. */
export function isNewerTag(one: string, other: string): boolean {
  const [theirs, ours] = [one, other].map((tag) => tag.match(/\d+/g)?.map(Number));
  if (!theirs || !ours) return false;
  for (const [index, number] of theirs.entries()) {
    const own = ours[index] ?? 0;
    if (number !== own) return number > own;
  }
  return false;
}
