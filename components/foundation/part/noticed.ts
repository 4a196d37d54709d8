import type { Translated } from "../language/language.ts";

/** A pod that ends before its next version starts, and whose restart people notice. */
export interface NoticedPod {
  /** Name of its controller. */
  pod: string;
  /** Section of the declaration whose users notice. */
  section: string;
  /** The sentence about what they notice. */
  told: Translated;
  /** Version of the section's software, if another one restarts the pod: that is told as such, and takes longer. */
  version?: string;
}
