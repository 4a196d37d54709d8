import type { ComponentResource, ComponentResourceOptions, Output } from "@pulumi/pulumi";

/** A component of a part. */
export interface PartComponent extends ComponentResource {
  /** Resolves when it is as declared. */
  readonly done: Output<unknown>;
}

/** An account made at the first start. */
export interface FirstAccount {
  user: string;
  password: Output<string>;
}

/** Resources that a part has registered; empty for a part that is not in the plan. */
interface Registered<Made = object> {
  /** Its components, by the suffix of the namespace of each; by a name of its own if it stands in another's. */
  components?: Readonly<Record<string, PartComponent>>;
  /** Its public addresses, by its section of the declaration. */
  addresses?: Readonly<Record<string, string>>;
  /** First accounts, by service; of one where nobody logs in there is none. */
  firstAccounts?: Readonly<Record<string, FirstAccount>>;
  /** Values for parts after it. */
  made?: Partial<Made>;
  /** Its outputs of the stack, for people and for other programs: `pulumi stack output <name>`. */
  outputs?: Readonly<Record<string, unknown>>;
}

/** Values that parts have made, among those that this one gets. */
type MadeOf<Given> = Given extends { made: infer Made } ? Made : object;

/** Registers what a plan has of a part. */
export type Register<Given> = (given: Given, options: ComponentResourceOptions) => Registered<MadeOf<Given>>;
