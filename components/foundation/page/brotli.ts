import { brotliCompressSync, constants } from "node:zlib";

/** Quality, of 11 at most: more takes longer at every preview than it saves. */
const quality = 5;

/** A text with Brotli, whose bytes are the same on every processor: nothing changes because somebody else runs the update. */
export function brotli(text: string): Buffer {
  return brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    },
  });
}
