import type { Html } from "./html.ts";

/** Help with one thing that a commune offers: how people begin, from a computer and from a telephone, in French. */
export interface HelpPage {
  /** Last part of its address, below the commune's help: `documents`. */
  id: string;
  title: string;
  /** Its content, in one sentence. */
  summary: string;
  body: Html;
}
