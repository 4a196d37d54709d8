/** Software that the commune runs, as its pages tell it. */
export interface UsedSoftware {
  name: string;
  version: string;
  /** SPDX identifier. */
  licence: string;
  /** Where its source is. */
  source: string;
  /** What it is for, in French; nothing for what other software needs. */
  purpose: string | undefined;
}
