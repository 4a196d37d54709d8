import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../../../local/paths.ts";
import type { EnginePlace } from "../../../scripts/engine.ts";

/** A resource of a stack: how it was declared, and how it is; absent if it was not there, or goes. */
interface Told {
  type: string;
  was?: object;
  is?: object;
}

/** A stack as an engine finds it. */
interface Scene {
  resources: Readonly<Record<string, Told>>;
  /** Output of the stack after its last update. */
  published: unknown;
}

/**
 * A double of `pulumi` that plays `preview` and `up` as the engine does with the gate: it reports each resource, says
 * what the gate counted, waits for the verdict, and notes that it made the update.
 */
export class EngineDouble {
  constructor(
    private readonly folder: string,
    scene: Scene,
  ) {
    writeFileSync(join(folder, "scene.json"), JSON.stringify(scene));
    const program = join(checkout, "test/doubles/engine/pulumi.js");
    writeFileSync(join(folder, "pulumi"), `#!/bin/sh\nSCENE=${folder} exec node ${program} "$@"\n`, {
      mode: 0o755,
    });
  }

  get place(): EnginePlace {
    return { folder: this.folder, environment: { PATH: `${this.folder}:${process.env.PATH}` } };
  }

  /** Whether an update was made since this was asked last. */
  hasUpdated(): boolean {
    const file = join(this.folder, "updated");
    const has = existsSync(file);
    rmSync(file, { force: true });
    return has;
  }
}
