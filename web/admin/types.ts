export interface Organisation {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly short_name?: string;
  readonly kind: string;
  readonly region: string;
  readonly parent: string | null;
  readonly status: string;
  readonly credit_code: string | null;
  readonly children: number | readonly unknown[];
  readonly version: number;
}

export interface Grant {
  readonly id: string;
  readonly role: string;
  readonly scope: string;
  readonly organisation?: string | { readonly id: string; readonly name: string };
  readonly listed?: readonly string[];
  readonly regions?: readonly string[];
  readonly valid_from?: string;
  readonly valid_to?: string;
  readonly delegated_by?: string;
}

export interface User {
  readonly id: string;
  readonly login_name: string;
  readonly display_name: string;
  readonly organisation: { readonly id: string; readonly name: string };
  readonly department?: string;
  readonly status: string;
  readonly kind: string;
  readonly valid_to?: string | null;
  readonly last_login_at?: string | null;
  readonly roles: readonly string[];
  readonly second_factor: boolean;
  readonly version: number;
  readonly phone?: string | null;
  readonly id_card?: string | null;
  readonly grants?: readonly Grant[];
}

export interface Role {
  readonly name: string;
  readonly title: { readonly zh: string; readonly en?: string };
  readonly system: string;
  readonly sensitive: boolean;
  readonly clearance: number;
}
