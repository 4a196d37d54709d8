import type { ApplicationName } from "../../../components/tenants/applications/list.ts";
import type { Adapter } from "./adapter.ts";
import { dokuwiki } from "./dokuwiki.ts";
import { mediawiki } from "./mediawiki.ts";
import { radicale } from "./radicale.ts";
import { site } from "./site.ts";
import { wordpress } from "./wordpress.ts";

/** How each application is asked. One more application is a line here too. */
export const adapters: Readonly<Record<ApplicationName, Adapter>> = {
  site,
  wordpress,
  dokuwiki,
  mediawiki,
  radicale,
};
