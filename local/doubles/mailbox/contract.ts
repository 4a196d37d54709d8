/** Ports of the double: mail, and the page with all letters. */
export const smtpPort = 2525;
export const pagePort = 8025;

/** Where the letters are as JSON, below the page. */
export const lettersPath = "/letters.json";
