// What docs/api.md "Public intake" answers.
import type { Title } from '../kit/language';

export interface FormName {
  readonly name: string;
  readonly title: string;
  readonly purpose: string;
}

export interface IntakeField {
  readonly name: string;
  readonly title: Title;
  readonly help?: Title;
  readonly type: string;
  readonly max?: number;
  readonly multiline?: boolean;
  readonly required?: boolean;
  readonly required_if?: string;
  readonly codes?: readonly { readonly code: string; readonly title: string }[];
  readonly max_mb?: number;
  readonly max_files?: number;
}

export interface IntakeForm extends FormName {
  readonly consent: string;
  readonly done: string;
  readonly fields: readonly IntakeField[];
}

export interface Receipt {
  readonly number: string;
  readonly code: string;
}

export interface Progress {
  readonly title: string;
  readonly number: string;
  readonly state: unknown;
  readonly fields: readonly {
    readonly name: string;
    readonly title: string;
    readonly type: string;
    readonly value: unknown;
  }[];
  readonly steps: readonly { readonly at: string; readonly state: unknown }[];
}

export interface SentFile {
  readonly hash: string;
  readonly name: string;
  readonly size: number;
  readonly media_type: string;
}

export type Value = string | boolean | readonly SentFile[] | undefined;
export type Values = Readonly<Record<string, Value>>;
