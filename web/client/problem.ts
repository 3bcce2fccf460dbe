// What went wrong, as the server says it (RFC 9457).

export interface Fault {
  readonly field: string;
  readonly code: string;
  readonly message: string;
  readonly parameters?: Readonly<Record<string, string | number>>;
}

export interface ProblemBody {
  readonly title?: string;
  readonly status?: number;
  readonly code?: string;
  readonly detail?: string;
  readonly request_id?: string;
  readonly parameters?: Readonly<Record<string, string | number>>;
  readonly faults?: readonly Fault[];
  readonly current?: unknown;
  readonly existing?: unknown;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: ProblemBody;

  constructor(status: number, body: ProblemBody) {
    super(body.title ?? body.code ?? String(status));
    this.status = status;
    this.code = body.code ?? (status === 0 ? 'NETWORK' : `HTTP_${status}`);
    this.body = body;
  }

  get faults(): readonly Fault[] {
    return this.body.faults ?? [];
  }

  parameter(name: string): string | number | undefined {
    return this.body.parameters?.[name];
  }
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, { code: 'CLIENT', detail: String(error) });
}
