import { Refusal, written } from "../../foundation/declaration/written.ts";

const pattern = /^[a-z0-9][a-z0-9-]{0,40},[a-z0-9][a-z0-9._+-]{0,60}$/;

/** The name that OpenWrt gives to a device: its maker, a comma, its model. */
export function boardName() {
  return written<string>({
    title: "OpenWrt board name",
    noun: "a board name",
    example: "tplink,eap225-outdoor-v3",
    pattern,
    maximumLength: 110,
    read: (text) =>
      pattern.test(text) ? text : new Refusal("is not a board name (maker,model, as OpenWrt has it)"),
  });
}
