import { readFileSync } from "node:fs";
import { toolkitFile } from "../../foundation/toolkit.ts";

const read = (name: string) => readFileSync(toolkitFile(`components/services/lists/pod/${name}`), "utf8");

/** The programs of the toolkit's own in the pod, by the name that each has there. */
export function podFiles(): Record<string, string> {
  return {
    "prepare.sh": read("prepare.sh"),
    "run.sh": read("run.sh"),
    "receive.pl": read("receive.pl"),
    "relay.pl": read("relay.pl"),
    ...Object.fromEntries(["database.pl", "erase.pl", "people.pl"].map((name) => [name, read(name)])),
    sendmail: read("sendmail.pl"),
  };
}
