import { createServer } from "node:http";
import { lettersPath, pagePort, smtpPort } from "./contract.ts";
import { Mailroom } from "./mailroom.ts";
import { lettersPage } from "./page.ts";

/** Stands in for a commune's relay and for every mailbox behind it: whoever reaches the page reads all letters. */
const mailroom = new Mailroom();
await mailroom.open(smtpPort, "::");
const server = createServer((request, answer) => {
  const isJson = request.url === lettersPath;
  answer
    .writeHead(200, {
      "content-type": isJson ? "application/json" : "text/html; charset=utf-8",
      "x-commune-double": "mailbox",
    })
    .end(isJson ? JSON.stringify(mailroom.letters) : lettersPage(mailroom.letters));
}).listen(pagePort, "::");
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, async () => {
    await mailroom.close();
    server.close();
  });
}
