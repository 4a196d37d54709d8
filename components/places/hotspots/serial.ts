/** Serial that a stack signed last, and the checksum of its content. */
export interface SignedSerial {
  serial: number;
  content: string;
}

/**
 * The serial of a content, which points refuse when it is smaller than the one that they have. The record of what is
 * signed is an object in the cluster that holds the content: the serial is the second in which that was changed last, by
 * the cluster's clock, and Pulumi's state keeps it also when the update fails that changed it.
 *
 * @param before what was signed at the last update that was complete: where the cluster's clock was set back, another
 * content gets the next number.
 * @param changed when each of those that wrote the record did so last, as Kubernetes says it.
 */
export function signedAs(
  content: string,
  before: SignedSerial | undefined,
  changed: readonly string[],
): SignedSerial {
  const last = Math.max(...changed.map((time) => Date.parse(time)));
  if (!Number.isFinite(last)) {
    throw new Error(
      `The record of what is signed does not say when it was changed: ${JSON.stringify(changed)}. Kubernetes writes that into metadata.managedFields of every object.`,
    );
  }
  const least = before === undefined ? 0 : before.serial + (before.content === content ? 0 : 1);
  return { content, serial: Math.max(least, Math.floor(last / 1000)) };
}
