import { readTemplate } from "../../foundation/template/template.ts";

const read = (name: string) => readTemplate(`services/lists/pod/${name}`);

/** The programs of the toolkit's own in the pod, by the name that each has there. */
export function podFiles(): Record<string, string> {
  return {
    "prepare.sh": read("prepare.sh"),
    "run.sh": read("run.bash"),
    "receive.pl": read("receive.pl"),
    "relay.pl": read("relay.pl"),
    ...Object.fromEntries(["database.pl", "erase.pl", "people.pl"].map((name) => [name, read(name)])),
    sendmail: read("sendmail.pl"),
  };
}
