import { useStore } from '@latchkey/react';
import { Monitor, Moon, Sun } from 'lucide-react';
import * as controls from '#messages/controls.ts';
import { chooseTheme, THEMES, theme } from '../../lib/theme.ts';

const OPTIONS = {
  light: [controls.themeLight, Sun],
  system: [controls.themeSystem, Monitor],
  dark: [controls.themeDark, Moon],
} as const;

export function ThemeSwitch() {
  const chosen = useStore(theme);
  return (
    <fieldset className="flex rounded-full border border-line p-0.5">
      <legend className="sr-only">{controls.theme}</legend>
      {THEMES.map((option) => {
        const [label, Icon] = OPTIONS[option];
        return (
          <label
            key={option}
            title={label}
            className="grid size-8 cursor-pointer place-items-center rounded-full text-ink-faint hover:text-ink has-checked:bg-sunken has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-brass"
          >
            <input
              type="radio"
              name="theme"
              value={option}
              checked={chosen === option}
              onChange={() => chooseTheme(option)}
              className="sr-only"
            />
            <span className="sr-only">{label}</span>
            <Icon aria-hidden size={15} strokeWidth={1.75} />
          </label>
        );
      })}
    </fieldset>
  );
}
