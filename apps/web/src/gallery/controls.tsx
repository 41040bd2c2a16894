import { useState } from 'react';
import { Button } from '../components/form/button.tsx';
import { CheckField } from '../components/form/check-field.tsx';
import { NewPasswordField } from '../components/form/new-password-field.tsx';
import { PasswordField } from '../components/form/password-field.tsx';
import { SearchField } from '../components/form/search-field.tsx';
import { SelectField } from '../components/form/select-field.tsx';
import { StrengthMeter } from '../components/form/strength-meter.tsx';
import { SubmitButton } from '../components/form/submit-button.tsx';
import { TextField } from '../components/form/text-field.tsx';
import type { PasswordStrength } from '../lib/password/password-strength.ts';
import { Kind, Specimen } from './specimen.tsx';

const LOOKS = ['primary', 'secondary', 'danger', 'quiet'] as const;

const STRENGTHS: readonly PasswordStrength[] = [
  { parts: 1, word: 'Easy to guess', advice: 'This is among the ten most used passwords.' },
  { parts: 2, word: 'Too short', advice: 'Use 15 characters or more.' },
  { parts: 3, word: 'Good', advice: 'Another word or two would make it stronger.' },
  { parts: 4, word: 'Strong', advice: '' },
];

const ROLES = [
  ['', 'Any role'],
  ['Admin', 'Admin'],
  ['User', 'User'],
] as const;

/** Shows the buttons and fields of the app in the gallery. */
export function Controls() {
  const [searched, setSearched] = useState('ada');
  return (
    <>
      <Kind title="Buttons" lead="A pending button keeps its focus and ignores presses.">
        {LOOKS.map((look) => (
          <Specimen key={look} name={look}>
            <div className="flex flex-wrap gap-2.5">
              <Button look={look}>Sign out</Button>
              <Button look={look} pending>
                Signing out…
              </Button>
            </div>
          </Specimen>
        ))}
        <Specimen name="submit: ready, pending, waiting">
          <div className="flex flex-wrap gap-2.5">
            <SubmitButton wait={0}>Sign in</SubmitButton>
            <SubmitButton wait={0} pending>
              Signing in…
            </SubmitButton>
            <SubmitButton wait={75}>Sign in</SubmitButton>
          </div>
        </Specimen>
      </Kind>

      <Kind
        title="Fields"
        lead="Hint and error are linked to the field, so that a screen reader reads both."
      >
        <Specimen name="text">
          <TextField label="Username" defaultValue="ada" />
        </Specimen>
        <Specimen name="text, with a hint">
          <TextField label="Display name" hint="Other people see it." placeholder="Ada Lovelace" />
        </Specimen>
        <Specimen name="text, invalid">
          <TextField
            label="Name of the device"
            defaultValue="a b"
            error="This must be 2 to 64 letters or digits."
            hint="Only you see it."
          />
        </Specimen>
        <Specimen name="password">
          <PasswordField label="Password" defaultValue="lantern otter" autoComplete="off" />
        </Specimen>
        <Specimen name="password, invalid">
          <PasswordField
            label="Current password"
            defaultValue="wrong"
            autoComplete="off"
            error="This is not your password."
          />
        </Specimen>
        <Specimen name="new password: type to see its strength">
          <NewPasswordField label="New password" />
        </Specimen>
        <Specimen name="search: runs when the typing pauses">
          <SearchField
            label="Search"
            value={searched}
            maxLength={64}
            onSearch={setSearched}
            placeholder="Name"
          />
          <p className="mt-2 text-sm text-ink-soft">Searched for: {searched || 'nothing'}</p>
        </Specimen>
        <Specimen name="select">
          <SelectField label="Role" options={ROLES} defaultValue="User" />
        </Specimen>
        <Specimen name="check: on, off">
          <div className="flex flex-col gap-2">
            <CheckField label="Stay signed in on this device" defaultChecked />
            <CheckField label="Only accounts that are disabled" />
          </div>
        </Specimen>
      </Kind>

      <Kind title="Password strength" lead="The words say it; the parts repeat it.">
        {[null, ...STRENGTHS].map((strength) => (
          <Specimen
            key={strength?.parts ?? 0}
            name={strength ? `${strength.parts} of 4` : 'nothing typed yet'}
          >
            <StrengthMeter strength={strength} />
          </Specimen>
        ))}
      </Kind>
    </>
  );
}
