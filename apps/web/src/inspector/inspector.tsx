import './inspector.css';
import { useSession } from '@latchkey/react';
import { useEffect, useRef, useState } from 'react';
import { BrandMark } from '../components/page/brand-mark.tsx';
import { InspectorPanel } from './inspector-panel.tsx';

/**
 * For developers: a button that opens the panel with the live session. It sends no request until it
 * is opened.
 */
export function Inspector() {
  const session = useSession();
  const [isOpen, setIsOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);

  useEffect(() => {
    if (!isOpen && wasOpen.current) opener.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);

  if (isOpen) return <InspectorPanel session={session} onClose={() => setIsOpen(false)} />;
  return (
    <button ref={opener} type="button" className="inspector-opener" onClick={() => setIsOpen(true)}>
      <BrandMark className="inspector-mark" />
      Inspector
    </button>
  );
}
