import { type FormEvent, useEffect, useRef, useState } from 'react';

/** The fault of each field of a form, as a sentence. */
export type FieldErrors<Name extends string> = Partial<Record<Name, string>>;

interface FormOptions<Name extends string> {
  /** The fields to send, each with the message to show if the field is empty. */
  readonly empty: Readonly<Record<Name, string>>;
  readonly mutation: {
    readonly isPending: boolean;
    readonly error: unknown;
    reset(): void;
    mutate(values: Record<Name, string>): void;
  };
  /**
   * Seconds until the server accepts another attempt. The form is not sent until the value is 0.
   */
  readonly wait?: number;
  /** Reads from an error of the server which fields it refuses. */
  readonly refused?: (error: unknown) => FieldErrors<Name>;
}

const NONE = {};

/**
 * Connects a form with the mutation that it sends. The form is not sent while a field is empty or a
 * response is pending. After a failure the alert in the form takes the focus, or else the first
 * field at fault.
 *
 * @returns the props of the form, the errors of its fields, and the error that belongs to no
 *   field
 */
export function useForm<Name extends string>({
  empty,
  mutation,
  wait = 0,
  refused,
}: FormOptions<Name>) {
  const form = useRef<HTMLFormElement>(null);
  const [emptyFields, setEmptyFields] = useState<FieldErrors<Name>>(NONE);
  const { error } = mutation;
  const faults = error ? (refused?.(error) ?? NONE) : NONE;

  useEffect(() => {
    if (error || emptyFields !== NONE)
      form.current?.querySelector<HTMLElement>('[role=alert], [aria-invalid=true]')?.focus();
  }, [error, emptyFields]);

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (mutation.isPending || wait > 0) return;
    const data = new FormData(event.currentTarget);
    const names = Object.keys(empty) as Name[];
    const values = Object.fromEntries(names.map((name) => [name, data.get(name)])) as Record<
      Name,
      string
    >;
    const missing = names.filter((name) => !values[name]);
    if (missing.length > 0) {
      mutation.reset();
      setEmptyFields(
        Object.fromEntries(missing.map((name) => [name, empty[name]])) as FieldErrors<Name>,
      );
    } else {
      setEmptyFields(NONE);
      mutation.mutate(values);
    }
  }

  return {
    form: { ref: form, onSubmit, noValidate: true },
    errors: { ...faults, ...emptyFields },
    failure: Object.keys(faults).length > 0 ? null : error,
  };
}
