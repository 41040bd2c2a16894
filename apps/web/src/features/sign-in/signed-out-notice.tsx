import { useQuery } from '@tanstack/react-query';
import { Notice } from '../../components/ui/notice.tsx';
import { client } from '../../lib/api.ts';

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Why the person finds themselves here, and where the server has kept a receipt, when it was and what to tell support. */
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
          {receipt.explanation} {WHEN.format(receipt.at)}. Reference for support: <span className="font-mono text-ink">{receipt.reference}</span>
        </p>
      )}
    </Notice>
  );
}
