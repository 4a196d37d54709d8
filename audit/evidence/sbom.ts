import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { parseReference } from "../../components/foundation/image/reference.ts";
import manifest from "../../package.json" with { type: "json" };
import { type RunningSoftware, softwareIn } from "../compared.ts";
import type { EvidenceFacts } from "./facts.ts";

/** An image as a package URL. Source: https://github.com/package-url/purl-spec, type oci. */
function packageUrl(reference: string): string {
  const { registry, repository, tag, digest } = parseReference(reference);
  const name = repository.split("/").at(-1) ?? repository;
  const version = digest === undefined ? "" : `@${encodeURIComponent(digest)}`;
  const qualifiers = [
    `repository_url=${encodeURIComponent(`${registry}/${repository}`)}`,
    ...(tag === undefined ? [] : [`tag=${encodeURIComponent(tag)}`]),
  ];
  return `pkg:oci/${name}${version}?${qualifiers.join("&")}`;
}

function componentOf({ reference, licence, source, isFree, known }: RunningSoftware): Models.Component {
  const { registry, repository, tag, digest } = parseReference(reference);
  const component = new Models.Component(Enums.ComponentType.Container, `${registry}/${repository}`, {
    // The library gives what has no name of its own a random one.
    bomRef: reference,
    purl: packageUrl(reference),
  });
  if (tag !== undefined) component.version = tag;
  if (digest !== undefined)
    component.hashes.set(Enums.HashAlgorithm["SHA-256"], digest.slice("sha256:".length));
  if (known?.publisher !== undefined) component.publisher = known.publisher.name;
  if (isFree) {
    component.licenses.add(new Models.SpdxLicense(licence));
    component.externalReferences.add(new Models.ExternalReference(source, Enums.ExternalReferenceType.VCS));
  }
  return component;
}

/**
 * CycloneDX 1.6 document of what a commune runs: one component per image, without a time and random names, so that
 * the same declaration always gives the same bytes. The contents of an image are for its publisher to list.
 */
export function softwareBom({ declaration: { id, name }, objects }: EvidenceFacts): string {
  const bom = new Models.Bom();
  bom.metadata.component = new Models.Component(Enums.ComponentType.Platform, id, {
    bomRef: id,
    description: name,
  });
  bom.metadata.tools.components.add(
    new Models.Component(Enums.ComponentType.Application, manifest.name, {
      bomRef: manifest.name,
      version: manifest.version,
      licenses: new Models.LicenseRepository([new Models.SpdxLicense(manifest.license)]),
    }),
  );
  for (const software of softwareIn(objects)) {
    const component = componentOf(software);
    bom.components.add(component);
    bom.metadata.component.dependencies.add(component.bomRef);
  }
  const normalizers = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const text = new Serialize.JsonSerializer(normalizers).serialize(bom, { sortLists: true, space: 2 });
  return `${text}\n`;
}
