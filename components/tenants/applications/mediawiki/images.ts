import { catalogueImage } from "../../../foundation/image/catalogue.ts";

/** MediaWiki with Apache and PHP. Source: https://github.com/wikimedia/mediawiki-docker */
export const images = {
  mediawiki: catalogueImage("mediawiki"),
};
