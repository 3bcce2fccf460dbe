import { useQuery } from '@tanstack/react-query';
import { api } from '../client/api';
import { useMay } from '../client/queries';
import { titleOf, useLanguage } from '../kit/language';
import type { Role } from './types';

export function useRoles(): readonly Role[] {
  const may = useMay();
  const { data } = useQuery({
    queryKey: ['roles'],
    queryFn: () => api<{ items: readonly Role[] }>('roles'),
    staleTime: Infinity,
    enabled: may('roles', 'read'),
  });
  return data?.items ?? [];
}

export function useRoleTitle(): (name: string) => string {
  const roles = useRoles();
  const language = useLanguage();
  return (name) => titleOf(roles.find((role) => role.name === name)?.title, language) || name;
}
