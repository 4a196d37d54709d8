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
  /** Its components, by the suffix of the namespace of each. */
  components?: Readonly<Record<string, PartComponent>>;
  /** Its public addresses, by its section of the declaration. */
  addresses?: Readonly<Record<string, string>>;
  /** First accounts, by service; of one where nobody logs in there is none. */
  accounts?: Readonly<Record<string, FirstAccount>>;
  /** Values for parts after it, and for the outputs of a stack. */
  made?: Partial<Made>;
}

/** Values that parts have made, among those that this one gets. */
type MadeOf<Given> = Given extends { made: infer Made } ? Made : object;

/** Registers what a plan has of a part. */
export type Register<Given> = (given: Given, options: ComponentResourceOptions) => Registered<MadeOf<Given>>;
