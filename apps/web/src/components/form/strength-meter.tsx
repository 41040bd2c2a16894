import type { PasswordStrength } from '../../lib/password/password-strength.ts';

const FILLED = { 1: 'bg-danger', 2: 'bg-danger', 3: 'bg-brass', 4: 'bg-good' };

/** Shows how hard a chosen password is to guess, in words and as a bar of four parts. */
export function StrengthMeter({ strength }: { strength: PasswordStrength | null }) {
  return (
    <div className="min-h-[calc(1lh+0.625rem)]">
      <div aria-hidden className="flex gap-1">
        {([1, 2, 3, 4] as const).map((part) => (
          <span
            key={part}
            className={`drawn h-1 flex-1 rounded-full transition-colors duration-150 ${strength && part <= strength.parts ? FILLED[strength.parts] : 'bg-line'}`}
          />
        ))}
      </div>
      <p role="status" data-testid="strength" className="mt-1.5 text-sm text-ink-soft">
        {strength && (
          <>
            <span className="font-medium text-ink">{strength.word}.</span> {strength.advice}
          </>
        )}
      </p>
    </div>
  );
}
