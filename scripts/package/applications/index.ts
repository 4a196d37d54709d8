import type { ApplicationName, RunName } from "../../../components/tenants/applications/list.ts";
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
 * How each application is asked. One more application is a line here too; of those that nobody has run, as soon as somebody
 * knows how.
 */
export const adapters: Readonly<Record<RunName, Adapter> & Partial<Record<ApplicationName, Adapter>>> = {
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
