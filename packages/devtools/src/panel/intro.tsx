/**
 * Says in three sentences what the panel is about, and where the terms are explained.
 *
 * @param isOpen whether it is unfolded at first
 */
export function Intro({ isOpen }: { isOpen: boolean }) {
  return (
    <details key={String(isOpen)} className="intro" open={isOpen}>
      <summary>What is this?</summary>
      <p>
        A short-lived <b>access token</b> opens each request, and a <b>refresh token</b> obtains the
        next one: with each use it is exchanged for its successor. A session is this chain of
        refresh tokens, numbered 0, 1, 2 (the <i>generation</i>); elsewhere it is called a token
        family. A token that comes back after its successor is in use has two holders, so the
        session is ended: press the buttons, and watch it happen.
      </p>
      <p className="hint">
        More in the repository: <code>docs/inspector.md</code>, <code>docs/glossary.md</code>,{' '}
        <code>docs/protocol.md</code>.
      </p>
    </details>
  );
}
