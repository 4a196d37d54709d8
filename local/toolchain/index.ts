/** The built programs. */
export interface Toolchain {
  /** The absolute path of a program. */
  bin(program: string): string;
}
