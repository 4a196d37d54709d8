import { sizeOf } from "../../foundation/declaration/size.ts";

/** Largest sizes of the parts of a lesson. In bytes, or a count. Anything above is refused unread. */
export interface Limits {
  /** Files in the archive. */
  entries: number;
  /** One file when unpacked. */
  entryBytes: number;
  /** All files when unpacked. */
  totalBytes: number;
  /** Greatest ratio between a file of more than a mebibyte and its packed form. */
  ratio: number;
  /** A page, or another file that is read as text. */
  textBytes: number;
  /** metadata.rdf. */
  metadataBytes: number;
  thumbnailBytes: number;
}

/** A lesson is an hour of a class: a long one has 60 pages, some pictures and a film. */
export const limits: Limits = {
  entries: 5000,
  entryBytes: sizeOf("512 MiB").bytes,
  totalBytes: sizeOf("1 GiB").bytes,
  ratio: 200,
  textBytes: sizeOf("16 MiB").bytes,
  metadataBytes: sizeOf("256 KiB").bytes,
  thumbnailBytes: sizeOf("512 KiB").bytes,
};
