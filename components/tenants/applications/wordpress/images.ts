import { catalogueImage } from "../../../foundation/image/catalogue.ts";

/** WordPress with Apache and PHP. Source: https://github.com/docker-library/wordpress */
export const images = {
  wordpress: catalogueImage("wordpress"),
};
