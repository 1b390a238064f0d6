import { useCallback, useEffect, useRef, useState } from 'react';
import { UserIdentity } from '@backstage/core-components';
import { useApi } from '@backstage/frontend-plugin-api';
import type { SignInPageProps } from '@backstage/plugin-app-react';
import { useSearchParams } from 'react-router-dom';
import { stoaAuthApiRef } from './stoaAuth';

/**
 * Takes up a session that exists; otherwise waits for `signIn`, which leaves
 * for the issuer and comes back to the same address. The issuer's refusal
 * arrives as `?error=`.
 */
export function useSession(onSuccess: SignInPageProps['onSignInSuccess']) {
  const authApi = useApi(stoaAuthApiRef);
  const [params] = useSearchParams();
  const [state, setState] = useState<{ checking: boolean; error?: string }>({
    checking: true,
  });
  const done = useRef(onSuccess);
  done.current = onSuccess;

  const enter = useCallback(
    async (instantPopup: boolean) => {
      const answer = await authApi.getBackstageIdentity(
        instantPopup ? { instantPopup } : { optional: true },
      );
      if (!answer) return;
      const profile = await authApi.getProfile();
      done.current(
        UserIdentity.create({ identity: answer.identity, authApi, profile }),
      );
    },
    [authApi],
  );

  const refused = params.get('error') ?? undefined;
  useEffect(() => {
    enter(false).then(
      () => setState({ checking: false, error: refused }),
      // No session, or one that cannot be renewed: both mean to sign in.
      () => setState({ checking: false, error: refused }),
    );
  }, [enter, refused]);

  const signIn = useCallback(() => {
    setState({ checking: false });
    enter(true).catch(e =>
      setState({
        checking: false,
        error: e instanceof Error ? e.message : String(e),
      }),
    );
  }, [enter]);
  return { ...state, signIn };
}
