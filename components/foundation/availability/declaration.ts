import { choice } from "../declaration/choice.ts";
import { availabilities } from "./availability.ts";

/** Schema of a field that declares availability. */
export function availability() {
  return choice(availabilities);
}
