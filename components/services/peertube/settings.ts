import type { Setting } from "../../foundation/declaration/settings.ts";

/** Settings of PeerTube's configuration file, by name. */
export interface SettingTree {
  [name: string]: Setting;
}

/** One tree of settings laid over another: sections are merged, anything else is replaced. */
export function merged(under: Readonly<SettingTree>, over: Readonly<SettingTree>): SettingTree {
  const result: SettingTree = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const below = result[name];
    result[name] = isTree(below) && isTree(value) ? merged(below, value) : value;
  }
  return result;
}

/** Whether a setting is a section, with settings below it. */
export function isTree(value: Setting | undefined): value is SettingTree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
