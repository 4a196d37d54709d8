/**
 * What nginx counts a visitor by, as `$visitor`: the whole of an IPv4 address, and the first half of an IPv6 one, since whoever
 * has one of those has 2^64. Taken from the address in binary: its text leaves out zeros, wherever they stand.
 */
export const visitorMap = String.raw`map $binary_remote_addr $visitor {
  "~^\x00{10}\xff\xff(?<inside>[\s\S]{4})$" $inside;
  "~^(?<network>[\s\S]{8})[\s\S]{8}$" $network;
  default $binary_remote_addr;
}`;
