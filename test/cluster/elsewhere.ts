import { readFileSync } from "node:fs";
import { execa } from "execa";
import { everyImage } from "../../components/commune/images.ts";
import { traefik } from "../../local/cluster/addons/traefik.ts";
import { apply } from "../../local/cluster/api.ts";
import { issueIngressCertificate } from "../../local/cluster/certificates.ts";
import type { Cluster } from "../../local/cluster/index.ts";
import { storedPorts } from "../../local/cluster/ports.ts";
import { buildStaticImages } from "../../local/cluster/static-images.ts";
import { buildImages, type Image } from "../../local/images/index.ts";
import { recipesOf } from "../../local/images/recipe.ts";
import { recipes } from "../../local/recipes.ts";
import { buildToolchain, type Toolchain } from "../../local/toolchain/index.ts";
import { type Content, content } from "../doubles/registry/content.ts";
import { RegistryDouble } from "../doubles/registry/registry.ts";

/** A cluster that plays somebody's own. */
export interface Elsewhere {
  /** Address of its ingress controller. */
  address: string;
  /** `127.0.0.1:40123` */
  registry: string;
  /** Mirrors at that registry, as `--mirror` takes them. */
  mirrors: string;
  close(): Promise<void>;
}

const silent = () => undefined;
/** Images that a commune with Mastodon and schools runs. */
const needed = /\/(postgres:17|valkey|nginx-unprivileged|node|mastodon|mastodon-streaming)[:.]/;

/**
 * Brings up a cluster whose ingress controller has a namespace, a class and a port of its own, and whose nodes have pulled
 * images from a registry of its own. The registry tells their digests; what it would give of layers is on the nodes.
 */
export async function bringUpElsewhere(cluster: Cluster, domain: string): Promise<Elsewhere> {
  const references = [...everyImage].map(({ reference }) => reference).filter((each) => needed.test(each));
  const { signal } = new AbortController();
  const toolchain = await buildToolchain({ report: silent });
  const images = await buildImages({ report: silent, signal }, recipesOf(references, recipes));
  const registry = await new RegistryDouble().listen();
  for (const image of images) await keep(registry, image);
  const there = (name: string) => name.replace(/^(docker|ghcr)\.io\//, `${registry.host}/$1/`);
  const pulled = images.map((image) => ({ ...image, names: [...image.names, ...image.names.map(there)] }));
  await cluster.up({ toolchain, images: pulled, domains: [domain], report: silent });
  await moveIngress(cluster, toolchain, domain);
  return {
    address: new URL(cluster.endpoints?.https ?? "").host,
    registry: registry.host,
    mirrors: `docker.io=${registry.host}/docker,ghcr.io=${registry.host}/ghcr`,
    close: () => registry.close(),
  };
}

/** Puts into a registry what it gives of an image: its manifest and its configuration. */
async function keep(registry: RegistryDouble, { archive, digest, names }: Image): Promise<void> {
  const blob = async (of: string, mediaType: string): Promise<Content> => {
    const path = `./blobs/${of.replace(":", "/")}`;
    const { stdout } = await execa("tar", ["--extract", "--to-stdout", `--file=${archive}`, path], {
      encoding: "buffer",
      stripFinalNewline: false,
    });
    return content(mediaType, Buffer.from(stdout));
  };
  const top = await blob(digest, "application/vnd.oci.image.manifest.v1+json");
  const { config } = JSON.parse(top.bytes.toString("utf8")) as { config: Omit<Content, "bytes"> };
  const image = { top, manifests: [], blobs: [await blob(config.digest, config.mediaType)] };
  for (const name of names) {
    const [, repository = "", tag = ""] = /^(.*):([^:]+)$/.exec(name.replace(".io/", "/")) ?? [];
    registry.keep(repository, tag, image);
  }
}

async function moveIngress(cluster: Cluster, toolchain: Toolchain, domain: string): Promise<void> {
  const { layout } = cluster;
  const ports = storedPorts(layout);
  if (!ports) throw new Error("the cluster has no ports");
  const kubectl = (...words: string[]) =>
    execa(toolchain.bin("kubectl"), [`--kubeconfig=${layout.kubeconfig}`, ...words]);
  await kubectl("delete", "ingressclass/traefik");
  await kubectl("delete", "service/traefik", "deployment/traefik", "--namespace=traefik");
  const { certificate, key } = await issueIngressCertificate(layout, [domain]);
  const files = { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
  const { reference } = (await buildStaticImages(toolchain)).traefik;
  const usual = JSON.stringify(traefik(reference, layout.network, ports, files));
  const moved = JSON.parse(
    usual.replaceAll('"namespace":"traefik"', '"namespace":"entree"').replaceAll("8443", "9443"),
  ) as ReturnType<typeof traefik>;
  const named = moved.map((object) => {
    const name = { Namespace: "entree", IngressClass: "portail" }[object.kind];
    return name === undefined ? object : { ...object, metadata: { ...object.metadata, name } };
  });
  await apply(toolchain.bin("kubectl"), layout.kubeconfig, named);
  await kubectl("rollout", "status", "deployment/traefik", "--namespace=entree", "--timeout=90s");
}
