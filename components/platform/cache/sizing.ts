/** Memory that a cache may use, MiB: buffers of clients and fragmentation need room beside the entries. */
export function cacheLimitMiB(memoryMiB: number): number {
  return memoryMiB * 2 + 32;
}
