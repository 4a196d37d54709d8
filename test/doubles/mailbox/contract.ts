/** Ports of the double: mail, and the page with all letters. */
export const smtpPort = 2525;
export const pagePort = 8025;

/** Path of the letters as JSON, below the page. */
export const lettersPath = "/letters.json";
