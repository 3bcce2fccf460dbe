// Lets nobody in without a session, and holds back who must first change the password or set up the
// second factor.
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState, type JSX, type ReactNode } from 'react';
import { whenSignedOut } from '../client/api';
import { asProblem } from '../client/problem';
import { loadSession } from '../client/queries';
import { setLanguage } from '../kit/language';
import { Loading } from '../kit/Loading';
import { ProblemView } from '../kit/ProblemView';

const FirstSteps = lazy(() =>
  import('../account/FirstSteps').then((module) => ({ default: module.FirstSteps })),
);

const SignedOut = lazy(() =>
  import('./SignedOut').then((module) => ({ default: module.SignedOut })),
);

export interface GatekeeperProps {
  readonly children: ReactNode;
}

export function Gatekeeper({ children }: GatekeeperProps): JSX.Element {
  const session = useQuery({
    queryKey: ['session'],
    queryFn: loadSession,
    staleTime: Infinity,
    retry: false,
  });
  const [signedOut, setSignedOut] = useState(false);
  const problem = session.error && asProblem(session.error);

  useEffect(() => whenSignedOut(() => setSignedOut(true)), []);
  useEffect(() => {
    if (session.data && !localStorage.getItem('weijian.language'))
      setLanguage(session.data.user.language === 'en' ? 'en' : 'zh');
  }, [session.data]);

  if (!session.data && problem?.status === 401) {
    location.replace(
      `/sign-in.html?next=${encodeURIComponent(location.pathname + location.search)}`,
    );
    return <Loading />;
  }
  if (!session.data && problem)
    return <ProblemView problem={problem} onRetry={() => void session.refetch()} />;
  if (!session.data) return <Loading />;

  const { must_change_password, second_factor, second_factor_required } = session.data;
  const held = must_change_password || (second_factor_required && !second_factor);
  return (
    <>
      {held ? (
        <Suspense fallback={<Loading />}>
          <FirstSteps session={session.data} />
        </Suspense>
      ) : (
        children
      )}
      {(signedOut || problem?.status === 401) && (
        <Suspense fallback={<Loading />}>
          <SignedOut
            user={session.data.user}
            onBack={() => {
              setSignedOut(false);
              void session.refetch();
            }}
          />
        </Suspense>
      )}
    </>
  );
}
