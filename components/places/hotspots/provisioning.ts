/** Values that are needed to prepare devices: the stack output `hotspots`, docs/hotspots.md. */
export interface Provisioning {
  url: string;
  /** Text of a signify public key. */
  publicKey: string;
  /** Key of each device, by uuid. */
  keys: Record<string, string>;
  /** Opens `/status`. */
  statusToken: string;
}
