import { useQuery } from '@tanstack/react-query';
import * as signIn from '#messages/sign-in.ts';
import { Notice } from '../../components/feedback/notice.tsx';
import { client } from '../../lib/api.ts';
import { formatMinute } from '../../lib/format.ts';

/**
 * Explains why the user was signed out, with the time and the reference for support if the server
 * has a receipt.
 */
export function SignedOutNotice({ explanation }: { explanation: string }) {
  const { data: receipt } = useQuery({
    queryKey: ['why-signed-out'],
    queryFn: ({ signal }) => client.account.whySignedOut.query(undefined, { signal }),
    gcTime: 0,
  });
  return (
    <Notice role="status">
      <p>{explanation}</p>
      {receipt && (
        <p className="mt-1.5">
          {receipt.shownReason && `${signIn.shownReason} ${receipt.shownReason} `}
          {receipt.explanation} {formatMinute(receipt.at)}. {signIn.reference}{' '}
          <span translate="no" className="font-mono text-ink">
            {receipt.reference}
          </span>
        </p>
      )}
    </Notice>
  );
}
