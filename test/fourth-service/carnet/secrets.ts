import type { SecretLabel } from "../../../components/foundation/seed/labels.ts";

function label(purpose: string, rotation: SecretLabel["rotation"], description: string): SecretLabel {
  return { service: "carnet", purpose, version: 1, rotation, description };
}

export const signingKey = label("signing-key", "never", "signs what is written");
export const editorLabel = label("editor-password", "by a Job", "password of the first account");
export const reconcilerLabel = label("federation-token", "by itself", "token by which peers are followed");
