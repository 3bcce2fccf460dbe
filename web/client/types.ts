// What the server sends, in its own words (docs/api.md).
import type { Title } from '../kit/language';

export interface OrganisationRef {
  readonly id: string;
  readonly name: string;
  readonly path?: string;
  readonly region?: string;
}

export interface Session {
  readonly user: {
    readonly id: string;
    readonly login_name: string;
    readonly display_name: string;
    readonly language: string;
    readonly organisation: OrganisationRef;
  };
  readonly roles: readonly string[];
  readonly permissions: Readonly<Record<string, readonly string[]>>;
  readonly csrf: string;
  readonly must_change_password: boolean;
  readonly second_factor: boolean;
  readonly second_factor_required: boolean;
  readonly last_success?: SignInTrace | null;
  readonly last_failure?: SignInTrace | null;
}

export interface SignInTrace {
  readonly at: string;
  readonly remote: string;
}

export type FieldType =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'money'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'code'
  | 'codes'
  | 'ref'
  | 'refs'
  | 'organisation'
  | 'user'
  | 'person'
  | 'region'
  | 'id_card'
  | 'credit_code'
  | 'phone'
  | 'files'
  | 'signature'
  | 'point'
  | 'polygon'
  | 'computed';

export interface Field {
  readonly name: string;
  readonly title: Title;
  readonly help?: Title;
  readonly type: FieldType;
  readonly computed_type?: FieldType;
  readonly max?: number;
  readonly precision?: number;
  readonly scale?: number;
  readonly minimum?: string;
  readonly maximum?: string;
  readonly pattern?: string;
  readonly dictionary?: string;
  readonly record?: string;
  readonly unit?: string;
  readonly required?: boolean;
  readonly required_if?: string;
  readonly visible_if?: string;
  readonly default?: string;
  readonly value?: string;
  readonly protect?: 'mask' | 'encrypt';
  readonly accept?: readonly string[];
  readonly max_mb?: number;
  readonly max_files?: number;
  readonly multiline?: boolean;
  readonly read_only?: boolean;
  readonly fill_from?: string;
}

export interface Check {
  readonly rule: string;
  readonly message: Title;
  readonly code: string;
  readonly fields: readonly string[];
  readonly warning?: boolean;
}

export interface Rows {
  readonly name: string;
  readonly title: Title;
  readonly fields: readonly Field[];
  readonly max_rows: number;
  readonly checks?: readonly Check[];
}

export interface Section {
  readonly title?: Title;
  readonly lines: readonly (readonly string[])[];
}

export type State = string | { readonly name: string; readonly title: Title };

export interface RecordDefinition {
  readonly name: string;
  readonly system: string;
  readonly title: Title;
  readonly purpose?: Title;
  readonly label: string;
  readonly number: string;
  readonly states: readonly State[];
  readonly scope: string;
  readonly fields: readonly Field[];
  readonly rows: readonly Rows[];
  readonly checks: readonly Check[];
  readonly form: readonly Section[];
  readonly list: {
    readonly columns: readonly string[];
    readonly filters: readonly string[];
    readonly order: string;
    readonly sort: readonly string[];
    readonly search: readonly string[];
  };
  readonly rights: readonly string[];
}

export interface SystemDefinition {
  readonly name: string;
  readonly title: Title;
  readonly menu?: Title;
  readonly icon?: string;
  readonly records: readonly string[];
}

export interface Definitions {
  readonly release: string;
  readonly systems: readonly SystemDefinition[];
  readonly records: Readonly<Record<string, RecordDefinition>>;
}

export interface DictionaryItem {
  readonly code: string;
  readonly zh: string;
  readonly en?: string;
  readonly parent?: string | null;
  readonly valid_from?: string | null;
  readonly valid_to?: string | null;
}

export interface Reference {
  readonly id: string;
  readonly label: string;
}

export interface FileValue {
  readonly hash: string;
  readonly name: string;
  readonly size: number;
  readonly media_type: string;
}

export interface PointValue {
  readonly lng: number;
  readonly lat: number;
  readonly system: string;
}

export type Values = Readonly<Record<string, unknown>>;

export interface RecordRow {
  readonly id: string;
  readonly number?: string;
  readonly state?: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly deleted_at?: string | null;
  readonly masked?: readonly string[];
  readonly rights?: readonly string[];
  readonly [field: string]: unknown;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
  readonly total?: number;
  readonly undecided?: number;
}
