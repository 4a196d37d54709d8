import { catalogueImage } from "../../../foundation/image/catalogue.ts";

/** DokuWiki with Apache and PHP, as its authors publish it. Source: https://github.com/dokuwiki/docker */
export const images = {
  dokuwiki: catalogueImage("dokuwiki"),
};
