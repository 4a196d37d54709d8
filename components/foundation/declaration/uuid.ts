import { Refusal, written } from "./written.ts";

const pattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A UUID (RFC 9562) in lower case, such as `5f3c1b1e-8a53-4f5e-9d0b-2f8f6a1c7e11`. */
export function uuid() {
  return written<string>({
    title: "UUID",
    noun: "a UUID",
    example: "5f3c1b1e-8a53-4f5e-9d0b-2f8f6a1c7e11",
    pattern,
    maximumLength: 50,
    read(text) {
      if (pattern.test(text)) return text;
      const lower = text.trim().toLowerCase();
      return new Refusal("is not a UUID in lower case", pattern.test(lower) ? lower : undefined);
    },
  });
}
