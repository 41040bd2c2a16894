import './inspector.css';
import { useSession } from '@latchkey/react';
import { useEffect, useRef, useState } from 'react';
import { BrandMark } from '../components/ui/brand-mark.tsx';
import { InspectorPanel } from './inspector-panel.tsx';

/**
 * For developers: opens a panel that shows this browser's session as it lives. It asks the server
 * for nothing until it is opened.
 */
export function Inspector() {
  const session = useSession();
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);

  useEffect(() => {
    if (!open && wasOpen.current) opener.current?.focus();
    wasOpen.current = open;
  }, [open]);

  if (open) return <InspectorPanel session={session} onClose={() => setOpen(false)} />;
  return (
    <button ref={opener} type="button" className="inspector-opener" onClick={() => setOpen(true)}>
      <BrandMark className="inspector-mark" />
      Inspector
    </button>
  );
}
