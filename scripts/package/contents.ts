import { type Place, text } from "./place.ts";

const kinds = [
  ...["deployments", "configmaps", "secrets", "services", "ingresses", "networkpolicies"],
  ...["persistentvolumeclaims", "resourcequotas", "limitranges", "cronjobs"],
];

/** Contents of a namespace that somebody declared: every object with its uid, generation and values. */
export async function contentsOf(place: Place, namespace: string): Promise<string> {
  const words = ["get", kinds.join(","), "-n", namespace, "--output=json"];
  const { items } = JSON.parse(text(await place.succeed(words))) as {
    items: { kind: string; metadata: { name: string; uid: string; generation?: number }; data?: object }[];
  };
  return JSON.stringify(
    items.map(({ kind, metadata: { name, uid, generation }, data }) => [kind, name, uid, generation, data]),
  );
}
