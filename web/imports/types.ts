export type ImportState =
  'reading' | 'mapping' | 'checking' | 'checked' | 'running' | 'done' | 'failed' | 'cancelled';

export interface ImportFault {
  readonly row: number;
  readonly column: string;
  readonly value: string;
  readonly code: string;
  readonly message: string;
}

export interface Import {
  readonly id: string;
  readonly record: string;
  readonly name: string;
  readonly state: ImportState;
  readonly mode?: string;
  readonly encoding?: string | null;
  readonly sheet?: string | null;
  readonly headings: readonly string[];
  readonly mapping: Readonly<Record<string, string>>;
  readonly preview: readonly (readonly unknown[])[];
  readonly rows: number;
  readonly done: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly faults: readonly ImportFault[];
  readonly progress?: number | null;
  readonly message?: string | null;
  readonly created_at?: string;
}
