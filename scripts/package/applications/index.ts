import type { Adapter } from "./adapter.ts";
import { dokuwiki } from "./dokuwiki.ts";
import { etherpad } from "./etherpad.ts";
import { foodsoft } from "./foodsoft.ts";
import { mediawiki } from "./mediawiki.ts";
import { paheko } from "./paheko.ts";
import { radicale } from "./radicale.ts";
import { site } from "./site.ts";
import { spip } from "./spip.ts";
import { wordpress } from "./wordpress.ts";

/**
 * Adapter of each application, by its name. Those that were run here have one (test/scripts/package.test.ts); of the
 * others some, as soon as somebody knows how.
 */
export const adapters: Readonly<Record<string, Adapter>> = {
  site,
  wordpress,
  dokuwiki,
  mediawiki,
  spip,
  radicale,
  etherpad,
  paheko,
  foodsoft,
};
